/** What a delivery receipt can prove about a part or a message. */
export type ReceiptState = 'delivered' | 'undelivered' | 'expired';

/**
 * The `stat` text of a receipt: SMPP 3.4 appendix B, and the three spellings that Kannel had to learn from
 * real carriers (ACKED, BUFFRED, BUFFERD). ACCEPTD and UNKNOWN prove nothing about the phone, so they are
 * intermediate: better a message that ends as unconfirmed than one that is called delivered or failed by guess.
 */
const STATES_BY_TEXT: Readonly<Record<string, ReceiptState | null>> = {
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'undelivered',
  UNDELIV: 'undelivered',
  REJECTD: 'undelivered',
  ACCEPTD: null,
  UNKNOWN: null,
  ENROUTE: null,
  ACKED: null,
  BUFFRED: null,
  BUFFERD: null,
};

/** The `message_state` element, SMPP 3.4 §5.2.28: 1 en route … 8 rejected. */
const STATES_BY_NUMBER: Readonly<Record<number, ReceiptState | null>> = {
  1: null,
  2: 'delivered',
  3: 'expired',
  4: 'undelivered',
  5: 'undelivered',
  6: null,
  7: null,
  8: 'undelivered',
};

/**
 * @param stat the text of a receipt in any case, or the number of its message_state element
 * @returns null for intermediate and for unheard-of states, which must never end a message
 */
export function receiptStateOf(stat: string | number): ReceiptState | null {
  if (typeof stat === 'number') return STATES_BY_NUMBER[stat] ?? null;
  const text = stat.trim().toUpperCase();
  return Object.hasOwn(STATES_BY_TEXT, text) ? (STATES_BY_TEXT[text] ?? null) : null;
}

/**
 * The state of a message from those of its parts (null: nothing final yet). A phone shows nothing until every
 * part is there, so one failed part fails the message at once, and delivered means all of them.
 */
export function combineParts(parts: readonly (ReceiptState | null)[]): ReceiptState | null {
  if (parts.includes('undelivered')) return 'undelivered';
  if (parts.includes('expired')) return 'expired';
  return parts.length > 0 && parts.every((part) => part === 'delivered') ? 'delivered' : null;
}
