const SECOND_MS = 1_000;

/** Counts within each second, as carriers do that sell messages per second. */
export class RateMeter {
  private secondStartMs = -SECOND_MS;
  private count = 0;

  /** Counts one submit and tells whether it is still within the limit. Refused ones do not count. */
  isWithin(limit: number | null, nowMs: number): boolean {
    if (limit === null) return true;
    if (nowMs - this.secondStartMs >= SECOND_MS) {
      this.secondStartMs = nowMs;
      this.count = 0;
    }
    if (this.count >= limit) return false;
    this.count += 1;
    return true;
  }
}
