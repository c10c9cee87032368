/** A value of a COPY row in text format. Dates go in as ISO strings, JSON as a string. */
export type CopyValue = string | number | bigint | boolean | null;

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One line of PostgreSQL's COPY text format, with its line end.
 * The test for special characters comes first because nearly every value has none and COPY is the hottest path.
 */
export function formatCopyRow(values: readonly CopyValue[]): string {
  let line = '';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) line += '\t';
    line += formatCopyValue(values[index] ?? null);
  }
  return `${line}\n`;
}

function formatCopyValue(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') {
    return SPECIAL.test(value)
      ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)
      : value;
  }
  return String(value);
}
