/**
 * Crockford's base32 in lower case (crockford.com/base32.html): no i, l, o, u, so ids survive being read
 * aloud. Decoding is strict, without Crockford's aliases, so that every id has exactly one spelling.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** @param value 0 … 31 */
export const encodeBase32Digit = (value: number): string => ALPHABET.charAt(value);

/** @returns 0 … 31, or -1 when the character is none of the alphabet */
export const decodeBase32Digit = (charCode: number): number => VALUES[charCode] ?? -1;
