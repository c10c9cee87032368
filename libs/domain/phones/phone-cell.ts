import type { PhoneRefusal } from './refusals.js';

/** A cell longer than this is prose; it is refused unread. */
export const MAX_PHONE_CELL_LENGTH = 64;
/** E.164 allows 15 digits; room is left for an international prefix and a kept trunk zero. */
const MAX_DIGITS = 20;

/** What is left of a cell once writing habits are taken away. */
export interface PhoneCell {
  readonly digits: string;
  /** True when a plus stands before the digits. */
  readonly isInternational: boolean;
}

const DIGIT_ZEROS = [0x30, 0xff10, 0x660, 0x6f0];
const PLUS_SIGNS = '+＋﹢';
/** Blanks, dashes, dots, brackets and slashes of many scripts, and the invisible marks phones copy along. */
const SEPARATORS =
  ' \t\n\r-./()[]·\u00a0\u00ad\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c' +
  '\u200d\u200e\u200f\u2010\u2011\u2012\u2013\u2014\u2015\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f' +
  '\u2060\u2066\u2067\u2068\u2069\u2212\u3000\u30fb\u30fc\ufe63\ufeff－．／（）［］';

const OTHER = 0xff;
const SEPARATOR = 0xfe;
const PLUS = 0xfd;
/** UTF-16 code unit -> digit 0 … 9, PLUS, SEPARATOR or OTHER; one lookup per character of a million cells. */
const KINDS = new Uint8Array(0x10000).fill(OTHER);
for (const zero of DIGIT_ZEROS) for (let digit = 0; digit < 10; digit++) KINDS[zero + digit] = digit;
for (const separator of SEPARATORS) KINDS[separator.charCodeAt(0)] = SEPARATOR;
for (const plus of PLUS_SIGNS) KINDS[plus.charCodeAt(0)] = PLUS;

const EXTENSION = /^(?:[^a-z]*\d[^a-z]*)(?:;?\s*ext(?:ension)?|x|#|轉|转|分機|分机)[\s.:=]*\d+\s*$/i;
/** What spreadsheets wrap around a number to keep it text: ="0912…", "0912…", '0912… */
const WRAPPED = /^(?:="([^"]*)"|"([^"]*)"|['’‘](.*))$/s;
const TRAILING_ZERO_DECIMALS = /^\+?[1-9]\d{4,14}\.0{1,2}$/;
const SCIENTIFIC = /^(\d)(?:[.,](\d{1,15}))?E\+?(\d{1,2})$/i;

/** Takes a cell apart: its digits and whether it is written internationally, or why it is no number. */
export function readPhoneCell(trimmed: string): PhoneCell | PhoneRefusal {
  if (trimmed.length > MAX_PHONE_CELL_LENGTH) return 'number.not_a_number';
  return readDigits(trimmed) ?? readSpreadsheetArtefact(trimmed);
}

/** The usual case, with nothing but digits, one plus in front and separators; undefined for anything else. */
function readDigits(text: string): PhoneCell | PhoneRefusal | undefined {
  let digits = '';
  let isInternational = false;
  for (let at = 0; at < text.length; at++) {
    const kind = KINDS[text.charCodeAt(at)] ?? OTHER;
    if (kind < 10) digits += kind;
    else if (kind === PLUS && digits === '' && !isInternational) isInternational = true;
    else if (kind !== SEPARATOR) return undefined;
  }
  if (text.endsWith('0') && TRAILING_ZERO_DECIMALS.test(text)) {
    digits = digits.slice(0, text.lastIndexOf('.') - text.length + 1);
  }
  if (digits === '') return text === '' ? 'number.empty' : 'number.not_a_number';
  return digits.length > MAX_DIGITS ? 'number.too_long' : { digits, isInternational };
}

function readSpreadsheetArtefact(text: string): PhoneCell | PhoneRefusal {
  const wrapped = WRAPPED.exec(text);
  const inside = wrapped?.[1] ?? wrapped?.[2] ?? wrapped?.[3];
  if (inside !== undefined) return readDigits(inside.trim()) ?? 'number.not_a_number';
  const scientific = SCIENTIFIC.exec(text);
  if (scientific !== null) return expandScientific(scientific);
  return EXTENSION.test(text) ? 'number.extension' : 'number.not_a_number';
}

/**
 * 9.12345678E+08 is 912345678. With fewer digits than the exponent asks for, the spreadsheet has rounded the
 * number for display and saved what it displayed: filling up with zeros would send to a stranger.
 */
function expandScientific([, first = '', decimals = '', exponent = '']: RegExpExecArray):
  PhoneCell | PhoneRefusal {
  const wanted = Number(exponent);
  if (decimals.length < wanted) return 'number.digits_lost';
  if (/[1-9]/.test(decimals.slice(wanted))) return 'number.not_a_number';
  return { digits: first + decimals.slice(0, wanted), isInternational: false };
}
