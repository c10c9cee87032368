import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { IncomingRequest } from '../session/incoming-request.js';
import type { BindMode } from '../session/roles.js';
import { type CloseOptions, SmppSession } from '../session/session.js';
import type { SessionClose } from '../session/session-events.js';
import { resolveSessionOptions, type SessionOptions } from '../session/session-options.js';

export const DEFAULT_MAX_CONNECTIONS = 1_000;

export interface SmppServerOptions {
  /** TLS with this key and certificate; plain TCP when left out. */
  tls?: TlsOptions;
  /** Connections above this are cut at once. Default 1,000. */
  maxConnections?: number;
  /** Settings of every session: window, timers, `systemId`, and `onBind`, which lets peers in. */
  session?: Omit<SessionOptions, 'onRequest'>;
  /** Takes every request of every session. Answer at once for speed, later, or never: see IncomingRequest. */
  onRequest?: (request: IncomingRequest, session: SmppSession) => void | number | Promise<void | number>;
}

export interface SmppServerEvents {
  /** A connection, before its bind. */
  connection: [session: SmppSession];
  bound: [session: SmppSession, mode: BindMode];
  sessionClosed: [session: SmppSession, close: SessionClose];
}

/** A message centre: takes connections and gives each a session with the server's handlers. */
export class SmppServer extends EventEmitter<SmppServerEvents> {
  /** Every open connection, bound or not. */
  readonly sessions = new Set<SmppSession>();
  private readonly listener: Server;

  /** Throws RangeError for a session setting that cannot be: better now than at the first connection. */
  constructor(private readonly options: SmppServerOptions = {}) {
    super();
    resolveSessionOptions(options.session ?? {});
    const open = (socket: Socket): void => this.open(socket);
    this.listener = options.tls ? createTlsServer(options.tls, open) : createTcpServer(open);
    this.listener.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
  }

  /** Listens on a port, 0 for a free one, and returns the port. */
  async listen(port = 0, host = '127.0.0.1'): Promise<number> {
    this.listener.listen(port, host);
    await once(this.listener, 'listening');
    return this.port;
  }

  /** The port listened on. */
  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Takes no more connections, closes every session in order, and resolves when all are gone. */
  async close(options?: CloseOptions): Promise<void> {
    const closed = this.listener.listening ? once(this.listener, 'close') : undefined;
    if (closed) this.listener.close();
    await Promise.all([...this.sessions].map((session) => session.close(options)));
    await closed;
  }

  private open(socket: Socket): void {
    const { onRequest, session: settings } = this.options;
    const session: SmppSession = new SmppSession(socket, 'smsc', {
      ...settings,
      ...(onRequest && { onRequest: (request: IncomingRequest) => onRequest(request, session) }),
    });
    this.sessions.add(session);
    session.on('bound', (mode) => this.emit('bound', session, mode));
    session.on('close', (close) => {
      this.sessions.delete(session);
      this.emit('sessionClosed', session, close);
    });
    this.emit('connection', session);
  }
}
