const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** Refusals that trip the breaker: in a row, or this share of the last answers (rule S6). */
const TRIP_IN_A_ROW = 20;
const TRIP_WINDOW = 200;
const TRIP_SHARE = 0.9;
const TRIPPED_MS = 60_000;
/** A rate cut by throttling recovers by this factor each step (rule S7). */
const RECOVERY_FACTOR = 1.05;
const RECOVERY_STEP_MS = 10_000;
/** A link that was idle before it was throttled says nothing about what it can take: the cut never begins below this. */
const MIN_OBSERVED_RATE = 100;
/** Where no limit was set, so long a time without throttling lifts the cut again. */
const FORGIVEN_MS = 60_000;

/**
 * When a link may be used, and how fast. Throttling pauses the whole link and halves its rate; a run of permanent
 * refusals trips a breaker, since an expired login would otherwise burn a whole campaign as failed.
 */
export class LinkHealth {
  #pausedUntil = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #refusedInARow = 0;
  #answers: boolean[] = [];
  #rate: number;
  #recoversAt = 0;
  #throttledAt = 0;

  /**
   * @param limit parts per second of this link; 0 means no limit
   * @param now milliseconds of a monotonic clock
   */
  constructor(
    private readonly limit: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#rate = limit;
  }

  get isUsable(): boolean {
    return this.now() >= this.#pausedUntil;
  }

  /** Time until the link may be used again, ms. */
  get pauseLeftMs(): number {
    return Math.max(0, Math.ceil(this.#pausedUntil - this.now()));
  }

  /** Parts per second right now; 0 means no limit. */
  get ratePerSecond(): number {
    if (this.#rate > 0 && this.now() >= this.#recoversAt) this.#recover();
    return this.#rate;
  }

  recordAccepted(): void {
    this.#refusedInARow = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#remember(true);
  }

  /** @param observedRate parts per second that went out lately, to halve where no limit was set */
  recordThrottled(observedRate: number): void {
    // One throttled window answers many times: only the first answer counts.
    if (!this.isUsable) return;
    const current = this.#rate > 0 ? this.#rate : Math.max(observedRate, MIN_OBSERVED_RATE);
    this.#rate = Math.max(1, current / 2);
    this.#throttledAt = this.now();
    this.#recoversAt = this.now() + RECOVERY_STEP_MS;
    this.#pausedUntil = this.now() + this.#pauseMs;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
  }

  /** @returns true when this refusal tripped the breaker */
  recordRefused(): boolean {
    this.#refusedInARow++;
    this.#remember(false);
    const refused = this.#answers.filter((isAccepted) => !isAccepted).length;
    const isMostly = this.#answers.length === TRIP_WINDOW && refused >= TRIP_WINDOW * TRIP_SHARE;
    if (this.#refusedInARow < TRIP_IN_A_ROW && !isMostly) return false;
    const wasUsable = this.isUsable;
    this.#pausedUntil = this.now() + TRIPPED_MS;
    this.#refusedInARow = 0;
    this.#answers = [];
    return wasUsable;
  }

  #recover(): void {
    const raised = this.#rate * RECOVERY_FACTOR;
    const isForgiven = this.limit === 0 && this.now() - this.#throttledAt >= FORGIVEN_MS;
    this.#rate = isForgiven ? 0 : this.limit > 0 ? Math.min(this.limit, raised) : raised;
    this.#recoversAt = this.now() + RECOVERY_STEP_MS;
  }

  #remember(isAccepted: boolean): void {
    this.#answers.push(isAccepted);
    if (this.#answers.length > TRIP_WINDOW) this.#answers.shift();
  }
}
