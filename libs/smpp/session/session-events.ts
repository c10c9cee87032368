import type { PduFault } from '../pdu/decode.js';
import type { FramingFault } from '../pdu/framer.js';
import type { AlertNotification, Outbind, Pdu } from '../pdu/pdu.js';
import type { LateResponse } from './outcome.js';
import type { BindMode } from './roles.js';

export type CloseReason =
  | 'closed_by_us'
  | 'unbound_by_peer'
  | 'connection_lost'
  /** The peer broke the framing; nothing after it could be trusted. */
  | 'protocol_error'
  /** Two enquire_links in a row had no answer. */
  | 'peer_silent'
  | 'bind_timeout'
  | 'bind_refused';

export interface SessionClose {
  reason: CloseReason;
  /** The socket's error, when there was one. */
  error?: Error;
}

export interface SessionEvents {
  bound: [mode: BindMode];
  close: [close: SessionClose];
  lateResponse: [late: LateResponse];
  /** An answer nothing waits for: wrong sequence, wrong command, or a second one. */
  unmatchedResponse: [pdu: Pdu];
  /** A PDU that could not be read. The session goes on. */
  pduFault: [fault: PduFault];
  /** A length that cannot be. The session ends. */
  framingFault: [fault: FramingFault];
  /** The request handler threw or rejected; the peer was told to try again later. */
  handlerFailed: [error: unknown];
  alert: [pdu: AlertNotification];
  outbind: [pdu: Outbind];
}

export type BindResult =
  | { kind: 'bound'; systemId: string; status: number }
  | { kind: 'refused'; status: number }
  | { kind: 'unanswered' }
  | { kind: 'lost' };
