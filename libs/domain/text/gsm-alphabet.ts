/** How a text travels: 7-bit GSM 03.38 default alphabet with its extension table, or UCS-2. */
export type TextEncoding = 'gsm7' | 'ucs2';

/** The default alphabet of 3GPP TS 23.038 §6.2.1 in code order; position 27 is the escape, not a character. */
const DEFAULT_ALPHABET =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** The extension table of §6.2.1.1: each of these is sent as the escape and a second septet. */
const EXTENSION_TABLE: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

export const GSM_ESCAPE = 0x1b;
export const NOT_GSM = 0xffff;

/**
 * UTF-16 code unit -> septet, or escape and septet as one number above 0xff, or NOT_GSM. A flat table over all
 * code units, because counting parts for a million recipients is one lookup per character.
 */
export const GSM_CODES = new Uint16Array(0x10000).fill(NOT_GSM);

const DEFAULT_CHARACTERS = Array.from(DEFAULT_ALPHABET);
const EXTENSION_CHARACTERS = new Map<number, string>();

DEFAULT_CHARACTERS.forEach((character, septet) => {
  if (septet !== GSM_ESCAPE) GSM_CODES[character.charCodeAt(0)] = septet;
});
for (const [character, septet] of Object.entries(EXTENSION_TABLE)) {
  GSM_CODES[character.charCodeAt(0)] = (GSM_ESCAPE << 8) | septet;
  EXTENSION_CHARACTERS.set(septet, character);
}

/** @returns the septet, `0x1b00 | septet` for an extension character, or NOT_GSM */
export const gsmCodeOf = (codeUnit: number): number => GSM_CODES[codeUnit] ?? NOT_GSM;

/** True for characters that cost two septets. */
export const isExtensionCode = (code: number): boolean => code > 0xff && code !== NOT_GSM;

/** @returns the character of the default alphabet, undefined for the escape and for octets above 127 */
export const defaultCharacterOf = (septet: number): string | undefined =>
  septet === GSM_ESCAPE ? undefined : DEFAULT_CHARACTERS[septet];

export const extensionCharacterOf = (septet: number): string | undefined => EXTENSION_CHARACTERS.get(septet);

/** True when the whole text fits the GSM alphabet. */
export function isGsmText(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (gsmCodeOf(text.charCodeAt(at)) === NOT_GSM) return false;
  return true;
}
