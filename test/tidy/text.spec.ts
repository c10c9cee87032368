import { expectNone, findLines, listFiles, listSources, readText } from './tree.js';

const MAX_LINES = 300;
/** Written by tools, whole. */
const GENERATED = ['package-lock.json', 'openapi.json'];

const files = listFiles().filter((file) => !file.startsWith('libs/api-client/generated/'));
const written = files.filter((file) => !GENERATED.includes(file));
const sources = listSources();
const isTest = (file: string): boolean => /spec\.ts$/.test(file);
/** This file names what it forbids. */
const others = (list: readonly string[]): string[] =>
  list.filter((file) => file !== 'test/tidy/text.spec.ts');

describe('the text of the repository', () => {
  it('leaves nothing for later', () => {
    expectNone(
      findLines(others(written), /\b(TODO|FIXME|XXX|HACK)\b/),
      'Do it now, or open an issue; a note in the code is read by nobody:',
    );
  });

  it('knows no machine', () => {
    const path = /(^|[\s"'`(=:])(\/work|\/home|\/root|\/Users|\/mnt|\/opt)\//;
    expectNone(findLines(others(files), path), 'Write paths relative to the repository:');
  });

  it('knows no package mirror', () => {
    const mirror = /https?:\/\/[^\s"'/]*(registry|mirror|artifactory|nexus|verdaccio)[^\s"']*/i;
    const found = findLines(others(files), mirror).filter((line) => !line.includes('://registry.npmjs.org/'));
    expectNone(found, 'Where packages come from is the business of each machine, never of the repository:');
  });

  it('skips no test and favours none', () => {
    const pattern =
      /\b(it|test|describe)\.(skip|only|todo|failing)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/;
    expectNone(
      findLines(others(sources.filter(isTest)), pattern),
      'A test that does not run protects nobody: mend it or delete it:',
    );
  });

  it('silences no tool', () => {
    const pattern = /eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|prettier-ignore/;
    expectNone(findLines(others(sources), pattern), 'Change the code, or the rule for everybody:');
  });

  it('opens a long file with the reason for its length', () => {
    const bad = others(sources)
      .map((file) => ({ file, text: readText(file) }))
      .filter(({ text }) => text.split('\n').length > MAX_LINES && !/^\/[/*]/.test(text))
      .map(({ file, text }) => `${file}: ${text.split('\n').length} lines`);
    expectNone(bad, `Above ${MAX_LINES} lines, split the file, or say in its first comment why it is one:`);
  });
});
