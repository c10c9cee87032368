/** Length, element id, element length, reference, total, sequence: 3GPP TS 23.040 §9.2.3.24.1. */
export const CONCATENATION_HEADER_OCTETS = 6;

const ELEMENT_8_BIT_REFERENCE = 0x00;
const ELEMENT_16_BIT_REFERENCE = 0x08;

export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly sequence: number;
}

export interface UserDataHeader {
  readonly concatenation?: Concatenation;
  /** Where the text begins, in octets. */
  readonly bodyOffset: number;
}

/** @param reference only its low 8 bits travel, so a plain counter per destination may be passed */
export const buildConcatenationHeader = (reference: number, total: number, sequence: number): Buffer =>
  Buffer.from([0x05, ELEMENT_8_BIT_REFERENCE, 0x03, reference & 0xff, total, sequence]);

/**
 * Reads the user data header at the start of a payload whose esm_class has the UDHI bit.
 * @returns null when its lengths do not fit the payload; unknown elements are skipped
 */
export function parseUdh(payload: Buffer): UserDataHeader | null {
  const bodyOffset = (payload[0] ?? 0) + 1;
  if (payload.length === 0 || bodyOffset > payload.length) return null;
  let concatenation: Concatenation | undefined;
  for (let at = 1; at < bodyOffset;) {
    const start = at + 2;
    const end = start + (payload[at + 1] ?? 0);
    if (start > bodyOffset || end > bodyOffset) return null;
    concatenation ??= readConcatenation(payload[at], payload.subarray(start, end));
    at = end;
  }
  return concatenation === undefined ? { bodyOffset } : { concatenation, bodyOffset };
}

/** A total of zero or a sequence out of range makes the element void (§9.2.3.24.1), not the message. */
function readConcatenation(element: number | undefined, octets: Buffer): Concatenation | undefined {
  const isWide = element === ELEMENT_16_BIT_REFERENCE && octets.length === 4;
  const isNarrow = element === ELEMENT_8_BIT_REFERENCE && octets.length === 3;
  if (!isWide && !isNarrow) return undefined;
  const reference = isWide ? octets.readUInt16BE(0) : octets.readUInt8(0);
  const total = octets.readUInt8(octets.length - 2);
  const sequence = octets.readUInt8(octets.length - 1);
  return sequence >= 1 && sequence <= total ? { reference, total, sequence } : undefined;
}
