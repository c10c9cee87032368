import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { findCallingCode } from './countries.js';
import type { CountryCode } from './countries.js';

/** Where several countries share a calling code, the one that owns what no plan assigns. */
const MAIN_COUNTRIES: Readonly<Record<string, CountryCode>> = {
  '1': 'US',
  '7': 'RU',
  '39': 'IT',
  '44': 'GB',
  '47': 'NO',
  '61': 'AU',
  '212': 'MA',
  '262': 'RE',
  '290': 'SH',
  '358': 'FI',
  '590': 'GP',
  '599': 'CW',
};

/**
 * How many digits after a shared calling code decide the country of a mobile: the area code in North America,
 * at most six elsewhere (the Isle of Man within +44). A property test holds this against libphonenumber.
 */
const DECIDING_DIGITS = 6;
const NORTH_AMERICAN_DECIDING_DIGITS = 3;
/** About 5 MB when full; it is then emptied, which costs some thousand slow look-ups. */
const MAX_REMEMBERED_PREFIXES = 50_000;
const countryByPrefix = new Map<string, CountryCode>();

/**
 * The country of an E.164 number, for prices by destination. Meant for numbers that normalizePhoneNumber has
 * accepted; most are answered from the calling code alone, the shared ones from a bounded memory of prefixes.
 * @returns undefined when no country has the calling code
 */
export function countryOf(e164: string): CountryCode | undefined {
  if (e164.startsWith('+886')) return 'TW';
  if (!e164.startsWith('+')) return undefined;
  const found = findCallingCode(e164.slice(1, 4));
  if (found === undefined) return undefined;
  if (found.countries.length === 1) return found.countries[0];
  const { callingCode } = found;
  const decidingDigits = callingCode === '1' ? NORTH_AMERICAN_DECIDING_DIGITS : DECIDING_DIGITS;
  const prefix = e164.slice(1, 1 + callingCode.length + decidingDigits);
  const known = countryByPrefix.get(prefix);
  if (known !== undefined) return known;
  const country = parsePhoneNumberFromString(e164)?.country;
  // A number that no plan knows must not speak for its whole prefix, so only what is certain is remembered.
  if (country !== undefined) rememberCountry(prefix, country);
  return country ?? MAIN_COUNTRIES[callingCode];
}

function rememberCountry(prefix: string, country: CountryCode): void {
  if (countryByPrefix.size >= MAX_REMEMBERED_PREFIXES) countryByPrefix.clear();
  countryByPrefix.set(prefix, country);
}
