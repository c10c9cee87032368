import { type Concatenation, parseUdh } from '#domain';
import type { DataSm, SubmitSm } from '#smpp';

const UDH_INDICATOR = 0x40;
const EMPTY = Buffer.alloc(0);

/** One submitted part. Its octets are kept as Latin-1 text: a third of the memory of a small Buffer. */
export interface Part {
  readonly from: string;
  /** The recipient's number, digits without "+". */
  readonly to: string;
  readonly dataCoding: number;
  /** The text without its user data header. */
  readonly octets: string;
  /** Where the part stands in a longer message; undefined for a message of one part. */
  readonly concatenation: Concatenation | undefined;
}

/** Takes a submit apart: short_message or message_payload, with the place told by a header or by SAR parameters. */
export function readPart(pdu: SubmitSm | DataSm): Part {
  const shortMessage = pdu.command === 'submit_sm' ? pdu.shortMessage : EMPTY;
  const payload = shortMessage.length > 0 ? shortMessage : (pdu.tlvs.messagePayload ?? EMPTY);
  const header = (pdu.esmClass & UDH_INDICATOR) === 0 ? null : parseUdh(payload);
  const place = header?.concatenation ?? readSar(pdu);
  return {
    from: pdu.sourceAddr,
    to: normaliseNumber(pdu.destinationAddr),
    dataCoding: pdu.dataCoding,
    octets: payload.toString('latin1', header?.bodyOffset ?? 0),
    concatenation: place && place.total > 1 ? place : undefined,
  };
}

/** Phones are known by their digits, however a client or a person writes the "+". */
export function normaliseNumber(number: string): string {
  return number.startsWith('+') ? number.slice(1) : number;
}

function readSar({ tlvs }: SubmitSm | DataSm): Concatenation | undefined {
  const { sarMsgRefNum, sarTotalSegments: total, sarSegmentSeqnum: sequence } = tlvs;
  if (sarMsgRefNum === undefined || total === undefined || sequence === undefined) return undefined;
  return sequence >= 1 && sequence <= total ? { reference: sarMsgRefNum, total, sequence } : undefined;
}
