import { isGsmText } from './gsm-alphabet.js';

/**
 * What a person would type instead of a character that forces UCS-2. Word processors put most of these in
 * unasked, and one of them more than halves the room of a part.
 */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  '\t': ' ',
  '\u00a0': ' ',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u3000': ' ',
  '\u00ad': '',
  '\u200b': '',
  '\u200e': '',
  '\u2060': '',
  '\ufeff': '',
  '\u2028': '\n',
  '\u2029': '\n',
  '`': "'",
  '´': "'",
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '…': '...',
  '•': '*',
  '·': '.',
  '×': 'x',
  '÷': '/',
  '⁄': '/',
  '©': '(C)',
  '®': '(R)',
  '™': '(TM)',
  '°': ' deg',
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '₂': '2',
  '²': '2',
  '³': '3',
  '、': ',',
  '。': '.',
  '「': '"',
  '」': '"',
  '『': '"',
  '』': '"',
  '【': '[',
  '】': ']',
  ç: 'c',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
};

const FULL_WIDTH_FIRST = 0xff01;
const FULL_WIDTH_LAST = 0xff5e;
const FULL_WIDTH_OFFSET = 0xfee0;
const LATIN_LAST = 0x24f;
const LATIN_ADDITIONAL_FIRST = 0x1e00;
const LATIN_ADDITIONAL_LAST = 0x1eff;

const isLatin = (codePoint: number): boolean =>
  codePoint <= LATIN_LAST || (codePoint >= LATIN_ADDITIONAL_FIRST && codePoint <= LATIN_ADDITIONAL_LAST);

/**
 * Suggests GSM text for one character outside the GSM alphabet: the table above, full-width forms as ASCII,
 * accented Latin letters without the accent. Undefined when nothing says the same (Chinese, emoji).
 */
export function suggestGsmReplacement(character: string): string | undefined {
  if (Object.hasOwn(REPLACEMENTS, character)) return REPLACEMENTS[character];
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint >= FULL_WIDTH_FIRST && codePoint <= FULL_WIDTH_LAST) {
    const ascii = String.fromCharCode(codePoint - FULL_WIDTH_OFFSET);
    return isGsmText(ascii) ? ascii : REPLACEMENTS[ascii];
  }
  if (!isLatin(codePoint)) return undefined;
  const letter = character.normalize('NFD').charAt(0);
  return letter !== character && isGsmText(letter) ? letter : undefined;
}
