import { DomainError, normalizeVariableName } from '#domain';

/** What the uploader says about the columns: by header name, or by 0-based position. */
export interface ColumnMapping {
  phone?: string | number | undefined;
  /** Variable name -> its column. Without it, every column but the phone becomes a variable of its own name. */
  variables?: Readonly<Record<string, string | number>> | undefined;
}

export interface VariableColumn {
  name: string;
  /** 0-based. */
  index: number;
}

/** The column that has this name, told exactly or up to upper and lower case. */
export function findMappedName(name: string, names: readonly string[]): number | undefined {
  const exact = names.findIndex((one) => one.trim() === name.trim());
  if (exact >= 0) return exact;
  const folded = normalizeVariableName(name);
  const found = names.findIndex(
    (one) => one.length <= name.length + 64 && normalizeVariableName(one) === folded,
  );
  return found >= 0 ? found : undefined;
}

/**
 * The 0-based column that one entry of the mapping means.
 * @param field path of the entry inside the mapping, for the error
 * @param columns the final names; `header` the cells as they stand in the file, which also count
 * @throws DomainError imports.mapping_invalid
 */
export function findMappedColumn(
  field: string,
  column: string | number,
  columns: readonly string[],
  header: readonly string[],
): number {
  if (typeof column === 'number') {
    if (Number.isInteger(column) && column >= 0 && column < columns.length) return column;
    throw refuseMapping(
      field,
      `The file has no column ${column}: it has columns 0 to ${columns.length - 1}.`,
    );
  }
  const found = findMappedName(column, columns) ?? findMappedName(column, header);
  if (found !== undefined) return found;
  throw refuseMapping(field, `The file has no column "${column}". Its columns are: ${columns.join(', ')}.`);
}

/** Which columns become variables, in the order of the file or of the mapping. */
export function listVariableColumns(
  mapping: ColumnMapping | undefined,
  columns: readonly string[],
  header: readonly string[],
  phoneColumn: number,
): VariableColumn[] {
  if (mapping?.variables !== undefined) {
    return Object.entries(mapping.variables).map(([name, column]) => ({
      name,
      index: findMappedColumn(`variables.${name}`, column, columns, header),
    }));
  }
  return columns.map((name, index) => ({ name, index })).filter(({ index }) => index !== phoneColumn);
}

function refuseMapping(field: string, sentence: string): DomainError {
  return new DomainError('imports.mapping_invalid', {
    sentence,
    fields: [{ field: `mapping.${field}`, message: sentence }],
  });
}
