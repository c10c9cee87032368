import { refuseFile } from './import-refusal.js';
import { SHEET_ROWS } from './limits.js';
import type { FileLimits } from './limits.js';
import { renderDate, renderNumber } from './cell-numbers.js';
import { isBlankRow, refuseLongCell, refuseManyColumns } from './record-tokenizer.js';
import type { FileRow } from './record-tokenizer.js';
import { TextCollector } from './shared-strings.js';
import type { SharedStrings } from './shared-strings.js';
import { XmlReader } from './xml-reader.js';
import type { XmlAttributes } from './xml-reader.js';

export interface SheetContext {
  strings: SharedStrings;
  dateStyles: ReadonlySet<number>;
  usesDate1904: boolean;
}

/**
 * Turns the XML of a worksheet into rows, piece by piece. Cells and rows are placed where their references say, so
 * gaps stay gaps; without references they follow one another.
 */
export class SheetReader {
  /** True once the cells are over; what follows in the part (formats, links, pictures) is not read. */
  isOver = false;
  private readonly xml: XmlReader;
  private readonly collector: TextCollector;
  private rows: FileRow[] = [];
  private row = 0;
  private rowElements = 0;
  private cellElements = 0;
  private cells: string[] = [];
  private column = 0;
  private type = 'n';
  private style = -1;

  constructor(
    private readonly context: SheetContext,
    private readonly limits: FileLimits,
  ) {
    this.collector = new TextCollector(limits);
    this.xml = new XmlReader({
      open: (name, attributes) => this.openElement(name, attributes),
      text: (text) => this.collector.text(text),
      close: (name) => this.closeElement(name),
    });
  }

  /** Takes the next piece of XML and returns the rows with content that it completes. */
  push(text: string): FileRow[] {
    this.rows = [];
    this.xml.push(text);
    return this.rows;
  }

  /** Says that the part is over; a sheet cut in the middle is damaged. */
  end(): void {
    this.xml.end();
  }

  private openElement(name: string, attributes: XmlAttributes): void {
    if (name === 'row') this.startRow(attributes['r']);
    else if (name === 'c') this.startCell(attributes);
    else this.collector.open(name);
  }

  private closeElement(name: string): void {
    if (name === 'c') this.finishCell();
    else if (name === 'row') this.finishRow();
    else if (name === 'sheetData') this.isOver = true;
    else this.collector.close(name);
  }

  private startRow(reference: string | undefined): void {
    this.row = reference === undefined ? this.row + 1 : Number(reference);
    this.rowElements++;
    if (this.rowElements > SHEET_ROWS) throw refuseFile('imports.too_many_rows');
    if (!Number.isInteger(this.row) || this.row < 1 || this.row > SHEET_ROWS) {
      throw refuseFile(
        'imports.archive_refused',
        'The spreadsheet numbers a row in a way Excel does not have.',
      );
    }
    this.cells = [];
    this.column = -1;
  }

  private startCell(attributes: XmlAttributes): void {
    const reference = attributes['r'];
    this.column = reference === undefined ? this.column + 1 : toColumnIndex(reference);
    if (++this.cellElements > this.limits.sheetCells) {
      throw refuseFile(
        'imports.archive_refused',
        'The spreadsheet has too many cells. Save the list as CSV.',
      );
    }
    this.type = attributes['t'] ?? 'n';
    this.style = attributes['s'] === undefined ? -1 : Number(attributes['s']);
    this.collector.clear();
  }

  private finishCell(): void {
    const text = this.renderCell(this.collector.take());
    if (text === '') return;
    if (text.length > this.limits.cellChars) throw refuseLongCell(this.row, this.column + 1, this.limits);
    if (this.column >= this.limits.columns) {
      if (text.trim() !== '') throw refuseManyColumns(this.row, this.limits);
      return;
    }
    while (this.cells.length <= this.column) this.cells.push('');
    this.cells[this.column] = text;
  }

  private renderCell(stored: string): string {
    switch (this.type) {
      case 's':
        return this.findSharedString(stored);
      case 'n':
        if (stored === '') return '';
        return this.context.dateStyles.has(this.style)
          ? renderDate(stored, this.context.usesDate1904)
          : renderNumber(stored);
      case 'b':
        return stored === '1' ? 'TRUE' : stored === '0' ? 'FALSE' : stored;
      default:
        return stored;
    }
  }

  private findSharedString(stored: string): string {
    if (stored === '') return '';
    const text = this.context.strings.get(Number(stored));
    if (text === undefined) {
      throw refuseFile(
        'imports.archive_refused',
        `Row ${this.row} of the spreadsheet names a text that is missing.`,
      );
    }
    return text;
  }

  private finishRow(): void {
    if (!isBlankRow(this.cells)) this.rows.push({ row: this.row, cells: this.cells });
    this.cells = [];
  }
}

/** 'C5' -> 2. A reference without letters is damage. */
export function toColumnIndex(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 3; at++) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 0x41 || letter > 0x5a) break;
    column = column * 26 + (letter - 0x40);
  }
  if (column === 0)
    throw refuseFile('imports.archive_refused', 'The spreadsheet holds a cell without a column.');
  return column - 1;
}
