import { SYSTEM_ID_BYTES } from '../pdu/bind-bodies.js';
import type { Bind } from '../pdu/pdu.js';
import type { SmppClock } from './clock.js';
import { systemClock } from './clock.js';
import type { RequestHandler } from './incoming-request.js';
import { DEFAULT_MAX_PDU_BYTES } from '../pdu/framer.js';

/** The largest window a session takes; more is a sign of a setting gone wrong. */
export const MAX_WINDOW_SIZE = 1_000;

/** Decides about a bind on the server's side; returns the status to answer with, 0 to let it in. */
export type BindHandler = (bind: Bind, remoteAddress: string) => number | Promise<number>;

export interface SessionOptions {
  /** Requests on the wire without an answer, 1 to 1,000. Default 10. */
  windowSize?: number;
  /** Requests waiting for a slot of the window. Default 10,000. */
  maxQueued?: number;
  /** Unanswered requests remembered, for late answers, until the session ends. Default 10,000. */
  maxRemembered?: number;
  /** Requests of the peer without our answer, above which nothing more is read. Default 1,000. */
  maxUnansweredIncoming?: number;
  /** Octets the peer has not taken, above which nothing more is read from it. Default 1 MiB. */
  maxBufferedBytes?: number;
  /** Longest PDU taken. Default 64 KiB. */
  maxPduBytes?: number;
  /** Wait for the answer to a request. Default 60 s. */
  responseTimeoutMs?: number;
  /** Wait for the answer to a bind, or, on a server, for the bind. Default 30 s. */
  bindTimeoutMs?: number;
  /** Silence after which the peer is asked whether it is there. Default 30 s; 10 to 60 s are usual. */
  enquireIdleMs?: number;
  /** Wait for an answer to that. Default 10 s; two misses close the session. */
  enquireTimeoutMs?: number;
  /** Takes the requests of the peer; without it they are refused as temporarily impossible. */
  onRequest?: RequestHandler;
  /** On a server, decides about binds; without it every bind is let in. */
  onBind?: BindHandler;
  /** On a server, the name given in bind responses. */
  systemId?: string;
  clock?: SmppClock;
}

export const SESSION_DEFAULTS = {
  windowSize: 10,
  maxQueued: 10_000,
  maxRemembered: 10_000,
  maxUnansweredIncoming: 1_000,
  maxBufferedBytes: 1_048_576,
  maxPduBytes: DEFAULT_MAX_PDU_BYTES,
  responseTimeoutMs: 60_000,
  bindTimeoutMs: 30_000,
  enquireIdleMs: 30_000,
  enquireTimeoutMs: 10_000,
  systemId: '',
  clock: systemClock,
} as const;

export type ResolvedSessionOptions = Required<Omit<SessionOptions, 'onRequest' | 'onBind'>> &
  Pick<SessionOptions, 'onRequest' | 'onBind'>;

/** Fills in the defaults. Throws RangeError for a window outside 1 to 1,000 or a systemId too long. */
export function resolveSessionOptions(options: SessionOptions): ResolvedSessionOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedSessionOptions = { ...SESSION_DEFAULTS, ...given };
  const { windowSize, systemId } = resolved;
  if (!Number.isInteger(windowSize) || windowSize < 1 || windowSize > MAX_WINDOW_SIZE) {
    throw new RangeError(`windowSize: ${windowSize} is not a whole number from 1 to ${MAX_WINDOW_SIZE}`);
  }
  if (systemId.length >= SYSTEM_ID_BYTES) {
    throw new RangeError(`systemId: ${systemId.length} characters, at most ${SYSTEM_ID_BYTES - 1} fit`);
  }
  return resolved;
}
