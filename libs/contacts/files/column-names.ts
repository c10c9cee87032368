import { MAX_VARIABLE_NAME_LENGTH, normalizeVariableName } from '#domain';

/** Names that mean something to JavaScript objects; a column called so gets the name of its position instead. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Names for `count` columns. A header gives the name; an empty or reserved one, or no header, gives `column<N>`;
 * a name used before (upper and lower case alike, as templates see it) gets a suffix: `name`, `name_2`.
 * @param header cells of the header row, empty when there is none
 */
export function nameColumns(header: readonly string[], count: number): string[] {
  const used = new Set<string>();
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = findFreeName(cleanName(header[index] ?? '', index), used);
    used.add(normalizeVariableName(name));
    names.push(name);
  }
  return names;
}

function cleanName(cell: string, index: number): string {
  const name = cell
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_VARIABLE_NAME_LENGTH)
    .trim();
  return name === '' || RESERVED_NAMES.has(name) ? `column${index + 1}` : name;
}

function findFreeName(name: string, used: ReadonlySet<string>): string {
  let free = name;
  for (let suffix = 2; used.has(normalizeVariableName(free)); suffix++) {
    const ending = `_${suffix}`;
    free = name.slice(0, MAX_VARIABLE_NAME_LENGTH - ending.length) + ending;
  }
  return free;
}
