const TICK_MS = 10;

/**
 * Holds items until they are due, in buckets of 10 ms: one timer for all, none while it is empty. Items of one
 * bucket come out in the order they went in.
 */
export class TimeWheel<T> {
  private readonly buckets = new Map<number, T[]>();
  private timer: NodeJS.Timeout | undefined;
  private lastTick = 0;

  constructor(private readonly onDue: (item: T) => void) {}

  /** @param dueMs by the clock of `performance.now()` */
  add(item: T, dueMs: number): void {
    this.start();
    const tick = Math.max(this.lastTick + 1, Math.ceil(dueMs / TICK_MS));
    const bucket = this.buckets.get(tick);
    if (bucket) bucket.push(item);
    else this.buckets.set(tick, [item]);
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.buckets.clear();
    this.stop();
  }

  private start(): void {
    if (this.timer) return;
    this.lastTick = Math.floor(performance.now() / TICK_MS);
    this.timer = setInterval(() => this.turn(), TICK_MS);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private turn(): void {
    const now = Math.floor(performance.now() / TICK_MS);
    while (this.lastTick < now && this.buckets.size > 0) {
      this.lastTick += 1;
      const bucket = this.buckets.get(this.lastTick);
      if (!bucket) continue;
      this.buckets.delete(this.lastTick);
      for (const item of bucket) this.onDue(item);
    }
    if (this.buckets.size === 0) this.stop();
  }
}
