/** Rules O1 to O3 of the reliability reference. */
export const CODE_LIFE_SECONDS = 5 * 60;
/** However often it is sent again, one verification ends by then. */
export const MAX_VERIFICATION_SECONDS = 10 * 60;
export const MAX_ATTEMPTS = 5;

/** Texts with a code to one number, from all accounts together: the phone's owner is the one who suffers. */
export const MAX_SENDS_PER_NUMBER = { short: 5, shortWindowSeconds: 10 * 60, daily: 10 };
/** Texts with a code from one account to any numbers, per day. */
export const MAX_DAILY_SENDS_PER_ACCOUNT = 20;

/** Wrong codes per account and number before it is locked: 20 guesses at a million codes are 2 in 100,000. */
export const MAX_FAILURES = 20;
export const FAILURE_WINDOW_SECONDS = 24 * 3600;

const FIRST_PAUSE_SECONDS = 30;
const MAX_PAUSE_SECONDS = 32 * 60;

/**
 * The pause before the next text: 30 s, 60 s, 120 s … up to 32 min.
 * @param sends how many went out already in this run, at least 1
 */
export const computeResendPauseSeconds = (sends: number): number =>
  Math.min(FIRST_PAUSE_SECONDS * 2 ** (sends - 1), MAX_PAUSE_SECONDS);
