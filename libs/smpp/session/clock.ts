/** Time as the protocol needs it; tests drive it by hand. */
export interface SmppClock {
  /** Milliseconds that never run backwards; the zero point means nothing. */
  nowMs(): number;
  /** Calls `run` every `intervalMs` until the returned function is called. */
  every(intervalMs: number, run: () => void): () => void;
  /** Calls `run` once after `delayMs` unless the returned function is called before. */
  after(delayMs: number, run: () => void): () => void;
}

/** The process's own monotonic time: a wall clock set an hour forward must not expire a window. */
export const systemClock: SmppClock = {
  nowMs: () => performance.now(),
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs).unref();
    return () => clearInterval(timer);
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** How often deadlines are looked at, in ms. One coarse scan replaces a timer per request. */
export const TICK_MS = 250;
/** An event loop later than this was blocked, and answers may be waiting unread in the socket. */
export const MAX_TICK_LAG_MS = 1_000;

/**
 * Session time. It advances with the clock, but by one tick at most when the event loop was blocked for
 * longer than `MAX_TICK_LAG_MS`, so that answers which came meanwhile are read before their deadline fires
 * (false timeouts under load have sent messages twice elsewhere: jsmpp #63). It stands still when told to,
 * which a session does while it refuses to read.
 */
export class SessionTime {
  private elapsedMs = 0;
  private lastTickMs: number;

  constructor(private readonly clock: SmppClock) {
    this.lastTickMs = clock.nowMs();
  }

  get nowMs(): number {
    return this.elapsedMs;
  }

  tick(isFrozen: boolean): void {
    const now = this.clock.nowMs();
    const passedMs = now - this.lastTickMs;
    this.lastTickMs = now;
    if (isFrozen) return;
    this.elapsedMs += passedMs > TICK_MS + MAX_TICK_LAG_MS ? TICK_MS : passedMs;
  }
}

/** Resolves when `promise` does or after `timeoutMs`, whichever comes first. Never rejects because of time. */
export function waitAtMost(clock: SmppClock, timeoutMs: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, resolve);
    void promise.then(() => {
      cancel();
      resolve();
    });
  });
}
