import { CONCATENATION_HEADER_OCTETS, buildConcatenationHeader } from './concatenation-header.js';
import { NOT_GSM, gsmCodeOf, isExtensionCode } from './gsm-alphabet.js';
import type { TextEncoding } from './gsm-alphabet.js';
import { splitIntoParts } from './parts.js';

/** SMPP 3.4 §5.2.19: 0 is the carrier's default alphabet (GSM 03.38), 8 is UCS-2. */
export const DATA_CODINGS = { gsm7: 0, ucs2: 8 } as const satisfies Record<TextEncoding, number>;

export interface EncodedMessage {
  readonly encoding: TextEncoding;
  readonly dataCoding: 0 | 8;
  /** True when each payload begins with a concatenation header, so esm_class needs the UDHI bit. */
  readonly esmClassUdhi: boolean;
  /** One short_message per part, header included. */
  readonly payloads: Buffer[];
}

/**
 * Turns a text into the payloads that go on the wire: one octet per septet, or UCS-2 big-endian.
 * @param reference tells the parts of two messages to one phone apart; its low 8 bits are used
 * @throws DomainError `messages.text_too_long`
 */
export function encodeMessage(text: string, reference: number): EncodedMessage {
  const { encoding, parts } = splitIntoParts(text);
  const esmClassUdhi = parts.length > 1;
  const payloads = parts.map((part, index) => {
    if (!esmClassUdhi) return encodePart(part, encoding);
    return encodePart(part, encoding, buildConcatenationHeader(reference, parts.length, index + 1));
  });
  return { encoding, dataCoding: DATA_CODINGS[encoding], esmClassUdhi, payloads };
}

/**
 * One part as octets, after its header if there is one.
 * @throws RangeError when a gsm7 part holds a character outside the alphabet (a bug of ours, never input)
 */
export const encodePart = (part: string, encoding: TextEncoding, header?: Buffer): Buffer =>
  encoding === 'gsm7' ? encodeGsm7(part, header) : encodeUcs2(part, header);

function encodeGsm7(part: string, header: Buffer | undefined): Buffer {
  const octets = Buffer.allocUnsafe(part.length * 2 + CONCATENATION_HEADER_OCTETS);
  let length = header === undefined ? 0 : header.copy(octets);
  for (let at = 0; at < part.length; at++) {
    const code = gsmCodeOf(part.charCodeAt(at));
    if (code === NOT_GSM) throw new RangeError(`Character ${at} is not in the GSM alphabet`);
    if (isExtensionCode(code)) octets[length++] = code >> 8;
    octets[length++] = code & 0xff;
  }
  return octets.subarray(0, length);
}

function encodeUcs2(part: string, header: Buffer | undefined): Buffer {
  const start = header?.length ?? 0;
  const octets = Buffer.allocUnsafe(start + part.length * 2);
  header?.copy(octets);
  octets.write(part, start, 'utf16le');
  octets.subarray(start).swap16();
  return octets;
}
