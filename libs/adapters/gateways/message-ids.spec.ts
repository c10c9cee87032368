import fc from 'fast-check';
import { normaliseMessageId, normaliseReceiptId } from './message-ids.js';

describe('the id of a carrier', () => {
  it.each([
    ['  0012AB ', '12ab'],
    ['0000', '0'],
    ['0', '0'],
    ['', ''],
    ['ABC', 'abc'],
    ['00c0ffee-0000-4000-8000-00000000000A', '00c0ffee-0000-4000-8000-00000000000a'],
  ])('"%s" is compared as "%s"', (raw, compared) => {
    expect(normaliseMessageId(raw)).toBe(compared);
  });

  it.each([
    ['decimal', '18', '12'],
    ['decimal', '9308878062554710043', '812fc7470000001b'],
    ['hex', '812FC7470000001B', '9308878062554710043'],
    ['hex', '0012', '18'],
    ['same', '0018', '18'],
    ['decimal', 'not-a-number', 'not-a-number'],
    ['hex', 'xyz', 'xyz'],
    ['hex', '', ''],
  ] as const)('a receipt in %s that says %s belongs to %s', (rule, raw, compared) => {
    expect(normaliseReceiptId(raw, rule)).toBe(compared);
  });

  it('finds its submit response whatever the size of the number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(12), (id, zeros) => {
        const [hex, decimal] = [id.toString(16), id.toString(10)];
        const padded = '0'.repeat(zeros);
        expect(normaliseReceiptId(padded + decimal, 'decimal')).toBe(normaliseMessageId(hex.toUpperCase()));
        expect(normaliseReceiptId(padded + hex, 'hex')).toBe(normaliseMessageId(padded + decimal));
      }),
    );
  });
});
