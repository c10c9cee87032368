import { STATUS } from '../pdu/statuses.js';

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;
/** S1: credentials that were refused this often are wrong, and asking on gets the account locked. */
export const MAX_CREDENTIAL_REFUSALS = 3;
export const SUSPENDED_DELAY_MS = 5 * 60_000;
/** A session that lived this long was sound, so the next loss starts from the shortest delay again. */
export const STABLE_AFTER_MS = 10_000;

const CREDENTIAL_STATUSES: readonly number[] = [
  STATUS.ESME_RBINDFAIL,
  STATUS.ESME_RINVPASWD,
  STATUS.ESME_RINVSYSID,
  STATUS.ESME_RINVSYSTYP,
];

export interface Retry {
  delayMs: number;
  /** True when the host refused our credentials so often that somebody should look at them. */
  isSuspended: boolean;
}

/**
 * When to try again. After losses: 1 s doubling to 60 s with full jitter, so that many clients do not return
 * at once. After three refused credentials in a row: every 5 minutes (S1).
 */
export class RetryDelays {
  private losses = 0;
  private refusals = 0;

  /** @param random a number in [0, 1), injectable for tests */
  constructor(private readonly random: () => number = Math.random) {}

  afterLoss(livedMs = 0): Retry {
    this.refusals = 0;
    if (livedMs >= STABLE_AFTER_MS) this.losses = 0;
    return this.backOff();
  }

  afterRefusal(status: number): Retry {
    if (!CREDENTIAL_STATUSES.includes(status)) return this.afterLoss();
    this.refusals += 1;
    if (this.refusals < MAX_CREDENTIAL_REFUSALS) return this.backOff();
    return { delayMs: SUSPENDED_DELAY_MS, isSuspended: true };
  }

  private backOff(): Retry {
    const limitMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.losses);
    this.losses = Math.min(this.losses + 1, 16);
    return { delayMs: Math.floor(this.random() * limitMs), isSuspended: false };
  }
}
