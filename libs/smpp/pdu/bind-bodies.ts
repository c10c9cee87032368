import type { BindCommand } from './commands.js';
import type { Bind, BindResp, Outbind, PduInput } from './pdu.js';
import type { PduReader } from './reader.js';
import { STATUS } from './statuses.js';
import { NO_TLVS, readTlvs, writeTlvs } from './tlvs.js';
import type { PduWriter } from './writer.js';

/** Sizes of SMPP 3.4 §4.1 and §5.2, terminating NUL included. */
export const SYSTEM_ID_BYTES = 16;
const PASSWORD_BYTES = 9;
const SYSTEM_TYPE_BYTES = 13;
const ADDRESS_RANGE_BYTES = 41;
/** SMPP 3.4 announces itself as 0x34 (§5.2.4). */
export const INTERFACE_VERSION = 0x34;

type BindInput = Extract<PduInput, { command: BindCommand }>;
type BindRespInput = Extract<PduInput, { command: `${BindCommand}_resp` }>;
type OutbindInput = Extract<PduInput, { command: 'outbind' }>;

export function writeBind(writer: PduWriter, pdu: BindInput): void {
  writer.writeCString('systemId', pdu.systemId ?? '', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID);
  writer.writeCString('password', pdu.password ?? '', PASSWORD_BYTES, STATUS.ESME_RINVPASWD);
  writer.writeCString('systemType', pdu.systemType ?? '', SYSTEM_TYPE_BYTES, STATUS.ESME_RINVSYSTYP);
  writer.writeInt1('interfaceVersion', pdu.interfaceVersion ?? INTERFACE_VERSION);
  writer.writeInt1('addrTon', pdu.addrTon ?? 0);
  writer.writeInt1('addrNpi', pdu.addrNpi ?? 0);
  writer.writeCString('addressRange', pdu.addressRange ?? '', ADDRESS_RANGE_BYTES, STATUS.ESME_RBINDFAIL);
}

export function readBind(command: BindCommand, reader: PduReader, status: number, sequence: number): Bind {
  return {
    command,
    status,
    sequence,
    systemId: reader.readCString('systemId', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID),
    password: reader.readCString('password', PASSWORD_BYTES, STATUS.ESME_RINVPASWD),
    systemType: reader.readCString('systemType', SYSTEM_TYPE_BYTES, STATUS.ESME_RINVSYSTYP),
    interfaceVersion: reader.readInt1('interfaceVersion'),
    addrTon: reader.readInt1('addrTon'),
    addrNpi: reader.readInt1('addrNpi'),
    addressRange: reader.readCString('addressRange', ADDRESS_RANGE_BYTES, STATUS.ESME_RBINDFAIL),
  };
}

/** A refusal carries no body (§4.1.2: "the body is not returned"). */
export function writeBindResp(writer: PduWriter, pdu: BindRespInput, status: number): void {
  if (status !== 0) return;
  writer.writeCString('systemId', pdu.systemId ?? '', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID);
  if (pdu.tlvs) writeTlvs(writer, pdu.tlvs);
}

export function readBindResp(
  command: `${BindCommand}_resp`,
  reader: PduReader,
  status: number,
  sequence: number,
): BindResp {
  const isBare = reader.remaining === 0;
  return {
    command,
    status,
    sequence,
    systemId: isBare ? '' : reader.readCString('systemId', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID),
    tlvs: isBare ? NO_TLVS : readTlvs(reader, true),
  };
}

export function writeOutbind(writer: PduWriter, pdu: OutbindInput): void {
  writer.writeCString('systemId', pdu.systemId ?? '', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID);
  writer.writeCString('password', pdu.password ?? '', PASSWORD_BYTES, STATUS.ESME_RINVPASWD);
}

export function readOutbind(reader: PduReader, status: number, sequence: number): Outbind {
  return {
    command: 'outbind',
    status,
    sequence,
    systemId: reader.readCString('systemId', SYSTEM_ID_BYTES, STATUS.ESME_RINVSYSID),
    password: reader.readCString('password', PASSWORD_BYTES, STATUS.ESME_RINVPASWD),
  };
}
