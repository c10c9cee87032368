import { GSM_ESCAPE, defaultCharacterOf, extensionCharacterOf } from './gsm-alphabet.js';

const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * Reads GSM text sent as one octet per septet. An unknown extension shows the character of the default
 * alphabet, as 3GPP TS 23.038 §6.2.1.1 asks of phones; an octet above 127 shows U+FFFD.
 */
export function decodeGsm7Unpacked(octets: Buffer): string {
  let text = '';
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (octet !== GSM_ESCAPE) {
      text += defaultCharacterOf(octet) ?? REPLACEMENT_CHARACTER;
      continue;
    }
    const next = octets[++at];
    if (next === undefined || next === GSM_ESCAPE) text += ' ';
    else text += extensionCharacterOf(next) ?? defaultCharacterOf(next) ?? REPLACEMENT_CHARACTER;
  }
  return text;
}

/** Reads UCS-2 (in practice UTF-16) big-endian. A last odd octet belongs to no character and is dropped. */
export function decodeUcs2(octets: Buffer): string {
  const whole = octets.subarray(0, octets.length & ~1);
  return Buffer.from(whole).swap16().toString('utf16le');
}
