import { decodeBase32Digit, encodeBase32Digit } from './base32.js';
import type { IdPrefix } from './id-prefixes.js';

/** 128 bits in steps of five, with two zero bits in front. */
const UUID_DIGITS = 26;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The public form of a uuid: `formatId('cmp', uuid)` -> `cmp_` and 26 base32 characters.
 * Ids keep the order of their uuids.
 * @throws TypeError when the uuid is not in canonical lower case (a bug of ours, never input)
 */
export function formatId(prefix: IdPrefix, uuid: string): string {
  if (!UUID.test(uuid)) throw new TypeError(`Not a canonical uuid for a ${prefix}_ id`);
  const hex = uuid.replaceAll('-', '');
  let text = `${prefix}_`;
  let bits = 0;
  let bitCount = 2;
  for (let at = 0; at < hex.length; at += 2) {
    bits = (bits << 8) | Number.parseInt(hex.slice(at, at + 2), 16);
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      text += encodeBase32Digit((bits >> bitCount) & 31);
      bits &= (1 << bitCount) - 1;
    }
  }
  return text;
}

/**
 * Reads a public id back. Strict: another prefix, upper case, a wrong length or a value above 128 bits is null,
 * which callers answer like an id that does not exist.
 */
export function parseId(prefix: IdPrefix, text: string): string | null {
  const start = prefix.length + 1;
  if (text.length !== start + UUID_DIGITS || !text.startsWith(`${prefix}_`)) return null;
  let hex = '';
  let bits = decodeBase32Digit(text.charCodeAt(start));
  if (bits < 0 || bits > 7) return null;
  let bitCount = 3;
  for (let at = start + 1; at < text.length; at++) {
    const digit = decodeBase32Digit(text.charCodeAt(at));
    if (digit < 0) return null;
    bits = (bits << 5) | digit;
    bitCount += 5;
    while (bitCount >= 4) {
      bitCount -= 4;
      hex += ((bits >> bitCount) & 15).toString(16);
      bits &= (1 << bitCount) - 1;
    }
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
