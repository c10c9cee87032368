import { SmppFieldError } from './field-error.js';
import type { DataSm, DeliverSm, PduInput, SubmitSm } from './pdu.js';
import type { PduReader } from './reader.js';
import { STATUS } from './statuses.js';
import { readTlvs, writeTlvs } from './tlvs.js';
import type { PduWriter } from './writer.js';

/** Sizes of SMPP 3.4 §5.2, terminating NUL included. */
export const SERVICE_TYPE_BYTES = 6;
export const ADDRESS_BYTES = 21;
/** data_sm and alert_notification allow longer addresses than submit_sm (§4.7.1, §4.12.1). */
export const LONG_ADDRESS_BYTES = 65;
export const TIME_BYTES = 17;
export const MESSAGE_ID_BYTES = 65;
export const SHORT_MESSAGE_BYTES = 254;

export const EMPTY_OCTETS = Buffer.alloc(0);

type Source = { sourceAddrTon?: number; sourceAddrNpi?: number; sourceAddr?: string };
type Destination = { destAddrTon?: number; destAddrNpi?: number; destinationAddr?: string };

export function writeSource(writer: PduWriter, pdu: Source, maxBytes = ADDRESS_BYTES): void {
  writer.writeInt1('sourceAddrTon', pdu.sourceAddrTon ?? 0);
  writer.writeInt1('sourceAddrNpi', pdu.sourceAddrNpi ?? 0);
  writer.writeCString('sourceAddr', pdu.sourceAddr ?? '', maxBytes, STATUS.ESME_RINVSRCADR);
}

export function writeDestination(writer: PduWriter, pdu: Destination, maxBytes = ADDRESS_BYTES): void {
  writer.writeInt1('destAddrTon', pdu.destAddrTon ?? 0);
  writer.writeInt1('destAddrNpi', pdu.destAddrNpi ?? 0);
  writer.writeCString('destinationAddr', pdu.destinationAddr ?? '', maxBytes, STATUS.ESME_RINVDSTADR);
}

export function writeServiceType(writer: PduWriter, serviceType: string | undefined): void {
  writer.writeCString('serviceType', serviceType ?? '', SERVICE_TYPE_BYTES, STATUS.ESME_RINVSERTYP);
}

export function writeShortMessage(writer: PduWriter, octets: Buffer): void {
  if (octets.length > SHORT_MESSAGE_BYTES) {
    throw new SmppFieldError(
      'shortMessage',
      `${octets.length} octets, at most ${SHORT_MESSAGE_BYTES} fit`,
      STATUS.ESME_RINVMSGLEN,
    );
  }
  writer.writeInt1('smLength', octets.length);
  writer.writeOctets(octets);
}

export function readShortMessage(reader: PduReader): Buffer {
  const length = reader.readInt1('smLength');
  if (length > SHORT_MESSAGE_BYTES || length > reader.remaining) {
    throw new SmppFieldError(
      'shortMessage',
      `a length of ${length} does not fit the PDU`,
      STATUS.ESME_RINVMSGLEN,
    );
  }
  return length === 0 ? EMPTY_OCTETS : reader.readOctets('shortMessage', length);
}

type ShortMessageInput = Extract<PduInput, { command: 'submit_sm' | 'deliver_sm' }>;

export function writeMessage(writer: PduWriter, pdu: ShortMessageInput): void {
  writeServiceType(writer, pdu.serviceType);
  writeSource(writer, pdu);
  writeDestination(writer, pdu);
  writer.writeInt1('esmClass', pdu.esmClass ?? 0);
  writer.writeInt1('protocolId', pdu.protocolId ?? 0);
  writer.writeInt1('priorityFlag', pdu.priorityFlag ?? 0);
  writer.writeCString(
    'scheduleDeliveryTime',
    pdu.scheduleDeliveryTime ?? '',
    TIME_BYTES,
    STATUS.ESME_RINVSCHED,
  );
  writer.writeCString('validityPeriod', pdu.validityPeriod ?? '', TIME_BYTES, STATUS.ESME_RINVEXPIRY);
  writer.writeInt1('registeredDelivery', pdu.registeredDelivery ?? 0);
  writer.writeInt1('replaceIfPresentFlag', pdu.replaceIfPresentFlag ?? 0);
  writer.writeInt1('dataCoding', pdu.dataCoding ?? 0);
  writer.writeInt1('smDefaultMsgId', pdu.smDefaultMsgId ?? 0);
  writeShortMessage(writer, pdu.shortMessage ?? EMPTY_OCTETS);
  if (pdu.tlvs) writeTlvs(writer, pdu.tlvs);
}

