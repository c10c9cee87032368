import {
  ADDRESS_BYTES,
  EMPTY_OCTETS,
  LONG_ADDRESS_BYTES,
  MESSAGE_ID_BYTES,
  readShortMessage,
  SERVICE_TYPE_BYTES,
  TIME_BYTES,
  writeDestination,
  writeServiceType,
  writeShortMessage,
  writeSource,
} from './message-bodies.js';
import type {
  AlertNotification,
  CancelSm,
  MessageIdResp,
  PduInput,
  QuerySm,
  QuerySmResp,
  ReplaceSm,
} from './pdu.js';
import type { PduReader } from './reader.js';
import { STATUS } from './statuses.js';
import { NO_TLVS, readTlvs, writeTlvs } from './tlvs.js';
import type { PduWriter } from './writer.js';

type Input<C extends PduInput['command']> = Extract<PduInput, { command: C }>;

function writeMessageId(writer: PduWriter, messageId: string | undefined): void {
  writer.writeCString('messageId', messageId ?? '', MESSAGE_ID_BYTES, STATUS.ESME_RINVMSGID);
}

function readMessageId(reader: PduReader): string {
  return reader.readCString('messageId', MESSAGE_ID_BYTES, STATUS.ESME_RINVMSGID);
}

function readSource(reader: PduReader, maxBytes = ADDRESS_BYTES) {
  return {
    sourceAddrTon: reader.readInt1('sourceAddrTon'),
    sourceAddrNpi: reader.readInt1('sourceAddrNpi'),
    sourceAddr: reader.readCString('sourceAddr', maxBytes, STATUS.ESME_RINVSRCADR),
  };
}

type MessageIdCommand = MessageIdResp['command'];

/** A refused submit_sm or data_sm has no body (§4.4.2); deliver_sm_resp always carries its unused, empty id (§4.6.2). */
export function writeMessageIdResp(writer: PduWriter, pdu: Input<MessageIdCommand>, status: number): void {
  if (status !== 0 && pdu.command !== 'deliver_sm_resp') return;
  writeMessageId(writer, pdu.messageId);
  if (pdu.tlvs) writeTlvs(writer, pdu.tlvs);
}

export function readMessageIdResp<C extends MessageIdCommand>(
  command: C,
  reader: PduReader,
  status: number,
  sequence: number,
): MessageIdResp<C> {
  if (reader.remaining === 0) return { command, status, sequence, messageId: '', tlvs: NO_TLVS };
  return { command, status, sequence, messageId: readMessageId(reader), tlvs: readTlvs(reader, true) };
}

export function writeQuerySm(writer: PduWriter, pdu: Input<'query_sm'>): void {
  writeMessageId(writer, pdu.messageId);
  writeSource(writer, pdu);
}

export function readQuerySm(reader: PduReader, status: number, sequence: number): QuerySm {
  return { command: 'query_sm', status, sequence, messageId: readMessageId(reader), ...readSource(reader) };
}

export function writeQuerySmResp(writer: PduWriter, pdu: Input<'query_sm_resp'>, status: number): void {
  if (status !== 0) return;
  writeMessageId(writer, pdu.messageId);
  writer.writeCString('finalDate', pdu.finalDate ?? '', TIME_BYTES, STATUS.ESME_RQUERYFAIL);
  writer.writeInt1('messageState', pdu.messageState ?? 0);
  writer.writeInt1('errorCode', pdu.errorCode ?? 0);
}

export function readQuerySmResp(reader: PduReader, status: number, sequence: number): QuerySmResp {
  const isBare = reader.remaining === 0;
  return {
    command: 'query_sm_resp',
    status,
    sequence,
    messageId: isBare ? '' : readMessageId(reader),
    finalDate: isBare ? '' : reader.readCString('finalDate', TIME_BYTES, STATUS.ESME_RQUERYFAIL),
    messageState: isBare ? 0 : reader.readInt1('messageState'),
    errorCode: isBare ? 0 : reader.readInt1('errorCode'),
  };
}

export function writeCancelSm(writer: PduWriter, pdu: Input<'cancel_sm'>): void {
  writeServiceType(writer, pdu.serviceType);
  writeMessageId(writer, pdu.messageId);
  writeSource(writer, pdu);
  writeDestination(writer, pdu);
}

export function readCancelSm(reader: PduReader, status: number, sequence: number): CancelSm {
  return {
    command: 'cancel_sm',
    status,
    sequence,
    serviceType: reader.readCString('serviceType', SERVICE_TYPE_BYTES, STATUS.ESME_RINVSERTYP),
    messageId: readMessageId(reader),
    ...readSource(reader),
    destAddrTon: reader.readInt1('destAddrTon'),
    destAddrNpi: reader.readInt1('destAddrNpi'),
    destinationAddr: reader.readCString('destinationAddr', ADDRESS_BYTES, STATUS.ESME_RINVDSTADR),
  };
}

export function writeReplaceSm(writer: PduWriter, pdu: Input<'replace_sm'>): void {
  writeMessageId(writer, pdu.messageId);
  writeSource(writer, pdu);
  writer.writeCString(
    'scheduleDeliveryTime',
    pdu.scheduleDeliveryTime ?? '',
    TIME_BYTES,
    STATUS.ESME_RINVSCHED,
  );
  writer.writeCString('validityPeriod', pdu.validityPeriod ?? '', TIME_BYTES, STATUS.ESME_RINVEXPIRY);
  writer.writeInt1('registeredDelivery', pdu.registeredDelivery ?? 0);
  writer.writeInt1('smDefaultMsgId', pdu.smDefaultMsgId ?? 0);
  writeShortMessage(writer, pdu.shortMessage ?? EMPTY_OCTETS);
}

export function readReplaceSm(reader: PduReader, status: number, sequence: number): ReplaceSm {
  return {
    command: 'replace_sm',
    status,
    sequence,
    messageId: readMessageId(reader),
    ...readSource(reader),
    scheduleDeliveryTime: reader.readCString('scheduleDeliveryTime', TIME_BYTES, STATUS.ESME_RINVSCHED),
    validityPeriod: reader.readCString('validityPeriod', TIME_BYTES, STATUS.ESME_RINVEXPIRY),
    registeredDelivery: reader.readInt1('registeredDelivery'),
    smDefaultMsgId: reader.readInt1('smDefaultMsgId'),
    shortMessage: readShortMessage(reader),
  };
}

export function writeAlertNotification(writer: PduWriter, pdu: Input<'alert_notification'>): void {
  writeSource(writer, pdu, LONG_ADDRESS_BYTES);
  writer.writeInt1('esmeAddrTon', pdu.esmeAddrTon ?? 0);
  writer.writeInt1('esmeAddrNpi', pdu.esmeAddrNpi ?? 0);
  writer.writeCString('esmeAddr', pdu.esmeAddr ?? '', LONG_ADDRESS_BYTES, STATUS.ESME_RINVDSTADR);
  if (pdu.tlvs) writeTlvs(writer, pdu.tlvs);
}

export function readAlertNotification(
  reader: PduReader,
  status: number,
  sequence: number,
): AlertNotification {
  return {
    command: 'alert_notification',
    status,
    sequence,
    ...readSource(reader, LONG_ADDRESS_BYTES),
    esmeAddrTon: reader.readInt1('esmeAddrTon'),
    esmeAddrNpi: reader.readInt1('esmeAddrNpi'),
    esmeAddr: reader.readCString('esmeAddr', LONG_ADDRESS_BYTES, STATUS.ESME_RINVDSTADR),
    tlvs: readTlvs(reader),
  };
}
