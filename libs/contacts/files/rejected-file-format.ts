/**
 * The columns that a file of rejected rows has behind the original ones. They are how the file is known again when it
 * comes back. `phone_column` says which of the original columns held the numbers, since none of them may look like one.
 */
export const REJECTED_COLUMNS = ['row', 'reason', 'explanation', 'phone_column'] as const;

/** How `phone_column` names a column: by position, because names may be doubled or missing. */
export const formatPhoneColumn = (index: number): string => `column ${index + 1}`;

/** The 0-based column that a `phone_column` cell names, or undefined. */
export function parsePhoneColumn(cell: string): number | undefined {
  const match = /^column (\d{1,4})$/.exec(cell.trim());
  const position = Number(match?.[1] ?? 0);
  return position > 0 ? position - 1 : undefined;
}

/** Cells that a spreadsheet would run as a formula (OWASP ASVS 1.2.10). */
const FORMULA_START = /^[=+\-@\t\r\0\uFFFD]/;
const PROTECTED_START = /^'+[=+\-@\t\r\0\uFFFD]/;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Makes a cell harmless in a spreadsheet: E.164 loses its plus, anything that could be a formula gets an apostrophe. */
export function protectCell(cell: string): string {
  if (E164.test(cell)) return cell.slice(1);
  return FORMULA_START.test(cell) || PROTECTED_START.test(cell) ? `'${cell}` : cell;
}

/** Takes the apostrophe off again, exactly where `protectCell` has put one. */
export function restoreCell(cell: string): string {
  return PROTECTED_START.test(cell) ? cell.slice(1) : cell;
}

/** Where the rejected-row columns begin in a header row, or -1 when the file is not one of ours. */
export function findRejectedColumns(header: readonly string[]): number {
  const first = header.length - REJECTED_COLUMNS.length;
  const isOurs = first > 0 && REJECTED_COLUMNS.every((name, index) => header[first + index]?.trim() === name);
  return isOurs ? first : -1;
}
