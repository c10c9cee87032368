import type { PhoneCell } from './phone-cell.js';
import type { PhoneRefusal } from './refusals.js';

/**
 * The fast path for the market where the users are: a Taiwanese mobile is 9, then 0 to 8, then seven digits,
 * written after 0, 886, 8860, 00886, 008860 or nothing. Everything else is left to the numbering plans of
 * libphonenumber, and a property test keeps the two in agreement.
 * @param isTaiwanDefault whether numbers without a plus are read as Taiwanese
 * @returns E.164, or undefined when it is no such number
 */
export function readTaiwanMobile(cell: PhoneCell, isTaiwanDefault: boolean): string | undefined {
  const { digits, isInternational } = cell;
  if (!isInternational && !isTaiwanDefault) return undefined;
  const start = digits.length - SUBSCRIBER_DIGITS;
  if (start < 0 || digits.charCodeAt(start) !== NINE || digits.charCodeAt(start + 1) === NINE)
    return undefined;
  const prefixes = isInternational ? INTERNATIONAL_PREFIXES : ALL_PREFIXES;
  return prefixes.has(digits.slice(0, start)) ? `+886${digits.slice(start)}` : undefined;
}

const SUBSCRIBER_DIGITS = 9;
const NINE = 0x39;
const INTERNATIONAL_PREFIXES: ReadonlySet<string> = new Set(['886', '8860']);
const ALL_PREFIXES: ReadonlySet<string> = new Set(['', '0', '886', '8860', '00886', '008860']);

const MOBILE_START = /^(?:(?:00)?886)?0?9/;

/**
 * Why something that begins like a Taiwanese mobile is none. The numbering plan alone would only say invalid,
 * since other kinds of number are shorter and longer; the person who fixes the file wants to know more.
 */
export function explainTaiwanMobile(cell: PhoneCell, isTaiwanDefault: boolean): PhoneRefusal | undefined {
  const { digits, isInternational } = cell;
  const start = MOBILE_START.exec(digits);
  const hasCountry = digits.startsWith('886') || (!isInternational && digits.startsWith('00886'));
  if (start === null || !(isInternational ? hasCountry : isTaiwanDefault)) return undefined;
  const subscriberDigits = digits.length - start[0].length + 1;
  if (subscriberDigits === SUBSCRIBER_DIGITS) return undefined;
  return subscriberDigits < SUBSCRIBER_DIGITS ? 'number.too_short' : 'number.too_long';
}
