import { z } from 'zod';
import type { Import } from '#contacts';
import { formatId, isCountryCode, MAX_VARIABLE_NAME_LENGTH } from '#domain';
import { pageOf } from '../http/paging.js';

const MAX_COLUMN_NAME_LENGTH = 200;
const MAX_COLUMNS = 200;

/** Reading the file is most of the work; the rest is the merge. */
const READING_SHARE = 0.9;

const column = z.union([
  z.string().min(1).max(MAX_COLUMN_NAME_LENGTH),
  z
    .int()
    .min(0)
    .max(MAX_COLUMNS - 1),
]);
const variableName = z
  .string()
  .min(1)
  .max(MAX_VARIABLE_NAME_LENGTH)
  .regex(/^[^\0\p{Surrogate}]*$/u);

export const columnMapping = z.strictObject({
  phone: column.optional(),
  variables: z
    .record(variableName, column)
    .refine((variables) => Object.keys(variables).length <= MAX_COLUMNS, {
      error: `At most ${MAX_COLUMNS} variables`,
    })
    .optional(),
});

/** The form fields beside the file. */
export const importFields = z.strictObject({
  mapping: z
    .string()
    .transform((json, context) => {
      try {
        return JSON.parse(json) as unknown;
      } catch {
        context.issues.push({ code: 'custom', message: 'This is not JSON.', input: json });
        return z.NEVER;
      }
    })
    .pipe(columnMapping)
    .optional(),
  defaultCountry: z
    .string()
    .refine(isCountryCode, { error: 'This is not an ISO country code such as TW.' })
    .optional(),
});

/** What the reference says about the form; the form itself is a stream and read by hand. */
export const importFormSchema = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'CSV, TXT or XLSX' },
    mapping: {
      type: 'string',
      description:
        'JSON: {"phone": column, "variables": {name: column}}; a column is its header or its position from 0. ' +
        'Without it the phone column is found and every other column becomes a variable.',
    },
    defaultCountry: {
      type: 'string',
      description: "Reads national numbers; by default the account's country",
    },
  },
};

const fieldProblem = z.object({ field: z.string(), code: z.string().optional(), message: z.string() });

export const importView = z
  .object({
    id: z.string().meta({ example: 'imp_01k2m8z5t3e8s9r4q7w6x5y4z3' }),
    listId: z.string(),
    fileName: z.string(),
    status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    progress: z.number().min(0).max(1),
    rows: z.int().meta({ description: 'When done: accepted + duplicates + suppressed + invalid' }),
    accepted: z.int(),
    repaired: z.int().meta({ description: 'The part of accepted whose number had to be rewritten' }),
    duplicates: z.int(),
    suppressed: z.int(),
    invalid: z.int(),
    detected: z
      .object({
        format: z.string(),
        encoding: z.string(),
        delimiter: z.string().nullable(),
        hasHeader: z.boolean(),
        columns: z.array(z.string()),
        phoneColumn: z.int(),
      })
      .nullable(),
    error: z.object({ code: z.string(), detail: z.string(), errors: z.array(fieldProblem) }).nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Import' });
export const importsView = pageOf(importView);

export function presentImport(found: Import): z.input<typeof importView> {
  const { id, listId, state, error, readShare, createdAt, startedAt, finishedAt, ...rest } = found;
  return {
    ...rest,
    id: formatId('imp', id),
    listId: formatId('lst', listId),
    status: state,
    progress: state === 'done' ? 1 : Math.round(readShare * READING_SHARE * 1000) / 1000,
    error: error && { code: error.code, detail: error.sentence, errors: [...error.fields] },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
