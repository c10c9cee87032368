import { isDeepStrictEqual } from 'node:util';

/** Mismatches shown in full; a broken report must not print ten thousand lines. */
const MAX_LISTED = 20;

/** What the demo compared, and where Carillon did not do what was expected of it. */
export class Findings {
  checks = 0;
  mismatches = 0;
  readonly sentences: string[] = [];

  /** Compares by value and goes on either way. */
  expectEqual(what: string, actual: unknown, expected: unknown): void {
    this.expect(
      isDeepStrictEqual(actual, expected),
      () => `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
    );
  }

  expect(isAsExpected: boolean, describe: () => string): void {
    this.checks++;
    if (isAsExpected) return;
    this.mismatches++;
    if (this.sentences.length < MAX_LISTED) this.sentences.push(describe());
  }
}
