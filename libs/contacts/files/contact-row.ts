import type { ColumnLayout } from './column-detection.js';
import { listVariableColumns } from './column-mapping.js';
import type { ColumnMapping, VariableColumn } from './column-mapping.js';
import { nameColumns } from './column-names.js';
import type { FileRow } from './record-tokenizer.js';
import { REJECTED_COLUMNS, restoreCell } from './rejected-file-format.js';

export interface ContactRow {
  /** As a spreadsheet numbers it: a header is row 1, blank rows count, a cell with line breaks is one row. */
  row: number;
  phoneRaw: string;
  /** Trimmed; blank cells are left out. The object has no prototype. */
  variables: Record<string, string>;
  /** The original cells, for the file of rejected rows. */
  cells: string[];
}

interface MapperInput {
  layout: ColumnLayout;
  /** Header cells as they stand in the file, empty without a header. */
  header: readonly string[];
  mapping: ColumnMapping | undefined;
  /** Where the columns of a rejected-rows file begin, or -1. */
  rejectedAt: number;
  maxColumns: number;
}

/** Gives the cells of a row their meaning. */
export class ContactRowMapper {
  private readonly phoneColumn: number;
  private readonly rejectedAt: number;
  private readonly variableColumns: VariableColumn[];

  /** @throws DomainError imports.mapping_invalid */
  constructor({ layout, header, mapping, rejectedAt, maxColumns }: MapperInput) {
    this.phoneColumn = layout.phoneColumn;
    this.rejectedAt = rejectedAt;
    // Without a mapping, a row longer than all rows looked at keeps its further cells under the names of their positions.
    const names = mapping?.variables === undefined ? nameColumns(layout.columns, maxColumns) : layout.columns;
    this.variableColumns = listVariableColumns(mapping, names, header, layout.phoneColumn);
  }

  map({ row, cells: read }: FileRow): ContactRow {
    const cells = this.rejectedAt < 0 ? read : this.restoreCells(read);
    const variables = Object.create(null) as Record<string, string>;
    for (const { name, index } of this.variableColumns) {
      if (index >= cells.length) continue;
      const value = cells[index]?.trim();
      if (value !== undefined && value !== '') variables[name] = value;
    }
    return { row, phoneRaw: cells[this.phoneColumn] ?? '', variables, cells };
  }

  private restoreCells(read: readonly string[]): string[] {
    const end = this.rejectedAt + REJECTED_COLUMNS.length;
    return [...read.slice(0, this.rejectedAt), ...read.slice(end)].map(restoreCell);
  }
}
