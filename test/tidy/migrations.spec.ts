import { migrations } from '../../migrations/index.js';
import { expectNone, listSources, readText } from './tree.js';

const files = listSources().filter((file) => /^migrations\/\d{13}-[^/]+\.ts$/.test(file));

describe('migrations', () => {
  it('are all listed, oldest first', () => {
    const inFiles = files.sort().map((file) => /^export class (\w+)/m.exec(readText(file))?.[1]);
    // A file that nobody lists is a change of the schema that never happens.
    expect(migrations.map(({ name }) => name)).toEqual(inFiles);
  });

  it('are named after their file and time', () => {
    const bad = files.filter((file) => {
      const [, time = '', name = ''] = /(\d{13})-(.+)\.ts$/.exec(file) ?? [];
      const className = name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
      return !readText(file).includes(`export class ${className}${time} `);
    });
    expectNone(bad, 'Name the class of `<time>-<name>.ts` `<Name><time>`: TypeORM orders by it.');
  });
});
