import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from './countries.js';
import { readPhoneCell } from './phone-cell.js';
import { normalizePhoneNumber } from './normalize-phone-number.js';

const MIN_DIGITS = 7;

/**
 * Whether a cell speaks for its column being phone numbers. Anything that can take a text does; so does a
 * landline, but only when it is written like one (a plus or a leading zero), for bare digits are as often
 * dates, amounts or tax numbers. Meant for some hundred sample cells, not for every row.
 */
export function looksLikePhoneNumber(cell: string, country: CountryCode): boolean {
  const read = readPhoneCell(cell.trim());
  if (typeof read === 'string' || read.digits.length < MIN_DIGITS) return false;
  if (normalizePhoneNumber(cell, country).ok) return true;
  if (!read.isInternational && !read.digits.startsWith('0')) return false;
  const text = read.isInternational ? `+${read.digits}` : read.digits;
  return parsePhoneNumberFromString(text, { defaultCountry: country, extract: false })?.isValid() ?? false;
}
