import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type SmppClock, systemClock } from '../session/clock.js';
import type { BindMode } from '../session/roles.js';
import { type BindFields, SmppSession } from '../session/session.js';
import type { BindResult } from '../session/session-events.js';
import type { SessionOptions } from '../session/session-options.js';

/** Wait for the TCP and TLS handshakes. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

export interface Endpoint {
  host: string;
  port: number;
  /** TLS with these options; plain TCP when left out. */
  tls?: ConnectionOptions;
  connectTimeoutMs?: number;
  /** Gives the attempt up; what was opened is cut. */
  signal?: AbortSignal;
}

export interface ConnectOptions extends Endpoint {
  mode?: BindMode;
  bind: BindFields;
  session?: SessionOptions;
}

/** The host was reached but did not let us in. */
export class SmppBindError extends Error {
  constructor(readonly result: Exclude<BindResult, { kind: 'bound' }>) {
    super(result.kind === 'refused' ? `bind refused with status ${result.status}` : `bind ${result.kind}`);
    this.name = 'SmppBindError';
  }
}

/** Opens a TCP or TLS connection. Rejects with the socket's error, or when the handshakes take too long. */
export function openSocket(endpoint: Endpoint, clock: SmppClock = systemClock): Promise<Socket> {
  const { host, port, tls, signal, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = endpoint;
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ ...tls, host, port }) : connectTcp({ host, port });
    const cancel = clock.after(connectTimeoutMs, () =>
      socket.destroy(new Error(`no connection to ${host}:${port} within ${connectTimeoutMs} ms`)),
    );
    const abort = (): unknown => socket.destroy(new Error(`connecting to ${host}:${port} was given up`));
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      cancel();
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      settle();
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/**
 * Connects and binds. Rejects with the socket's error, SmppBindError when the host does not let us in, or
 * SmppFieldError when a bind field does not fit. Nothing is left open after a rejection.
 */
export async function connectSession(options: ConnectOptions): Promise<SmppSession> {
  const socket = await openSocket(options, options.session?.clock);
  const session = new SmppSession(socket, 'esme', options.session);
  const abort = (): void => session.destroy();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await session.bind(options.mode ?? 'transceiver', options.bind);
    if (result.kind === 'bound') return session;
    throw new SmppBindError(result);
  } catch (error) {
    session.destroy();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}