/** Object literals keep the order of the wire: a property is read where it stands, so the order here is the layout. */
export function readMessage<C extends 'submit_sm' | 'deliver_sm'>(
  command: C,
  reader: PduReader,
  status: number,
  sequence: number,
): (SubmitSm | DeliverSm) & { command: C } {
  return {
    command,
    status,
    sequence,
    serviceType: reader.readCString('serviceType', SERVICE_TYPE_BYTES, STATUS.ESME_RINVSERTYP),
    sourceAddrTon: reader.readInt1('sourceAddrTon'),
    sourceAddrNpi: reader.readInt1('sourceAddrNpi'),
    sourceAddr: reader.readCString('sourceAddr', ADDRESS_BYTES, STATUS.ESME_RINVSRCADR),
    destAddrTon: reader.readInt1('destAddrTon'),
    destAddrNpi: reader.readInt1('destAddrNpi'),
    destinationAddr: reader.readCString('destinationAddr', ADDRESS_BYTES, STATUS.ESME_RINVDSTADR),
    esmClass: reader.readInt1('esmClass'),
    protocolId: reader.readInt1('protocolId'),
    priorityFlag: reader.readInt1('priorityFlag'),
    scheduleDeliveryTime: reader.readCString('scheduleDeliveryTime', TIME_BYTES, STATUS.ESME_RINVSCHED),
    validityPeriod: reader.readCString('validityPeriod', TIME_BYTES, STATUS.ESME_RINVEXPIRY),
    registeredDelivery: reader.readInt1('registeredDelivery'),
    replaceIfPresentFlag: reader.readInt1('replaceIfPresentFlag'),
    dataCoding: reader.readInt1('dataCoding'),
    smDefaultMsgId: reader.readInt1('smDefaultMsgId'),
    shortMessage: readShortMessage(reader),
    tlvs: readTlvs(reader),
  } as (SubmitSm | DeliverSm) & { command: C };
}

type DataSmInput = Extract<PduInput, { command: 'data_sm' }>;

export function writeDataSm(writer: PduWriter, pdu: DataSmInput): void {
  writeServiceType(writer, pdu.serviceType);
  writeSource(writer, pdu, LONG_ADDRESS_BYTES);
  writeDestination(writer, pdu, LONG_ADDRESS_BYTES);
  writer.writeInt1('esmClass', pdu.esmClass ?? 0);
  writer.writeInt1('registeredDelivery', pdu.registeredDelivery ?? 0);
  writer.writeInt1('dataCoding', pdu.dataCoding ?? 0);
  if (pdu.tlvs) writeTlvs(writer, pdu.tlvs);
}

export function readDataSm(reader: PduReader, status: number, sequence: number): DataSm {
  return {
    command: 'data_sm',
    status,
    sequence,
    serviceType: reader.readCString('serviceType', SERVICE_TYPE_BYTES, STATUS.ESME_RINVSERTYP),
    sourceAddrTon: reader.readInt1('sourceAddrTon'),
    sourceAddrNpi: reader.readInt1('sourceAddrNpi'),
    sourceAddr: reader.readCString('sourceAddr', LONG_ADDRESS_BYTES, STATUS.ESME_RINVSRCADR),
    destAddrTon: reader.readInt1('destAddrTon'),
    destAddrNpi: reader.readInt1('destAddrNpi'),
    destinationAddr: reader.readCString('destinationAddr', LONG_ADDRESS_BYTES, STATUS.ESME_RINVDSTADR),
    esmClass: reader.readInt1('esmClass'),
    registeredDelivery: reader.readInt1('registeredDelivery'),
    dataCoding: reader.readInt1('dataCoding'),
    tlvs: readTlvs(reader),
  };
}
