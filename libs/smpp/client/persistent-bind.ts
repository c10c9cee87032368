import { EventEmitter } from 'node:events';
import { type SmppClock, systemClock } from '../session/clock.js';
import type { CloseOptions, SmppSession } from '../session/session.js';
import type { SessionClose } from '../session/session-events.js';
import { connectSession, type ConnectOptions, SmppBindError } from './connect.js';
import { type Retry, RetryDelays } from './retry-delays.js';

export interface PersistentBindEvents {
  bound: [session: SmppSession];
  /** A session that was bound has ended. */
  unbound: [session: SmppSession, close: SessionClose];
  /** Connecting failed, or the bind had no answer. */
  connectFailed: [error: Error, retry: Retry];
  /** The host refused the bind. `retry.isSuspended` asks for a person. */
  bindRefused: [status: number, retry: Retry];
}

/**
 * One bind that is kept up: connects, binds, and does it again after every loss until it is stopped.
 * Requests are never carried from one session to the next; their outcomes say what became of them.
 */
export class PersistentBind extends EventEmitter<PersistentBindEvents> {
  private readonly clock: SmppClock;
  private readonly delays: RetryDelays;
  private bound: SmppSession | undefined;
  private isRunning = false;
  private attempt: Promise<void> | undefined;
  private cancelRetry: (() => void) | undefined;
  private giveUp = new AbortController();

  constructor(
    private readonly options: ConnectOptions,
    random?: () => number,
  ) {
    super();
    this.clock = options.session?.clock ?? systemClock;
    this.delays = new RetryDelays(random);
  }

  /** The bound session; undefined while there is none. */
  get session(): SmppSession | undefined {
    return this.bound;
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.giveUp = new AbortController();
    this.tryToBind();
  }

  /** Stops trying and closes the session in order. Resolves when nothing is left. */
  async stop(options?: CloseOptions): Promise<void> {
    this.isRunning = false;
    this.cancelRetry?.();
    this.giveUp.abort();
    await this.attempt;
    await this.bound?.close(options);
  }

  private tryToBind(): void {
    this.cancelRetry = undefined;
    this.attempt = this.bindOnce();
  }

  private async bindOnce(): Promise<void> {
    try {
      const session = await connectSession({ ...this.options, signal: this.giveUp.signal });
      if (!this.isRunning) await session.close();
      else this.adopt(session);
    } catch (error) {
      this.retryAfterFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private adopt(session: SmppSession): void {
    const boundAtMs = this.clock.nowMs();
    const lose = (close: SessionClose): void => {
      this.bound = undefined;
      if (this.isRunning) this.retry(this.delays.afterLoss(this.clock.nowMs() - boundAtMs));
      this.emit('unbound', session, close);
    };
    if (session.state === 'closed') return this.retry(this.delays.afterLoss());
    this.bound = session;
    session.once('close', lose);
    this.emit('bound', session);
  }

  private retryAfterFailure(error: Error): void {
    if (!this.isRunning) return;
    if (error instanceof SmppBindError && error.result.kind === 'refused') {
      const retry = this.delays.afterRefusal(error.result.status);
      this.retry(retry);
      this.emit('bindRefused', error.result.status, retry);
    } else {
      const retry = this.delays.afterLoss();
      this.retry(retry);
      this.emit('connectFailed', error, retry);
    }
  }

  private retry({ delayMs }: Retry): void {
    this.cancelRetry = this.clock.after(delayMs, () => this.tryToBind());
  }
}
