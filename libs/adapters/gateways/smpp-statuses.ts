import { STATUS } from '#smpp';

/** What a submit status means for the message and for the link (rules S5–S7). */
export type StatusVerdict = 'throttled' | 'try_later' | 'permanent';

/** Pause before a message is tried again after a status that concerns that message alone. */
export const TRY_LATER_MS: Readonly<Record<number, number>> = {
  [STATUS.ESME_RSYSERR]: 5_000,
  [STATUS.ESME_RMSGQFUL]: 180_000,
  [STATUS.ESME_RX_T_APPN]: 5_000,
};

/** Vendors disagree about everything else, so what is not listed is permanent for that message. */
export function judgeStatus(status: number): StatusVerdict {
  if (status === STATUS.ESME_RTHROTTLED) return 'throttled';
  return status in TRY_LATER_MS ? 'try_later' : 'permanent';
}
