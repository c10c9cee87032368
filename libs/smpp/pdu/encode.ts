import { writeBind, writeBindResp, writeOutbind } from './bind-bodies.js';
import { COMMAND_IDS } from './commands.js';
import { writeDataSm, writeMessage } from './message-bodies.js';
import {
  writeAlertNotification,
  writeCancelSm,
  writeMessageIdResp,
  writeQuerySm,
  writeQuerySmResp,
  writeReplaceSm,
} from './other-bodies.js';
import type { PduInput } from './pdu.js';
import { boundTlvBytes } from './tlvs.js';
import { PduWriter } from './writer.js';

export const HEADER_BYTES = 16;
/** More than the header and every fixed field of any PDU at its longest, short_message included. */
const FIXED_FIELDS_BOUND_BYTES = 1_024;

/** How many bytes to have ready before `writePdu`; never less than it will write. */
export function boundPduBytes(pdu: PduInput): number {
  let bytes = FIXED_FIELDS_BOUND_BYTES;
  if ('tlvs' in pdu && pdu.tlvs) bytes += boundTlvBytes(pdu.tlvs);
  if ('body' in pdu && pdu.body) bytes += pdu.body.length;
  return bytes;
}

/**
 * Writes one PDU at the writer's position. The caller guarantees `boundPduBytes` of room.
 * Throws SmppFieldError naming the field that does not fit; the writer then stands where it stood.
 */
export function writePdu(writer: PduWriter, pdu: PduInput, sequence: number, status = 0): void {
  const start = writer.position;
  try {
    writer.position = start + 4;
    writer.writeInt('commandId', COMMAND_IDS[pdu.command], 4);
    writer.writeInt('status', status, 4);
    writer.writeInt('sequence', sequence, 4);
    writeBody(writer, pdu, status);
    const end = writer.position;
    writer.position = start;
    writer.writeInt('commandLength', end - start, 4);
    writer.position = end;
  } catch (error) {
    writer.position = start;
    throw error;
  }
}

/** One PDU as bytes of its own. Sessions write into pooled chunks instead; this is for tests and faults. */
export function encodePdu(pdu: PduInput, sequence: number, status = 0): Buffer {
  const writer = new PduWriter(Buffer.allocUnsafe(boundPduBytes(pdu)));
  writePdu(writer, pdu, sequence, status);
  return writer.buffer.subarray(0, writer.position);
}

function writeBody(writer: PduWriter, pdu: PduInput, status: number): void {
  switch (pdu.command) {
    case 'submit_sm':
    case 'deliver_sm':
      return writeMessage(writer, pdu);
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
    case 'data_sm_resp':
      return writeMessageIdResp(writer, pdu, status);
    case 'data_sm':
      return writeDataSm(writer, pdu);
    case 'bind_transmitter':
    case 'bind_receiver':
    case 'bind_transceiver':
      return writeBind(writer, pdu);
    case 'bind_transmitter_resp':
    case 'bind_receiver_resp':
    case 'bind_transceiver_resp':
      return writeBindResp(writer, pdu, status);
    case 'outbind':
      return writeOutbind(writer, pdu);
    case 'query_sm':
      return writeQuerySm(writer, pdu);
    case 'query_sm_resp':
      return writeQuerySmResp(writer, pdu, status);
    case 'cancel_sm':
      return writeCancelSm(writer, pdu);
    case 'replace_sm':
      return writeReplaceSm(writer, pdu);
    case 'alert_notification':
      return writeAlertNotification(writer, pdu);
    case 'submit_multi':
    case 'submit_multi_resp':
      return writer.writeOctets(pdu.body ?? Buffer.alloc(0));
    case 'generic_nack':
    case 'unbind':
    case 'unbind_resp':
    case 'enquire_link':
    case 'enquire_link_resp':
    case 'cancel_sm_resp':
    case 'replace_sm_resp':
      return;
  }
}
