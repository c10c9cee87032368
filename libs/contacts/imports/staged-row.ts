import { normalizePhoneNumber, PHONE_REFUSALS, type CountryCode } from '#domain';
import { formatCopyRow } from '#platform';
import type { ContactRow } from '../files/contact-row.js';
import type { RejectedRow } from '../files/rejected-rows-writer.js';

/** Columns of a staged row, in the order in which `formatStagedRow` writes them. */
export const STAGED_COLUMNS = 'epoch, row, phone, country, variables, is_rewritten';

/** What becomes of a row of the file before the database sees it. */
export type ReadRow =
  | { readonly line: string; readonly rejected?: undefined }
  | { readonly line?: undefined; readonly rejected: RejectedRow };

/** Reads the number of a row: a line for COPY, or the reason why it cannot be imported. */
export function readRow(row: ContactRow, epoch: bigint, defaultCountry: CountryCode): ReadRow {
  const number = normalizePhoneNumber(row.phoneRaw, defaultCountry);
  if (!number.ok)
    return {
      rejected: {
        row: row.row,
        cells: row.cells,
        reason: number.reason,
        explanation: PHONE_REFUSALS[number.reason],
      },
    };
  const variables = toJson(row.variables);
  return {
    line: formatCopyRow([epoch, row.row, number.e164, number.country, variables, number.rewritten]),
  };
}

/** JSON.stringify writes these as escapes: a NUL, and halves of surrogate pairs. jsonb takes neither. */
const REFUSED_BY_JSONB = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

function toJson(variables: Readonly<Record<string, string>>): string {
  const json = JSON.stringify(variables);
  return REFUSED_BY_JSONB.test(json) ? JSON.stringify(clean(variables)) : json;
}

/** Half a surrogate pair becomes the replacement character, a NUL nothing: neither could be sent anyway. */
function clean(variables: Readonly<Record<string, string>>): Record<string, string> {
  const cleanText = (text: string) => Buffer.from(text.replaceAll('\0', '')).toString();
  const entries = Object.entries(variables).map(([name, value]) => [cleanText(name), cleanText(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
