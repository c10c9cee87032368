/**
 * Says how the run ended: what is wrong first, then "N passed, N failed" alone on the last line.
 *
 * Usage: summarise.mjs <Jest's JSON result> <exit code of the checks> <exit code of the tests>
 */
import { readFileSync } from 'node:fs';

const [file, checks, tests] = process.argv.slice(2);
const result = readResult(file);
const passed = result?.numPassedTests ?? 0;
// A file that cannot even be loaded has no failed test, and is a failure all the same.
const failed = result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1;
const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);

const problems = [];
if (checks !== '0') problems.push('npm run check failed.');
if (!result) problems.push('The tests left no result.');
if (skipped > 0) problems.push(`${skipped} tests were skipped; here every test must run.`);
if (passed + failed === 0) problems.push('No test ran.');
if (tests !== '0' && failed === 0) problems.push(`Jest ended with code ${tests} although no test failed.`);
for (const problem of problems) console.log(problem);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = problems.length > 0 || failed > 0 ? 1 : 0;

function readResult(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
