import { readBind, readBindResp, readOutbind } from './bind-bodies.js';
import { type CommandName, nameCommand } from './commands.js';
import { HEADER_BYTES } from './encode.js';
import { SmppFieldError } from './field-error.js';
import { readDataSm, readMessage } from './message-bodies.js';
import {
  readAlertNotification,
  readCancelSm,
  readMessageIdResp,
  readQuerySm,
  readQuerySmResp,
  readReplaceSm,
} from './other-bodies.js';
import type { Pdu } from './pdu.js';
import { PduReader } from './reader.js';
import { STATUS } from './statuses.js';

/** A PDU whose header could be read but whose command is unknown or whose body is wrong. */
export interface PduFault {
  commandId: number;
  command: CommandName | undefined;
  status: number;
  sequence: number;
  /** What is wrong; its own `status` is what the peer deserves as an answer. */
  error: SmppFieldError;
}

export type DecodeResult = { ok: true; pdu: Pdu } | { ok: false; fault: PduFault };

const integerAt = (frame: Buffer, at: number): number =>
  (((frame[at] ?? 0) << 24) |
    ((frame[at + 1] ?? 0) << 16) |
    ((frame[at + 2] ?? 0) << 8) |
    (frame[at + 3] ?? 0)) >>>
  0;

/**
 * Decodes one complete PDU, as the framer cut it. Never throws and never reads past the frame: whatever
 * is wrong comes back as a fault. Octet fields are views into the frame, not copies.
 */
export function decodePdu(frame: Buffer): DecodeResult {
  const commandId = integerAt(frame, 4);
  const status = integerAt(frame, 8);
  const sequence = integerAt(frame, 12);
  const command = nameCommand(commandId);
  if (frame.length < HEADER_BYTES || integerAt(frame, 0) !== frame.length) {
    const error = new SmppFieldError('commandLength', 'is not that of the frame', STATUS.ESME_RINVCMDLEN);
    return { ok: false, fault: { commandId, command, status, sequence, error } };
  }
  if (command === undefined) {
    const error = new SmppFieldError('commandId', 'is unknown', STATUS.ESME_RINVCMDID);
    return { ok: false, fault: { commandId, command, status, sequence, error } };
  }
  try {
    const reader = new PduReader(frame, HEADER_BYTES, frame.length);
    return { ok: true, pdu: readBody(command, reader, status, sequence) };
  } catch (error) {
    if (!(error instanceof SmppFieldError)) throw error;
    return { ok: false, fault: { commandId, command, status, sequence, error } };
  }
}

function readBody(command: CommandName, reader: PduReader, status: number, sequence: number): Pdu {
  switch (command) {
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
    case 'data_sm_resp':
      return readMessageIdResp(command, reader, status, sequence);
    case 'submit_sm':
    case 'deliver_sm':
      return readMessage(command, reader, status, sequence);
    case 'data_sm':
      return readDataSm(reader, status, sequence);
    case 'bind_transmitter':
    case 'bind_receiver':
    case 'bind_transceiver':
      return readBind(command, reader, status, sequence);
    case 'bind_transmitter_resp':
    case 'bind_receiver_resp':
    case 'bind_transceiver_resp':
      return readBindResp(command, reader, status, sequence);
    case 'outbind':
      return readOutbind(reader, status, sequence);
    case 'query_sm':
      return readQuerySm(reader, status, sequence);
    case 'query_sm_resp':
      return readQuerySmResp(reader, status, sequence);
    case 'cancel_sm':
      return readCancelSm(reader, status, sequence);
    case 'replace_sm':
      return readReplaceSm(reader, status, sequence);
    case 'alert_notification':
      return readAlertNotification(reader, status, sequence);
    case 'submit_multi':
    case 'submit_multi_resp':
      return { command, status, sequence, body: reader.readOctets('body', reader.remaining) };
    case 'generic_nack':
    case 'unbind':
    case 'unbind_resp':
    case 'enquire_link':
    case 'enquire_link_resp':
    case 'cancel_sm_resp':
    case 'replace_sm_resp':
      return { command, status, sequence };
  }
}
