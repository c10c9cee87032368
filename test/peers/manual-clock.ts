import type { SmppClock } from '#smpp';

interface Timer {
  dueMs: number;
  intervalMs: number | undefined;
  run: () => void;
}

/** Time that passes when a test says so. Sockets stay real. */
export class ManualClock implements SmppClock {
  private elapsedMs = 0;
  private readonly timers = new Set<Timer>();

  nowMs(): number {
    return this.elapsedMs;
  }

  every(intervalMs: number, run: () => void): () => void {
    return this.add({ dueMs: this.elapsedMs + intervalMs, intervalMs, run });
  }

  after(delayMs: number, run: () => void): () => void {
    return this.add({ dueMs: this.elapsedMs + delayMs, intervalMs: undefined, run });
  }

  /** Delays of the one-shot timers that wait, shortest first. */
  get pendingDelaysMs(): number[] {
    return [...this.timers]
      .filter((timer) => timer.intervalMs === undefined)
      .map((timer) => timer.dueMs - this.elapsedMs)
      .sort((a, b) => a - b);
  }

  /** Lets time pass and runs, in order, everything that falls due on the way. */
  advance(ms: number): void {
    const endMs = this.elapsedMs + ms;
    for (let next = this.nextBefore(endMs); next; next = this.nextBefore(endMs)) {
      this.elapsedMs = Math.max(this.elapsedMs, next.dueMs);
      this.fire(next);
    }
    this.elapsedMs = endMs;
  }

  /** An event loop that was blocked: the time has passed, and every timer that was due fires once, late. */
  block(ms: number): void {
    this.elapsedMs += ms;
    for (const timer of [...this.timers]) if (timer.dueMs <= this.elapsedMs) this.fire(timer);
  }

  private add(timer: Timer): () => void {
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  private nextBefore(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs <= endMs && (!next || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  private fire(timer: Timer): void {
    if (timer.intervalMs === undefined) this.timers.delete(timer);
    else timer.dueMs = this.elapsedMs + timer.intervalMs;
    timer.run();
  }
}
