// The demo is a client outside the house, so it reads its few settings itself and not through platform/config.
import { parseArgs } from 'node:util';
import { MAX_RECIPIENTS, type FileEncoding } from './customer-file.js';

const DEFAULT_RECIPIENTS = 10_000;

export const HELP = `
  npm run demo -- [options]

  Plays a whole broadcast by HTTP against a running Carillon, or starts one when none answers.

  --url URL            the instance (default http://localhost:PORT, PORT being 3000 unless set)
  --recipients N       distinct numbers in the list, 1 to ${MAX_RECIPIENTS} (default ${DEFAULT_RECIPIENTS})
  --encoding NAME      encoding of the list: utf8 (default) or big5
  --seed N             makes the same list again; on one instance its texts then count as duplicates at the carrier
  --file PATH          only writes the list to PATH
  --json               prints the figures as JSON to stdout, everything else to stderr
  --help

  ADMIN_EMAIL and ADMIN_PASSWORD name the admin; DATA_DIR keeps the data of an instance started here.
`;

export interface DemoOptions {
  /** Base URL without a slash at its end. */
  url: string;
  /** True when the caller named the instance: then none is started in its place. */
  isUrlGiven: boolean;
  recipients: number;
  encoding: FileEncoding;
  seed: number;
  filePath: string | undefined;
  isJson: boolean;
  isHelp: boolean;
  admin: { email: string; password: string };
  /** Where an instance started here keeps its data; a temporary folder when undefined. */
  dataDir: string | undefined;
}

/** @throws Error with a sentence for the terminal */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      recipients: { type: 'string', default: String(DEFAULT_RECIPIENTS) },
      encoding: { type: 'string', default: 'utf8' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
      file: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    url: (values.url ?? `http://localhost:${process.env.PORT || 3000}`).replace(/\/+$/, ''),
    isUrlGiven: values.url !== undefined,
    recipients: readInteger('recipients', values.recipients, 1, MAX_RECIPIENTS),
    encoding: readEncoding(values.encoding),
    seed: readInteger('seed', values.seed, 0, 2 ** 32 - 1),
    filePath: values.file,
    isJson: values.json,
    isHelp: values.help,
    admin: {
      email: process.env.ADMIN_EMAIL || 'admin@carillon.local',
      password: process.env.ADMIN_PASSWORD || 'carillon-admin',
    },
    dataDir: process.env.DATA_DIR || undefined,
  };
}

/** The environment of this process with some variables set anew, for a process started from here. */
export const extendEnvironment = (changes: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...changes,
});

function readInteger(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new Error(`--${name} takes a whole number from ${min} to ${max}, not "${text}".`);
}

function readEncoding(text: string): FileEncoding {
  if (text === 'utf8' || text === 'big5') return text;
  throw new Error(`--encoding takes utf8 or big5, not "${text}".`);
}
