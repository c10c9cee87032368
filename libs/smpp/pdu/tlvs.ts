import { SmppFieldError } from './field-error.js';
import type { PduReader } from './reader.js';
import { STATUS } from './statuses.js';
import type { PduWriter } from './writer.js';

const int1 = (tag: number) => ({ tag, kind: 'int', bytes: 1 }) as const;
const int2 = (tag: number) => ({ tag, kind: 'int', bytes: 2 }) as const;
const int4 = (tag: number) => ({ tag, kind: 'int', bytes: 4 }) as const;
const text = (tag: number, bytes: number) => ({ tag, kind: 'text', bytes }) as const;
const octets = (tag: number, bytes: number) => ({ tag, kind: 'octets', bytes }) as const;
const flag = (tag: number) => ({ tag, kind: 'flag', bytes: 0 }) as const;

/** The optional parameters of SMPP 3.4 (specification §5.3.2). `bytes` is the exact size of an int, the most of the others. */
export const TLV_DEFINITIONS = {
  destAddrSubunit: int1(0x0005),
  destNetworkType: int1(0x0006),
  destBearerType: int1(0x0007),
  destTelematicsId: int2(0x0008),
  sourceAddrSubunit: int1(0x000d),
  sourceNetworkType: int1(0x000e),
  sourceBearerType: int1(0x000f),
  sourceTelematicsId: int1(0x0010),
  qosTimeToLive: int4(0x0017),
  payloadType: int1(0x0019),
  additionalStatusInfoText: text(0x001d, 256),
  receiptedMessageId: text(0x001e, 65),
  msMsgWaitFacilities: int1(0x0030),
  privacyIndicator: int1(0x0201),
  sourceSubaddress: octets(0x0202, 23),
  destSubaddress: octets(0x0203, 23),
  userMessageReference: int2(0x0204),
  userResponseCode: int1(0x0205),
  sourcePort: int2(0x020a),
  destinationPort: int2(0x020b),
  sarMsgRefNum: int2(0x020c),
  languageIndicator: int1(0x020d),
  sarTotalSegments: int1(0x020e),
  sarSegmentSeqnum: int1(0x020f),
  scInterfaceVersion: int1(0x0210),
  callbackNumPresInd: int1(0x0302),
  callbackNumAtag: octets(0x0303, 65),
  numberOfMessages: int1(0x0304),
  callbackNum: octets(0x0381, 19),
  dpfResult: int1(0x0420),
  setDpf: int1(0x0421),
  msAvailabilityStatus: int1(0x0422),
  networkErrorCode: octets(0x0423, 3),
  messagePayload: octets(0x0424, 65_535),
  deliveryFailureReason: int1(0x0425),
  moreMessagesToSend: int1(0x0426),
  messageState: int1(0x0427),
  ussdServiceOp: octets(0x0501, 1),
  displayTime: int1(0x1201),
  smsSignal: int2(0x1203),
  msValidity: int1(0x1204),
  alertOnMessageDelivery: flag(0x130c),
  itsReplyType: int1(0x1380),
  itsSessionInfo: octets(0x1383, 2),
} as const;

export type TlvName = keyof typeof TLV_DEFINITIONS;
interface TlvTypes {
  int: number;
  text: string;
  octets: Buffer;
  flag: true;
}
interface TlvDefinition {
  tag: number;
  kind: keyof TlvTypes;
  bytes: number;
}

/** An optional parameter exactly as it stood on the wire. */
export interface RawTlv {
  tag: number;
  value: Buffer;
}

/**
 * The optional parameters of a PDU. Known ones are typed by name. `others` keeps everything else that was
 * read: vendor tags, repeated tags, and known tags whose value does not have the size the specification asks for.
 */
export type Tlvs = {
  [N in TlvName]?: TlvTypes[(typeof TLV_DEFINITIONS)[N]['kind']];
} & { others?: readonly RawTlv[] };

type MutableTlvs = Record<string, number | string | Buffer | true | RawTlv[]>;

/** Shared by every PDU without optional parameters; most have none. */
export const NO_TLVS: Tlvs = Object.freeze({});

const definitions: Record<string, TlvDefinition | undefined> = TLV_DEFINITIONS;
const namesByTag = new Map<number, TlvName>(
  Object.entries(TLV_DEFINITIONS).map(([name, definition]) => [definition.tag, name as TlvName]),
);
const TLV_HEADER_BYTES = 4;

/** An upper bound of the bytes `writeTlvs` will need. */
export function boundTlvBytes(tlvs: Tlvs): number {
  let bytes = 0;
  for (const name in tlvs) {
    const value: unknown = tlvs[name as TlvName | 'others'];
    if (Array.isArray(value)) {
      for (const other of value as RawTlv[]) bytes += TLV_HEADER_BYTES + other.value.length;
    } else if (typeof value === 'string' || Buffer.isBuffer(value)) {
      bytes += TLV_HEADER_BYTES + value.length + 1;
    } else {
      bytes += TLV_HEADER_BYTES + 4;
    }
  }
  return bytes;
}

