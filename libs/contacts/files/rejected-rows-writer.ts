import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { DetectedFile } from './contact-file.js';
import { formatPhoneColumn, protectCell, REJECTED_COLUMNS } from './rejected-file-format.js';

export interface RejectedRow {
  row: number;
  /** The original cells. */
  cells: readonly string[];
  /** A stable code, such as `number.landline`. */
  reason: string;
  /** What is wrong, for people. */
  explanation: string;
}

/** Without it Excel reads UTF-8 as the local code page and Chinese names break. */
const BYTE_ORDER_MARK = '\uFEFF';
const LINE_BREAK = '\r\n';

/**
 * Writes the rows that were not imported as a CSV that people can repair and upload again: the original columns, then
 * REJECTED_COLUMNS. Cells beyond the known columns follow those, so that nothing is lost. Formula-safe.
 */
export class RejectedRowsWriter {
  private rowsWritten = 0;
  private failure: Error | undefined;

  constructor(
    private readonly output: Writable,
    private readonly detected: Pick<DetectedFile, 'columns' | 'phoneColumn'>,
  ) {
    output.once('error', (error: Error) => (this.failure = error));
    this.output.write(
      BYTE_ORDER_MARK + toCsvLine([...detected.columns.map(protectCell), ...REJECTED_COLUMNS]),
    );
  }

  /** Writes rows in order; resolves when the output can take more. */
  async write(rows: readonly RejectedRow[]): Promise<void> {
    if (this.failure) throw this.failure;
    if (rows.length === 0) return;
    this.rowsWritten += rows.length;
    const text = rows.map((row) => toCsvLine(this.toCells(row))).join('');
    if (!this.output.write(text)) await once(this.output, 'drain');
  }

  /** Ends the output and waits until all of it is written. Returns the number of rows. */
  async end(): Promise<number> {
    if (this.failure) throw this.failure;
    this.output.end();
    await finished(this.output);
    return this.rowsWritten;
  }

  private toCells({ row, cells, reason, explanation }: RejectedRow): string[] {
    const width = this.detected.columns.length;
    const known = Array.from({ length: width }, (_, index) => protectCell(cells[index] ?? ''));
    const ours = [
      String(row),
      reason,
      protectCell(explanation),
      formatPhoneColumn(this.detected.phoneColumn),
    ];
    return [...known, ...ours, ...cells.slice(width).map(protectCell)];
  }
}

function toCsvLine(cells: readonly string[]): string {
  return cells.map(quoteCell).join(',') + LINE_BREAK;
}

function quoteCell(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
