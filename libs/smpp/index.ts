/**
 * SMPP 3.4, from both ends: codec, session with window and timers, client that stays bound, server.
 * It knows the protocol and nothing else; encodings, prices and retries of messages are its users' business.
 */
export {
  BIND_COMMANDS,
  type BindCommand,
  COMMAND_IDS,
  type CommandName,
  nameCommand,
  REQUEST_COMMANDS,
  type RequestCommand,
} from './pdu/commands.js';
export { decodePdu, type DecodeResult, type PduFault } from './pdu/decode.js';
export { encodePdu, HEADER_BYTES } from './pdu/encode.js';
export { SmppFieldError } from './pdu/field-error.js';
export { DEFAULT_MAX_PDU_BYTES, PduFramer, type FramingFault } from './pdu/framer.js';
export type * from './pdu/pdu.js';
export { nameStatus, STATUS, type StatusName } from './pdu/statuses.js';
export { type RawTlv, TLV_DEFINITIONS, type TlvName, type Tlvs } from './pdu/tlvs.js';

export type { SessionState } from './session/binding.js';
export { type SmppClock, systemClock } from './session/clock.js';
export type { IncomingRequest, RequestHandler, ResponseFields } from './session/incoming-request.js';
export type { LateResponse, NotSentReason, RequestOutcome } from './session/outcome.js';
export type { BindMode, SessionRole } from './session/roles.js';
export { type BindFields, type CloseOptions, SmppSession } from './session/session.js';
export type { BindResult, CloseReason, SessionClose, SessionEvents } from './session/session-events.js';
export {
  type BindHandler,
  MAX_WINDOW_SIZE,
  SESSION_DEFAULTS,
  type SessionOptions,
} from './session/session-options.js';

export { SmppClient, type SmppClientEvents, type SmppClientOptions } from './client/client.js';
export { connectSession, type ConnectOptions, type Endpoint, SmppBindError } from './client/connect.js';
export { type Retry, RetryDelays } from './client/retry-delays.js';
export { SmppServer, type SmppServerEvents, type SmppServerOptions } from './server/server.js';

export { buildReceipt, buildReceiptText, type ReceiptInput } from './receipt/build-receipt.js';
export { isReceipt, readReceipt, readReceiptText, type Receipt } from './receipt/read-receipt.js';
export { MESSAGE_STATES, type MessageState } from './receipt/receipt.js';
