import type { Part } from './part.js';
import { MAX_MESSAGES_PER_PHONE, MAX_PHONES, MAX_TEXT_OCTETS, PhoneBook } from './phone-book.js';

const part = (to: string, octets = 'Hello'): Part => ({
  from: 'SHOP',
  to,
  dataCoding: 0,
  octets,
  concatenation: undefined,
});
const everything = { minMessages: 1, minIdentical: 1, limit: 100_000 };

describe('the phone book', () => {
  it('keeps a bounded number of phones: the ones texted last', () => {
    const book = new PhoneBook();
    let most = 0;
    book.receive(part('1'), 'shop', true, 0);
    for (let number = 1_000; number < 1_000 + 3 * MAX_PHONES; number++) {
      book.receive(part(String(number)), 'shop', true, 0);
      if (number % 500 === 0) book.receive(part('2'), 'shop', true, 0);
      most = Math.max(most, book.phoneCount);
    }
    expect(most).toBe(MAX_PHONES);
    expect(book.messagesOf('1')).toEqual([]);
    expect(book.messagesOf('2')).toHaveLength(MAX_MESSAGES_PER_PHONE);
    expect(book.messagesOf(String(999 + 3 * MAX_PHONES))).toHaveLength(1);
    expect(book.phoneCount).toBeGreaterThan(MAX_PHONES * 0.9);
  });

  it('keeps the last messages of one phone', () => {
    const book = new PhoneBook();
    for (let count = 1; count <= MAX_MESSAGES_PER_PHONE + 10; count++) {
      book.receive(part('1', `text ${count}`), 'shop', true, 0);
    }
    const bodies = book.messagesOf('1').map((message) => message.body);
    expect(bodies).toHaveLength(MAX_MESSAGES_PER_PHONE);
    expect(bodies[0]).toBe(`text ${MAX_MESSAGES_PER_PHONE + 10}`);
    expect(bodies.at(-1)).toBe('text 11');
  });

  it('keeps a bounded number of octets, and counts them rightly', () => {
    const book = new PhoneBook();
    const long = 'x'.repeat(64_000);
    let most = 0;
    for (let number = 0; number < 1_500; number++) {
      book.receive(part(String(number), long), 'shop', true, 0);
      most = Math.max(most, book.keptOctets);
    }
    expect(most).toBeLessThanOrEqual(MAX_TEXT_OCTETS);
    expect(most).toBeGreaterThan(MAX_TEXT_OCTETS * 0.9);
    const kept = book.list(everything).reduce((sum, { messages }) => sum + messages * long.length, 0);
    expect(book.keptOctets).toBe(kept);
    expect(kept).toBeGreaterThan(0);
    expect(book.messagesOf('1499')).toHaveLength(1);
  });

  it('counts what the carrier accepted, but shows what has arrived', () => {
    const book = new PhoneBook();
    book.receive(part('1'), 'shop', false, 0);
    book.receive(part('1'), 'shop', true, 0);
    expect(book.messagesOf('1')).toHaveLength(1);
    expect(book.list(everything)).toMatchObject([{ phone: '+1', messages: 2, identicalMessages: 2 }]);
  });
});
