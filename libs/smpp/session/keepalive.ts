export interface KeepaliveLimits {
  /** Silence of the peer after which it is asked. Some hosts cut at 30 s, others forbid more than one per 60 s. */
  enquireIdleMs: number;
  /** How long the peer has to say anything at all. */
  enquireTimeoutMs: number;
}

/** Misses in a row after which the peer counts as gone. */
export const MAX_ENQUIRE_MISSES = 2;

export type KeepaliveStep = 'wait' | 'enquire' | 'give_up';

/** Decides when to ask a silent peer whether it is there, and when to stop waiting. Any PDU from it is an answer. */
export class Keepalive {
  private lastHeardMs: number;
  private askedMs: number | undefined;
  private misses = 0;

  constructor(
    private readonly limits: KeepaliveLimits,
    nowMs: number,
  ) {
    this.lastHeardMs = nowMs;
  }

  hear(nowMs: number): void {
    this.lastHeardMs = nowMs;
    this.askedMs = undefined;
    this.misses = 0;
  }

  step(nowMs: number): KeepaliveStep {
    if (this.askedMs !== undefined) {
      if (nowMs - this.askedMs < this.limits.enquireTimeoutMs) return 'wait';
      this.misses += 1;
      if (this.misses >= MAX_ENQUIRE_MISSES) return 'give_up';
      this.askedMs = nowMs;
      return 'enquire';
    }
    if (nowMs - this.lastHeardMs < this.limits.enquireIdleMs) return 'wait';
    this.askedMs = nowMs;
    return 'enquire';
  }
}
