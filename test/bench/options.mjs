import { parseArgs } from 'node:util';

const DEFAULTS = { import: 1_000_000, expand: 1_000_000, drain: 100_000 };
/** Small enough for a look whether everything still runs; the figures mean nothing. */
const QUICK = { import: 20_000, expand: 20_000, drain: 5_000 };
/** An import takes 5,000,000 rows at most, and the numbers made here are that many. */
const MAX_COUNT = 5_000_000;
const MAX_DELAY_MS = 60_000;

export const HELP = `
  npm run bench -- [options]

  Measures Carillon's hot paths beside the fastest plain way to do the same work, on this machine, in this run.

  --import N           rows of the imported CSV (default ${DEFAULTS.import}; 0 leaves it out)
  --expand N           messages of the expanded campaign (default ${DEFAULTS.expand}; 0 leaves it out)
  --drain N            messages sent and receipted (default ${DEFAULTS.drain}; 0 leaves it out)
  --receipt-delay A,B  the carrier's receipts come A to B ms after its answer (default 10,100)
  --quick              small numbers: a smoke test
  --json FILE          also writes the figures to FILE
  --profile DIR        writes CPU profiles of the workers to DIR
  --help

  A missed floor is reported and is no error. An error, or a ledger that does not balance, is.
`;

/**
 * @param {string[]} args
 * @throws Error with a sentence for the terminal
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      import: { type: 'string' },
      expand: { type: 'string' },
      drain: { type: 'string' },
      'receipt-delay': { type: 'string', default: '10,100' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const defaults = values.quick ? QUICK : DEFAULTS;
  return {
    import: readCount('import', values.import ?? defaults.import),
    expand: readCount('expand', values.expand ?? defaults.expand),
    drain: readCount('drain', values.drain ?? defaults.drain),
    receiptDelayMs: readRange('receipt-delay', values['receipt-delay']),
    jsonFile: values.json,
    profileDir: values.profile,
    isHelp: values.help,
  };
}

function readCount(name, text) {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
  throw new Error(`--${name} takes a whole number from 0 to ${MAX_COUNT}, not "${text}".`);
}

function readRange(name, text) {
  const [min, max, ...rest] = text.split(',').map(Number);
  if (rest.length === 0 && Number.isInteger(min) && min >= 0 && min <= max && max <= MAX_DELAY_MS)
    return [min, max];
  throw new Error(`--${name} takes two numbers of milliseconds, like 10,100, not "${text}".`);
}
