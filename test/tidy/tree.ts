import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Folders of .gitignore, and git's own: nothing in them is ours to tidy. */
const IGNORED = new Set(['.git', 'node_modules', 'dist', '.data', 'coverage']);
const BINARY = /\.(png|jpg|ico|woff2|xlsx|zip)$/;

/** Text files of the repository, as paths from its root. Walks the disk, so that it works without git. */
export function listFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    const isText = !BINARY.test(entry.name) && !entry.name.endsWith('.log') && entry.name !== '.env';
    return entry.isFile() && isText ? [relative(root, path).replaceAll('\\', '/')] : [];
  });
}

/** The TypeScript of product and tests. */
export const listSources = (): string[] =>
  listFiles().filter((file) => /^(apps|libs|migrations|test)\/.*\.ts$/.test(file));

export const readText = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Lines of a file that match, as `file:line: text`, so that a failed test says where to go. */
export function findLines(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

/**
 * Fails with every violation and the sentence that says how to mend them.
 * @param fix what to do about it
 */
export function expectNone(violations: readonly string[], fix: string): void {
  if (violations.length > 0) throw new Error(`${fix}\n${violations.map((line) => `  ${line}`).join('\n')}`);
}
