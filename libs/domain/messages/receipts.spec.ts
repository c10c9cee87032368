import fc from 'fast-check';
import { combineParts, receiptStateOf } from './receipts.js';
import type { ReceiptState } from './receipts.js';

const anyPart = fc.constantFrom<ReceiptState | null>('delivered', 'undelivered', 'expired', null);

describe('receipts', () => {
  it.each([
    ['DELIVRD', 2, 'delivered'],
    ['EXPIRED', 3, 'expired'],
    ['DELETED', 4, 'undelivered'],
    ['UNDELIV', 5, 'undelivered'],
    ['REJECTD', 8, 'undelivered'],
    ['ENROUTE', 1, null],
    ['ACCEPTD', 6, null],
    ['UNKNOWN', 7, null],
    ['BUFFRED', 0, null],
    ['BUFFERD', 9, null],
    ['ACKED', 255, null],
  ] as const)('read %s like message_state %i', (text, number, expected) => {
    expect(receiptStateOf(text)).toBe(expected);
    expect(receiptStateOf(` ${text.toLowerCase()} `)).toBe(expected);
    expect(receiptStateOf(number)).toBe(expected);
  });

  it('never end a message by a text nobody knows', () => {
    for (const text of ['', 'SENT', 'constructor', '2']) expect(receiptStateOf(text)).toBeNull();
  });
});

describe('a message of several parts', () => {
  it('is delivered exactly when every part is', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 10 }), (parts) => {
        const isAll = parts.length > 0 && parts.every((part) => part === 'delivered');
        expect(combineParts(parts) === 'delivered').toBe(isAll);
      }),
    );
  });

  it('fails as soon as one part fails', () => {
    expect(combineParts(['delivered', 'undelivered', null])).toBe('undelivered');
    expect(combineParts([null, 'expired'])).toBe('expired');
    expect(combineParts(['expired', 'undelivered'])).toBe('undelivered');
  });

  it('stays open while a part is missing', () => {
    expect(combineParts(['delivered', null])).toBeNull();
    expect(combineParts([])).toBeNull();
  });
});
