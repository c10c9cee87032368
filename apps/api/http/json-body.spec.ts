import { isDeeperThan } from './json-body.js';

describe('the depth of a JSON text', () => {
  it.each([
    ['[]', 0, true],
    ['[]', 1, false],
    ['{"a":[{}]}', 2, true],
    ['{"a":[{}]}', 3, false],
    ['[[],[],[]]', 2, false],
    ['"[[[["', 0, false],
    ['["\\"[[", "]"]', 1, false],
    ['['.repeat(100_000), 32, true],
  ])('%s against %i', (json, maxDepth, isDeeper) => {
    expect(isDeeperThan(json, maxDepth)).toBe(isDeeper);
  });
});
