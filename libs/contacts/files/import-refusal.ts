import { DomainError } from '#domain';
import type { ErrorCode } from '#domain';

/** The codes of the domain catalogue that reading a file can end in. */
export type ImportRefusalCode = Extract<ErrorCode, `imports.${string}`>;

/** The refusal of a whole file, with a sentence that says what to do about it. */
export function refuseFile(code: ImportRefusalCode, sentence?: string, cause?: unknown): DomainError {
  return new DomainError(code, { ...(sentence === undefined ? {} : { sentence }), cause });
}

/** The refusal when one row is to blame; the row stands in the sentence and in the fields. */
export function refuseRow(code: ImportRefusalCode, row: number, sentence: string): DomainError {
  return new DomainError(code, {
    sentence: `Row ${row}: ${sentence}`,
    fields: [{ field: `row ${row}`, message: sentence }],
  });
}
