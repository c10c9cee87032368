import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', '.ci', 'summarise.mjs');
const GREEN = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('the last line of .ci/run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-ci-'));
  const file = join(folder, 'jest.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  function summarise(result: object, checks = '0', tests = '0', path = file) {
    writeFileSync(file, JSON.stringify(result));
    const { stdout, status } = spawnSync('node', [script, path, checks, tests], { encoding: 'utf8' });
    return { last: stdout.trimEnd().split('\n').at(-1), status };
  }

  it('says how many tests passed', () => {
    expect(summarise(GREEN)).toEqual({ last: '3 passed, 0 failed', status: 0 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const broken = { ...GREEN, numFailedTests: 1, numRuntimeErrorTestSuites: 1 };
    expect(summarise(broken, '0', '1')).toEqual({ last: '3 passed, 2 failed', status: 1 });
  });

  it.each([
    ['a test was skipped', summarise({ ...GREEN, numPendingTests: 1 })],
    ['a check failed', summarise(GREEN, '1')],
    ['no test ran', summarise({ ...GREEN, numPassedTests: 0 })],
    ['Jest ended badly', summarise(GREEN, '0', '1')],
    ['there is no result', summarise(GREEN, '0', '1', join(folder, 'missing.json'))],
  ])('goes with a failure when %s', (_, { status, last }) => {
    expect(status).toBe(1);
    expect(last).toMatch(/^\d+ passed, \d+ failed$/);
  });
});
