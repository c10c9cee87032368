import { z } from 'zod';
import { DomainError } from '#domain';

export const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;
const MAX_CURSOR_LENGTH = 500;

/** Query fields of every list. */
export const pageQueryFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE_SIZE)
    .default(DEFAULT_PAGE_SIZE)
    .meta({ description: 'Rows per page' }),
  cursor: z
    .string()
    .max(MAX_CURSOR_LENGTH)
    .optional()
    .meta({ description: '`nextCursor` of the page before' }),
};

export const pageQuery = z.strictObject(pageQueryFields);

/** `{ data, nextCursor }`; nextCursor is null on the last page. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ data: z.array(row), nextCursor: z.string().nullable() });

/** Packs the place after the last row of a page. Opaque to callers. */
export const encodeCursor = (place: Record<string, string>): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * @param shape what the place must look like, so that a made-up cursor is refused and never reaches SQL
 * @throws DomainError request.invalid on the field `cursor`
 */
export function decodeCursor<Place>(cursor: string | undefined, shape: z.ZodType<Place>): Place | undefined {
  if (cursor === undefined) return undefined;
  const parsed = shape.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new DomainError('request.invalid', {
    fields: [{ field: 'cursor', code: 'invalid', message: 'This is not a cursor of this list.' }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
