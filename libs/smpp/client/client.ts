import { EventEmitter } from 'node:events';
import type { RequestInput } from '../pdu/pdu.js';
import type { LateResponse, RequestOutcome } from '../session/outcome.js';
import type { BindMode } from '../session/roles.js';
import type { CloseOptions, SmppSession } from '../session/session.js';
import type { SessionClose } from '../session/session-events.js';
import { resolveSessionOptions } from '../session/session-options.js';
import type { ConnectOptions } from './connect.js';
import { PersistentBind } from './persistent-bind.js';
import type { Retry } from './retry-delays.js';

export interface SmppClientOptions extends Omit<ConnectOptions, 'mode'> {
  /** One transceiver, one half of it, or a transmitter and a receiver side by side. Default "transceiver". */
  bindAs?: BindMode | 'pair';
  /** A number in [0, 1) for the jitter of reconnects. */
  random?: () => number;
}

export interface SmppClientEvents {
  bound: [session: SmppSession];
  unbound: [session: SmppSession, close: SessionClose];
  connectFailed: [error: Error, retry: Retry];
  bindRefused: [status: number, retry: Retry];
  lateResponse: [late: LateResponse, session: SmppSession];
}

const NOT_BOUND: RequestOutcome = Object.freeze({ kind: 'not_sent', reason: 'not_bound' });

/**
 * An ESME that stays bound. It reconnects with backoff and jitter (S1); requests made while it is not bound
 * come back as "not_sent" at once, for the caller to keep.
 */
export class SmppClient extends EventEmitter<SmppClientEvents> {
  private readonly transmitBind: PersistentBind | undefined;
  private readonly receiveBind: PersistentBind | undefined;

  /** Throws RangeError for a session setting that cannot be. */
  constructor(options: SmppClientOptions) {
    super();
    resolveSessionOptions(options.session ?? {});
    const { bindAs = 'transceiver', random, ...connection } = options;
    const open = (mode: BindMode): PersistentBind =>
      this.follow(new PersistentBind({ ...connection, mode }, random));
    if (bindAs === 'pair') {
      this.transmitBind = open('transmitter');
      this.receiveBind = open('receiver');
    } else {
      const only = open(bindAs);
      if (bindAs !== 'receiver') this.transmitBind = only;
      if (bindAs !== 'transmitter') this.receiveBind = only;
    }
  }

  /** True when every bind that was asked for stands. */
  get isBound(): boolean {
    return this.binds.every((bind) => bind.session?.state === 'bound');
  }

  /** The session that carries submits; undefined while there is none. */
  get transmitter(): SmppSession | undefined {
    return this.transmitBind?.session;
  }

  /** The session that brings receipts and inbound messages. */
  get receiver(): SmppSession | undefined {
    return this.receiveBind?.session;
  }

  start(): void {
    for (const bind of this.binds) bind.start();
  }

  /** Resolves when every bind stands. Never resolves while the host keeps refusing: watch the events. */
  async whenBound(): Promise<void> {
    while (!this.isBound) await new Promise<void>((resolve) => this.once('bound', () => resolve()));
  }

  /** See `SmppSession.submit`. */
  submit(pdu: RequestInput, reference?: unknown): Promise<RequestOutcome> {
    return this.transmitter?.submit(pdu, reference) ?? Promise.resolve(NOT_BOUND);
  }

  /** See `SmppSession.submitAll`. */
  submitAll(pdus: readonly RequestInput[], references?: readonly unknown[]): Promise<RequestOutcome[]> {
    return this.transmitter?.submitAll(pdus, references) ?? Promise.resolve(pdus.map(() => NOT_BOUND));
  }

  /** Stops reconnecting and closes what is bound, in order (S9). */
  async close(options?: CloseOptions): Promise<void> {
    await Promise.all(this.binds.map((bind) => bind.stop(options)));
  }

  private get binds(): PersistentBind[] {
    const binds = [this.transmitBind, this.receiveBind].filter((bind) => bind !== undefined);
    return [...new Set(binds)];
  }

  private follow(bind: PersistentBind): PersistentBind {
    bind.on('bound', (session) => {
      session.on('lateResponse', (late) => this.emit('lateResponse', late, session));
      this.emit('bound', session);
    });
    bind.on('unbound', (session, close) => this.emit('unbound', session, close));
    bind.on('connectFailed', (error, retry) => this.emit('connectFailed', error, retry));
    bind.on('bindRefused', (status, retry) => this.emit('bindRefused', status, retry));
    return bind;
  }
}
