import fc from 'fast-check';
import examples from 'libphonenumber-js/mobile/examples';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import { countryOf } from './country-of.js';
import { normalizePhoneNumber } from './normalize-phone-number.js';
import { isCountryCode } from './countries.js';

const exampleMobiles = getCountries().flatMap((country) => getExampleNumber(country, examples)?.number ?? []);

/** Mobiles of countries that share their calling code, North America aside: its area codes decide alone. */
const sharingMobiles = exampleMobiles.filter((e164) =>
  /^\+(7|39|44|47|61|212|262|290|358|590|599)/.test(e164),
);

describe('the country of a number', () => {
  it.each([
    ['+886912345678', 'TW'],
    ['+819012345678', 'JP'],
    ['+12025550143', 'US'],
    ['+14165550143', 'CA'],
    ['+447400123456', 'GB'],
    ['+447624123456', 'IM'],
    ['+77710009998', 'KZ'],
    ['+79123456789', 'RU'],
    ['+15005550000', 'US'],
    ['+881612345678', undefined],
    ['+999123', undefined],
    ['0912345678', undefined],
    ['', undefined],
  ])('of %j is %s', (e164, country) => {
    expect(countryOf(e164)).toBe(country);
  });

  it('is told apart where one digit in the middle decides', () => {
    expect(countryOf('+447911123456')).toBe('GG');
    expect(countryOf('+447911223456')).toBe('GB');
    expect(countryOf('+447911723456')).toBe('GG');
  });

  it('is the one the numbering plans give, for mobiles that share a calling code and their neighbours', () => {
    const edits = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...sharingMobiles), edits, (example, changes) => {
        const digits = [...example];
        for (const [fromEnd, digit] of changes) digits[digits.length - 1 - fromEnd] = String(digit);
        const result = normalizePhoneNumber(digits.join(''), 'TW');
        if (result.ok) expect([result.e164, countryOf(result.e164)]).toEqual([result.e164, result.country]);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is the one the numbering plans give, for a mobile of every country', () => {
    for (const e164 of exampleMobiles) {
      const result = normalizePhoneNumber(e164, 'TW');
      expect([e164, result.ok && result.country]).toEqual([e164, countryOf(e164)]);
    }
  });

  it('is a known code only when it is upper-case ISO', () => {
    expect(['TW', 'tw', 'ZZ', 'constructor', ''].map(isCountryCode)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
