import { basename } from 'node:path';
import { expectNone, listSources, readText } from './tree.js';

/** Kinds of files, by their suffix. A new kind is a decision: add it here with its meaning. */
const KINDS: Readonly<Record<string, string>> = {
  controller: 'HTTP routes',
  dto: 'shapes of requests and answers',
  module: 'a Nest module',
  'use-case': 'one write, one class, one public method',
  reader: 'the reads of a feature',
  entity: 'a TypeORM entity',
  repository: 'the writes of a table',
  processor: 'runs one kind of job',
  schedule: 'runs again and again',
  port: 'an interface that adapters fill',
  adapter: 'fills a port',
  sql: 'hand-written statements',
  check: 'a proof that the ledger verifier runs',
  spec: 'tests of pure code',
  'int-spec': 'tests on a real PostgreSQL, Redis or socket',
  'e2e-spec': 'tests of the HTTP contract',
  'scenario-spec': 'stories through api, worker and simulator',
  'fixture-spec': 'what tests beside it share; left out of the build like them',
};

/** Kinds whose class has the name of the file: `sign-up.use-case.ts` exports SignUpUseCase. */
const NAMED_AFTER_FILE = ['controller', 'module', 'use-case', 'reader', 'processor'];

/** Here "reader" and the like are words of a file format or a protocol, not kinds of our files. */
const PLAIN_NOUNS = ['libs/domain/', 'libs/smpp/', 'libs/contacts/files/', 'apps/simulator/'];
const MIGRATION = /^migrations\/\d{13}-[a-z0-9-]+\.ts$/;

const sources = listSources();
const toPascalCase = (name: string): string =>
  name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
const isPlain = (file: string): boolean => PLAIN_NOUNS.some((folder) => file.startsWith(folder));

interface NamedFile {
  file: string;
  name: string;
  kind: string;
}

const kindFiles = sources
  .filter((file) => !MIGRATION.test(file))
  .map((file): NamedFile => {
    const [name = '', ...kinds] = basename(file, '.ts').split('.');
    return { file, name, kind: kinds.at(-1) ?? '' };
  });

describe('file names', () => {
  it('are kebab-case', () => {
    const bad = sources.filter((file) => /[^a-z0-9./-]/.test(file));
    expectNone(bad, 'Write file and folder names in kebab-case:');
  });

  it('end with a kind of the closed list, or with none', () => {
    const bad = kindFiles.filter(({ kind }) => kind !== '' && !(kind in KINDS)).map(({ file }) => file);
    expectNone(bad, `Use one of these suffixes, or a plain noun: ${Object.keys(KINDS).join(', ')}.`);
  });

  it('are the names of the classes inside', () => {
    const bad = kindFiles.flatMap(({ file, name, kind }) => {
      if (!NAMED_AFTER_FILE.includes(kind) || isPlain(file)) return [];
      const expected = toPascalCase(`${name}-${kind}`);
      return new RegExp(`^export class ${expected}\\b`, 'm').test(readText(file))
        ? []
        : [`${file}: ${expected}`];
    });
    expectNone(bad, 'Each of these files must export the class named after it:');
  });

  it('say what kind of class is inside', () => {
    const bad = kindFiles.flatMap(({ file, kind }) => {
      if (isPlain(file)) return [];
      const classes = [...readText(file).matchAll(/^export class (\w+)/gm)].map(([, found = '']) => found);
      return NAMED_AFTER_FILE.filter((one) => one !== kind).flatMap((one) =>
        classes.filter((found) => found.endsWith(toPascalCase(one))).map((found) => `${file}: ${found}`),
      );
    });
    expectNone(bad, 'A class that is called a use case, a reader … lives in a file of that kind:');
  });

  it('do not sweep things together', () => {
    const bad = sources.filter((file) => /(\/|-)(common|shared|helpers?|utils?|misc)(\/|\.)/.test(file));
    expectNone(bad, 'Name a file after what it does; there is no place for "utils" and the like:');
  });
});
