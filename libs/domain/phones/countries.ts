import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';

/** ISO 3166-1 alpha-2, upper case. */
export type { CountryCode };

const COUNTRIES: ReadonlySet<string> = new Set(getCountries());

export const isCountryCode = (text: string): text is CountryCode => COUNTRIES.has(text);

/** Calling code -> the countries that share it. */
const COUNTRIES_BY_CALLING_CODE = new Map<string, CountryCode[]>();
for (const country of getCountries()) {
  const callingCode = getCountryCallingCode(country);
  COUNTRIES_BY_CALLING_CODE.set(callingCode, [
    ...(COUNTRIES_BY_CALLING_CODE.get(callingCode) ?? []),
    country,
  ]);
}

const MAX_CALLING_CODE_DIGITS = 3;

/** The calling code at the start of an international number, and its countries. Calling codes are prefix-free. */
export function findCallingCode(
  digits: string,
): { callingCode: string; countries: readonly CountryCode[] } | undefined {
  for (let length = 1; length <= MAX_CALLING_CODE_DIGITS; length++) {
    const callingCode = digits.slice(0, length);
    const countries = COUNTRIES_BY_CALLING_CODE.get(callingCode);
    if (countries !== undefined) return { callingCode, countries };
  }
  return undefined;
}
