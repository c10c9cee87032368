import { parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber, PhoneNumberType } from 'libphonenumber-js/max';
import { findCallingCode } from './countries.js';
import { readPhoneCell } from './phone-cell.js';
import type { PhoneCell } from './phone-cell.js';
import type { PhoneRefusal } from './refusals.js';
import { explainTaiwanMobile, readTaiwanMobile } from './taiwan-mobiles.js';

export interface AcceptedPhoneNumber {
  readonly ok: true;
  readonly e164: string;
  readonly country: CountryCode;
  /** True when the cell, apart from blanks around it, was not already the E.164 form. */
  readonly rewritten: boolean;
}

export interface RefusedPhoneNumber {
  readonly ok: false;
  readonly reason: PhoneRefusal;
}

export type PhoneNumberResult = AcceptedPhoneNumber | RefusedPhoneNumber;

const MAX_E164_DIGITS = 15;
const MAX_SHORT_CODE_DIGITS = 6;
const MIN_SHORT_CODE_DIGITS = 3;
/** Shorter numbers without a plus are too easily a national number with a slip in it. */
const MIN_BARE_INTERNATIONAL_DIGITS = 10;

/** Calling codes without a country: Inmarsat, global satellite and the international networks are all satellite. */
const SATELLITE_CALLING_CODES = ['870', '881', '882', '883'];

/** Whether a kind of number can take a text. North America cannot tell its landlines from its mobiles. */
const TYPE_REFUSALS: Readonly<Record<PhoneNumberType, PhoneRefusal | undefined>> = {
  MOBILE: undefined,
  FIXED_LINE_OR_MOBILE: undefined,
  FIXED_LINE: 'number.landline',
  PREMIUM_RATE: 'number.premium',
  SHARED_COST: 'number.premium',
  TOLL_FREE: 'number.toll_free',
  VOIP: 'number.unsupported_type',
  PERSONAL_NUMBER: 'number.unsupported_type',
  PAGER: 'number.unsupported_type',
  UAN: 'number.unsupported_type',
  VOICEMAIL: 'number.unsupported_type',
};

/**
 * Turns a cell as people and spreadsheets write it into E.164, or says why it cannot take a text.
 *
 * Readings, in this order: with a plus, as it stands; with 00 in front, as if it were a plus (carrier prefixes
 * of the default country come after); else as a national number of the default country; else, when that is
 * no valid number, as a foreign mobile whose plus was lost (see readBareInternational).
 */
export function normalizePhoneNumber(raw: string, defaultCountry: CountryCode): PhoneNumberResult {
  const trimmed = raw.trim();
  const cell = readPhoneCell(trimmed);
  if (typeof cell === 'string') return { ok: false, reason: cell };
  const taiwanMobile = readTaiwanMobile(cell, defaultCountry === 'TW');
  if (taiwanMobile !== undefined) {
    return { ok: true, e164: taiwanMobile, country: 'TW', rewritten: taiwanMobile !== trimmed };
  }
  const result = readByNumberingPlan(cell, defaultCountry);
  if (result.ok) return { ...result, rewritten: result.e164 !== trimmed };
  if (result.reason !== 'number.invalid') return result;
  return { ok: false, reason: explainTaiwanMobile(cell, defaultCountry === 'TW') ?? result.reason };
}

/** The slow, complete path; `rewritten` is left for the caller, who knows the cell. Exported for its tests. */
export function readByNumberingPlan(cell: PhoneCell, defaultCountry: CountryCode): PhoneNumberResult {
  const { digits, isInternational } = cell;
  if (isInternational) return judge(parse(`+${digits}`, defaultCountry), `+${digits}`, defaultCountry);
  if (digits.startsWith('00')) {
    const international = parse(`+${digits.slice(2)}`, defaultCountry);
    if (international?.isValid()) return judge(international, `+${digits.slice(2)}`, defaultCountry);
  }
  const national = parse(digits, defaultCountry);
  if (!national?.isValid()) {
    const bare = readBareInternational(digits, defaultCountry);
    if (bare !== undefined) return judge(bare, `+${digits}`, defaultCountry);
  }
  if (!national?.isValid() && isShortCodeLength(digits)) return { ok: false, reason: 'number.short_code' };
  return judge(national, digits.startsWith('00') ? `+${digits.slice(2)}` : digits, defaultCountry);
}

const parse = (text: string, defaultCountry: CountryCode): PhoneNumber | undefined =>
  parsePhoneNumberFromString(text, { defaultCountry, extract: false });

const isShortCodeLength = (digits: string): boolean =>
  digits.length >= MIN_SHORT_CODE_DIGITS && digits.length <= MAX_SHORT_CODE_DIGITS;

/**
 * A number without a plus that makes no sense at home may be a foreign one: 81 90 1234 5678. It is taken for
 * one only when it is long enough and certainly a mobile (so never for North America, where eleven arbitrary
 * digits look right), and when dropping its last digit does not make a mobile at home: then one digit too
 * many is the likelier story, and guessing would text a stranger abroad.
 */
function readBareInternational(digits: string, defaultCountry: CountryCode): PhoneNumber | undefined {
  if (digits.startsWith('0') || digits.length < MIN_BARE_INTERNATIONAL_DIGITS) return undefined;
  const foreign = parse(`+${digits}`, defaultCountry);
  if (!foreign?.isValid() || foreign.country === undefined || foreign.getType() !== 'MOBILE')
    return undefined;
  const shortened = parse(digits.slice(0, -1), defaultCountry);
  return shortened?.isValid() && canTakeText(shortened) ? undefined : foreign;
}

const canTakeText = (number: PhoneNumber): boolean => {
  const type = number.getType();
  return type !== undefined && TYPE_REFUSALS[type] === undefined;
};

function judge(
  number: PhoneNumber | undefined,
  text: string,
  defaultCountry: CountryCode,
): PhoneNumberResult {
  const special = text.startsWith('+') ? findSpecialService(text.slice(1)) : undefined;
  if (special !== undefined) return { ok: false, reason: special };
  if (!number?.isValid()) return { ok: false, reason: explainInvalid(text, defaultCountry) };
  const type = number.getType();
  const reason = type === undefined ? 'number.unsupported_type' : TYPE_REFUSALS[type];
  if (reason !== undefined) return { ok: false, reason };
  if (number.country === undefined) return { ok: false, reason: 'number.unsupported_type' };
  return { ok: true, e164: number.number, country: number.country, rewritten: false };
}

/** Calling codes that no country owns are refused by their code: the plans of their numbers are incomplete. */
function findSpecialService(digits: string): PhoneRefusal | undefined {
  const callingCode = digits.slice(0, 3);
  if (SATELLITE_CALLING_CODES.includes(callingCode)) return 'number.satellite';
  if (callingCode === '979' || callingCode === '808') return 'number.premium';
  return callingCode === '800' ? 'number.toll_free' : undefined;
}

function explainInvalid(text: string, defaultCountry: CountryCode): PhoneRefusal {
  const isInternational = text.startsWith('+');
  if (text.length - (isInternational ? 1 : 0) > MAX_E164_DIGITS) return 'number.too_long';
  if (isInternational && findCallingCode(text.slice(1)) === undefined) return 'number.unknown_country';
  switch (validatePhoneNumberLength(text, { defaultCountry })) {
    case 'TOO_SHORT':
    case 'NOT_A_NUMBER':
      return 'number.too_short';
    case 'TOO_LONG':
      return 'number.too_long';
    default:
      return 'number.invalid';
  }
}
