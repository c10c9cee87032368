import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ERROR_CATALOGUE, ID_ENTITIES } from '#domain';
import { laneNames } from '#contracts';
import { settingHelp } from '#platform';
import { expectNone, listFiles, readText, root } from './tree.js';

const pages = listFiles().filter((file) => /^(README|CHANGELOG)\.md$|^docs\/.*\.md$/.test(file));
const adrs = pages.filter((file) => /^docs\/adr\/\d{4}-.*\.md$/.test(file));
/** Prose: what stands between fences is quoted from elsewhere. */
const proseOf = (file: string): string => readText(file).replace(/^```[\s\S]*?^```/gm, '');

/** The anchor GitHub gives a heading. */
const toAnchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

function anchorsOf(file: string): string[] {
  return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => toAnchor(heading));
}

function findBrokenLinks(file: string): string[] {
  return [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^(https?|mailto):/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const linked = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, linked))) return [`${file}: ${target}`];
    if (anchor === undefined || statSync(join(root, linked)).isDirectory()) return [];
    return anchorsOf(linked).includes(anchor) ? [] : [`${file}: ${target} (no such heading)`];
  });
}

describe('README and docs', () => {
  it('link only to what is there', () => {
    expectNone(pages.flatMap(findBrokenLinks), 'These links lead nowhere:');
  });

  it('name only files and folders that exist', () => {
    const bad = pages.flatMap((file) =>
      [...proseOf(file).matchAll(/`((?:apps|libs|migrations|test|docs)\/[\w./-]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${file}: ${path}`),
    );
    expectNone(bad, 'The text names files that are not there; it has fallen behind the code:');
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const bad = pages.flatMap((file) =>
      [...readText(file).matchAll(/npm run ([a-z]+(?::[a-z]+)*)/g)]
        .map(([, script = '']) => script)
        .filter((script) => !(script in scripts))
        .map((script) => `${file}: npm run ${script}`),
    );
    expectNone([...new Set(bad)], 'package.json has no such script:');
  });

  it('name only error codes of the catalogue', () => {
    const areas = new Set(Object.keys(ERROR_CATALOGUE).map((code) => code.split('.')[0]));
    const bad = pages.flatMap((file) =>
      [...proseOf(file).matchAll(/`([a-z]+)\.([a-z_]+)`/g)]
        .filter(([, area = '']) => areas.has(area))
        .map(([, area, name]) => `${area}.${name}`)
        .filter((code) => !(code in ERROR_CATALOGUE) && !isJobName(code))
        .map((code) => `${file}: ${code}`),
    );
    expectNone(bad, 'libs/domain/errors/error-catalogue.ts has no such code:');
  });
});

/** `imports.run` looks like an error code and is a job. */
const isJobName = (text: string): boolean => text === 'imports.run' || text === 'campaigns.expand';

describe('docs/OPERATIONS.md', () => {
  const page = readText('docs/OPERATIONS.md');

  it('explains every setting and no other', () => {
    const explained = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(Object.keys(settingHelp).sort());
  });

  it('names every lane', () => {
    const missing = laneNames.filter((lane) => !page.includes(`\`${lane}\``));
    expectNone(missing, 'Lanes the page does not name:');
  });
});

describe('docs/API.md', () => {
  it('writes ids with prefixes that exist', () => {
    const used = [...readText('docs/API.md').matchAll(/\b([a-z]{2,3})_(?:…|[0-9a-z]{26})/g)].map(
      ([, prefix = '']) => prefix,
    );
    expect(used.length).toBeGreaterThan(0);
    expectNone(
      used.filter((prefix) => prefix !== 'msg' && !(prefix in ID_ENTITIES)),
      'Prefixes nobody uses:',
    );
  });
});

describe('decision records', () => {
  it('are all linked from their list', () => {
    const list = readText('docs/adr/README.md');
    const missing = adrs.filter((file) => !list.includes(`(${file.slice('docs/adr/'.length)})`));
    expect(adrs.length).toBeGreaterThan(0);
    expectNone(missing, 'Add these to docs/adr/README.md:');
  });

  it('say context, decision, consequences and what was rejected', () => {
    const bad = adrs.flatMap((file) =>
      ['Context', 'Decision', 'Consequences', 'Rejected']
        .filter((heading) => !readText(file).includes(`\n## ${heading}\n`))
        .map((heading) => `${file}: ${heading}`),
    );
    expectNone(bad, 'These headings are missing:');
  });

  it('are numbered without gaps', () => {
    const numbers = adrs.map((file) => Number(/\d{4}/.exec(file)?.[0])).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
