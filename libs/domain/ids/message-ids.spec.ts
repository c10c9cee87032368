import fc from 'fast-check';
import { MAX_MESSAGE_ID, formatMessageId, parseMessageId } from './message-ids.js';

const anyId = fc.bigInt({ min: 0n, max: MAX_MESSAGE_ID });

describe('message ids', () => {
  it('writes the smallest, a small and the largest number', () => {
    expect([0n, 1n, 32n, MAX_MESSAGE_ID].map(formatMessageId)).toEqual([
      'msg_0000000000000',
      'msg_0000000000001',
      'msg_0000000000010',
      'msg_7zzzzzzzzzzzz',
    ]);
  });

  it('reads back every id it writes, and keeps the order', () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        expect(parseMessageId(formatMessageId(a))).toBe(a);
        expect(formatMessageId(a) < formatMessageId(b)).toBe(a < b);
      }),
    );
  });

  it.each([
    'msg_8000000000000',
    'msg_000000000000',
    'msg_00000000000000',
    'msg_000000000000A',
    'cmp_0000000000001',
    'msg_00000000000-1',
    '1',
    '',
  ])('refuses %p', (text) => {
    expect(parseMessageId(text)).toBeNull();
  });

  it('refuses to write a number outside the range', () => {
    expect(() => formatMessageId(-1n)).toThrow(RangeError);
    expect(() => formatMessageId(MAX_MESSAGE_ID + 1n)).toThrow(RangeError);
  });
});
