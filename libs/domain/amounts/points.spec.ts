import fc from 'fast-check';
import { MAX_MILLIPOINTS, MAX_POINTS, formatPoints, parsePoints } from './points.js';

describe('points', () => {
  it.each([
    ['0', 0n],
    ['1', 1000n],
    ['12.5', 12500n],
    ['0.001', 1n],
    ['10.050', 10050n],
    [MAX_POINTS.toString(), MAX_MILLIPOINTS],
    [50, 50000n],
  ])('reads %p as millipoints', (input, expected) => {
    expect(parsePoints(input)).toBe(expected);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '1e3',
    '.5',
    '5.',
    '01',
    '1,000',
    '1.0001',
    '0x10',
    '１',
    'NaN',
    '1000000000000.001',
    '9'.repeat(100),
    -1,
    0.5,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
  ])('refuses %p as an amount', (input) => {
    expect(() => parsePoints(input)).toThrow(
      expect.objectContaining({ code: 'credits.amount_invalid' }) as Error,
    );
  });

  it('writes the shortest exact decimal, also below zero', () => {
    expect([12500n, 1000n, 1n, 10n, 0n, -50n, -1500n].map(formatPoints)).toEqual([
      '12.5',
      '1',
      '0.001',
      '0.01',
      '0',
      '-0.05',
      '-1.5',
    ]);
  });

  it('reads back every amount it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_MILLIPOINTS }), (millipoints) => {
        expect(parsePoints(formatPoints(millipoints))).toBe(millipoints);
      }),
    );
  });
});