/** Writes the optional parameters. Throws SmppFieldError naming the one that does not fit. */
export function writeTlvs(writer: PduWriter, tlvs: Tlvs): void {
  for (const name in tlvs) {
    const value: unknown = tlvs[name as TlvName | 'others'];
    if (value === undefined) continue;
    if (name === 'others') {
      for (const other of value as RawTlv[]) writeOctets(writer, name, other.tag, other.value, 0xffff);
      continue;
    }
    const definition = definitions[name];
    if (!definition) throw new SmppFieldError(name, 'not an optional parameter', STATUS.ESME_ROPTPARNOTALLWD);
    writeKnown(writer, name, definition, value);
  }
}

function writeKnown(writer: PduWriter, name: string, definition: TlvDefinition, value: unknown): void {
  const { tag, kind, bytes } = definition;
  if (kind === 'int') {
    writer.writeInt(name, tag, 2);
    writer.writeInt(name, bytes, 2);
    writer.writeInt(name, value as number, bytes);
  } else if (kind === 'octets') {
    writeOctets(writer, name, tag, value as Buffer, bytes);
  } else if (kind === 'flag') {
    writer.writeInt(name, tag, 2);
    writer.writeInt(name, 0, 2);
  } else {
    const content = value as string;
    writer.writeInt(name, tag, 2);
    writer.writeInt(name, content.length + 1, 2);
    writer.writeCString(name, content, bytes, STATUS.ESME_RINVPARLEN);
  }
}

function writeOctets(writer: PduWriter, name: string, tag: number, value: Buffer, maxBytes: number): void {
  if (value.length > maxBytes) {
    throw new SmppFieldError(name, `${value.length} octets, at most ${maxBytes} fit`, STATUS.ESME_RINVPARLEN);
  }
  writer.writeInt(name, tag, 2);
  writer.writeInt(name, value.length, 2);
  writer.writeOctets(value);
}

/**
 * Reads optional parameters up to the end of the PDU. A stream that is cut is an error in a request; in a
 * response it is tolerated (`lenient`), since losing the message id over it would cost a delivery report.
 */
export function readTlvs(reader: PduReader, lenient = false): Tlvs {
  if (reader.remaining === 0) return NO_TLVS;
  const tlvs: MutableTlvs = {};
  while (reader.remaining > 0) {
    const isCut =
      reader.remaining < TLV_HEADER_BYTES || reader.remaining < TLV_HEADER_BYTES + reader.peekInt2(2);
    if (isCut && lenient) break;
    if (isCut) {
      throw new SmppFieldError('optional parameters', 'the stream is cut', STATUS.ESME_RINVOPTPARSTREAM);
    }
    const tag = reader.readInt('tag', 2);
    const length = reader.readInt('length', 2);
    keepTlv(tlvs, tag, reader.readOctets('value', length));
  }
  return tlvs;
}

function keepTlv(tlvs: MutableTlvs, tag: number, value: Buffer): void {
  const name = namesByTag.get(tag);
  const typed = name === undefined || name in tlvs ? undefined : typeValue(TLV_DEFINITIONS[name], value);
  if (name !== undefined && typed !== undefined) {
    tlvs[name] = typed;
    return;
  }
  const others = tlvs.others as RawTlv[] | undefined;
  if (others) others.push({ tag, value });
  else tlvs.others = [{ tag, value }];
}

function typeValue(definition: TlvDefinition, value: Buffer): number | string | Buffer | true | undefined {
  if (definition.kind === 'int')
    return value.length === definition.bytes ? readInteger(value, definition.bytes) : undefined;
  if (definition.kind === 'flag') return value.length === 0 ? true : undefined;
  if (definition.kind === 'octets') return value.length <= definition.bytes ? value : undefined;
  return readText(value, definition.bytes);
}

/** `Buffer.readUIntBE` checks its arguments again each time; two optional parameters per receipt make that visible. */
function readInteger(value: Buffer, bytes: number): number {
  let result = 0;
  for (let index = 0; index < bytes; index++) result = result * 256 + (value[index] ?? 0);
  return result;
}

/** Hosts send text parameters with no terminator or several, so trailing NULs are dropped; one inside makes it unreadable. */
function readText(value: Buffer, maxBytes: number): string | undefined {
  let end = value.length;
  while (end > 0 && value[end - 1] === 0) end--;
  if (end > maxBytes - 1) return undefined;
  for (let index = 0; index < end; index++) if (value[index] === 0) return undefined;
  return value.toString('latin1', 0, end);
}
