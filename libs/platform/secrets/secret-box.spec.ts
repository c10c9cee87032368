import fc from 'fast-check';
import { SecretBox } from './secret-box.js';

const KEY = 'a key of at least thirty-two characters';
const box = new SecretBox(KEY);

describe('a sealed secret', () => {
  it('opens again in another process with the same key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        expect(
          new SecretBox(KEY).open('message-text', context, box.seal('message-text', context, plain)),
        ).toBe(plain);
      }),
    );
  });

  it('opens for no other purpose, row or key', () => {
    const sealed = box.seal('message-text', '42', '483920');
    expect(() => box.open('webhook', '42', sealed)).toThrow();
    expect(() => box.open('message-text', '43', sealed)).toThrow();
    expect(() => new SecretBox(`${KEY}!`).open('message-text', '42', sealed)).toThrow();
  });

  it('does not open when any of its bits was changed or it was cut', () => {
    const sealed = box.seal('message-text', '42', '483920');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => box.open('message-text', '42', changed)).toThrow();
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => box.open('message-text', '42', sealed.subarray(0, length))).toThrow();
  });

  it('never looks the same twice and does not contain the secret', () => {
    const seals = Array.from({ length: 50 }, () => box.seal('message-text', '42', '483920'));
    expect(new Set(seals.map((sealed) => sealed.toString('hex'))).size).toBe(50);
    expect(seals.some((sealed) => sealed.includes('483920'))).toBe(false);
  });
});

describe('the MAC of a text', () => {
  it('is the same every time, and another for each purpose, text and key', () => {
    const mac = box.mac('otp', '483920');
    expect(new SecretBox(KEY).mac('otp', '483920').equals(mac)).toBe(true);
    const others = [
      box.mac('trial', '483920'),
      box.mac('otp', '483921'),
      new SecretBox(`${KEY}!`).mac('otp', '483920'),
    ];
    expect(others.some((other) => other.equals(mac))).toBe(false);
    expect(mac).toHaveLength(32);
  });
});
