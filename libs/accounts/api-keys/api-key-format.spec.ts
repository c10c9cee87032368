import fc from 'fast-check';
import { newUuid } from '#domain';
import { generateApiKey, hashApiKey, readApiKeyId } from './api-key-format.js';

describe('an API key', () => {
  it('carries its id', () => {
    const id = newUuid();
    const key = generateApiKey('live', id);
    expect(key).toMatch(/^carillon_live_[0-9a-z]{26}_[0-9A-Za-z]{33}_[0-9a-f]{8}$/);
    expect(readApiKeyId(key)).toBe(id);
  });

  it('is never the same twice, even for one id', () => {
    const id = newUuid();
    const hashes = Array.from({ length: 100 }, () => hashApiKey(generateApiKey('test', id)).toString('hex'));
    expect(new Set(hashes).size).toBe(100);
  });

  it('is not recognised with any one character changed', () => {
    const key = generateApiKey('live', newUuid());
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom('0', 'a', 'Z', '_', ' '), (at, character) => {
        fc.pre(key[at] !== character);
        expect(readApiKeyId(key.slice(0, at) + character + key.slice(at + 1))).toBeNull();
      }),
    );
  });
});
