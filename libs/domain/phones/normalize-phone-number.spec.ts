import fc from 'fast-check';
import type { CountryCode } from './countries.js';
import { normalizePhoneNumber, readByNumberingPlan } from './normalize-phone-number.js';
import { readPhoneCell } from './phone-cell.js';
import { readTaiwanMobile } from './taiwan-mobiles.js';

const e164Of = (cell: string, country: CountryCode = 'TW') => {
  const result = normalizePhoneNumber(cell, country);
  return result.ok ? result.e164 : result.reason;
};

describe('a Taiwanese mobile', () => {
  it.each([
    '0912345678',
    '0912-345-678',
    '(0912) 345.678',
    '0912 345 678',
    '+886912345678',
    '+886 912 345 678',
    '+886 (0) 912-345-678',
    '+886 0912345678',
    '886912345678',
    '8860912345678',
    '00886912345678',
    '002 886 912 345 678',
    '912345678',
    '０９１２－３４５－６７８',
    '＋８８６　９１２３４５６７８',
    '٠٩١٢٣٤٥٦٧٨',
    '۰۹۱۲۳۴۵۶۷۸',
    '0912\u2011345\u2013678',
    '0912\u00a0345\u200b678',
    '\u202d+886 912 345 678\u202c',
    '912345678.0',
    '912345678.00',
    '886912345678.0',
    '9.12345678E+08',
    '8.86912345678e11',
    "'0912345678",
    '="0912345678"',
    '"0912 345 678"',
    '  0912345678\r\n',
  ])('is read from %j', (cell) => {
    expect(normalizePhoneNumber(cell, 'TW')).toMatchObject({
      ok: true,
      e164: '+886912345678',
      country: 'TW',
    });
  });

  it('counts as rewritten unless the cell already was E.164', () => {
    expect(normalizePhoneNumber(' +886912345678 ', 'TW')).toMatchObject({ rewritten: false });
    expect(normalizePhoneNumber('0912345678', 'TW')).toMatchObject({ rewritten: true });
    expect(normalizePhoneNumber('+886 912345678', 'TW')).toMatchObject({ rewritten: true });
  });

  it('is read in another country only in international form', () => {
    expect(e164Of('+886912345678', 'JP')).toBe('+886912345678');
    expect(e164Of('0912345678', 'JP')).toBe('number.invalid');
  });

  it.each([
    ['091234567', 'number.too_short'],
    ['09123456789', 'number.too_long'],
    ['+88691234567', 'number.too_short'],
    ['0000912345678', 'number.unknown_country'],
  ])('is not guessed from %j', (cell, reason) => {
    expect(e164Of(cell)).toBe(reason);
  });

  it('is read alike by the fast path and by the numbering plan', () => {
    const prefix = fc.constantFrom(
      '',
      '0',
      '886',
      '8860',
      '00886',
      '008860',
      '+886',
      '+8860',
      '00',
      '9',
      '+',
    );
    const start = fc.constantFrom('9', '90', '99', '98', '8', '2', '4000');
    fc.assert(
      fc.property(prefix, start, fc.stringMatching(/^[0-9]{5,9}$/), (...pieces) => {
        const cell = readPhoneCell(pieces.join(''));
        if (typeof cell === 'string') throw new Error('digits must be readable');
        const fast = readTaiwanMobile(cell, true);
        const slow = readByNumberingPlan(cell, 'TW');
        if (fast !== undefined) expect(slow).toMatchObject({ ok: true, e164: fast, country: 'TW' });
        else if (slow.ok && slow.country === 'TW') expect(slow.e164).not.toMatch(/^\+8869/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a foreign number', () => {
  it.each([
    ['+81 90-1234-5678', '+819012345678'],
    ['0081 90 1234 5678', '+819012345678'],
    ['0065 9123 4567', '+6591234567'],
    ['+1 (202) 555-0143', '+12025550143'],
    ['+49 171/1234567', '+491711234567'],
  ])('is read from %j', (cell, e164) => {
    expect(e164Of(cell)).toBe(e164);
  });

  it.each([
    ['81 90 1234 5678', '+819012345678'],
    ['85291234567', '+85291234567'],
    ['6591234567', '+6591234567'],
    ['8613812345678', '+8613812345678'],
  ])('is recognised without its plus when it is certainly a mobile: %j', (cell, e164) => {
    expect(e164Of(cell)).toBe(e164);
  });

  it.each([
    ['12025550143', 'number.invalid'],
    ['9591234567', 'number.too_long'],
  ])('is not guessed when a slip at home is likelier: %j', (cell, reason) => {
    expect(e164Of(cell)).toBe(reason);
  });

  it('is read nationally under its own default country', () => {
    expect(e164Of('(202) 555-0143', 'US')).toBe('+12025550143');
    expect(e164Of('090-1234-5678', 'JP')).toBe('+819012345678');
  });
});

describe('a cell that cannot take a text', () => {
  it.each([
    ['', 'number.empty'],
    [' \t', 'number.empty'],
    ['+', 'number.not_a_number'],
    ['n/a', 'number.not_a_number'],
    ['0912 34a 678', 'number.not_a_number'],
    ['=cmd|/c calc', 'number.not_a_number'],
    ['=0912345678', 'number.not_a_number'],
    ['="=1+1"', 'number.not_a_number'],
    ['0912345678\0', 'number.not_a_number'],
    ['0912345678;0923456789', 'number.not_a_number'],
    ['886+912345678', 'number.not_a_number'],
    ['x'.repeat(10_000), 'number.not_a_number'],
    ['9.12E+08', 'number.digits_lost'],
    ['8.86912E+11', 'number.digits_lost'],
    ['0912345678 ext. 12', 'number.extension'],
    ['02-2345-6789#12', 'number.extension'],
    ['02-2345-6789 分機 12', 'number.extension'],
    ['1', 'number.too_short'],
    ['119', 'number.short_code'],
    ['55123', 'number.short_code'],
    ['1'.repeat(25), 'number.too_long'],
    ['+1 202 555 01431', 'number.too_long'],
    ['+999123456789', 'number.unknown_country'],
    ['02-2345-6789', 'number.landline'],
    ['+81 3-1234-5678', 'number.landline'],
    ['0800-123-456', 'number.toll_free'],
    ['+1 800 555 0123', 'number.toll_free'],
    ['+800 1234 5678', 'number.toll_free'],
    ['0204-123-456', 'number.premium'],
    ['+979 1234 56789', 'number.premium'],
    ['+881 6 1234 5678', 'number.satellite'],
    ['+882 13 1234567', 'number.satellite'],
    ['00 870 7712 34567', 'number.satellite'],
    ['070-1012-3456', 'number.unsupported_type'],
  ])('is refused with its reason: %j -> %s', (cell, reason) => {
    expect(e164Of(cell)).toBe(reason);
  });

  it('never throws, and accepts only E.164', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.stringMatching(/^[+0-9 ()./＋０-９eE=",'x-]{0,30}$/),
      fc.stringMatching(/^\+?[0-9]{6,16}$/),
    );
    fc.assert(
      fc.property(cell, fc.constantFrom<CountryCode>('TW', 'JP', 'US', 'GB', 'DE'), (text, country) => {
        const result = normalizePhoneNumber(text, country);
        if (!result.ok) return;
        expect(result.e164).toMatch(/^\+[1-9][0-9]{6,14}$/);
        expect(normalizePhoneNumber(result.e164, 'TW')).toEqual({ ...result, rewritten: false });
      }),
      { numRuns: 3000 },
    );
  });
});
