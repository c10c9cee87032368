/** Every bound of contact file reading. A caller may lower or raise one, for example for a test or a bigger plan. */
export interface FileLimits {
  /** Bytes of the file as uploaded. */
  fileBytes: number;
  /** Characters of one record, all its cells and line breaks together. */
  recordChars: number;
  /** Characters of one cell. */
  cellChars: number;
  /** Columns that may hold content. */
  columns: number;
  /** Rows with content. */
  rows: number;
  /** Files inside an XLSX container. */
  archiveEntries: number;
  /** Bytes an XLSX may inflate to, first by its own declaration, then by what really comes out. */
  inflatedBytes: number;
  /** Inflated bytes per compressed byte of one part of an XLSX. */
  inflationRatio: number;
  /** UTF-8 bytes of all shared strings of an XLSX, which must be held in memory while its sheet is read. */
  sharedStringBytes: number;
  /** Number of shared strings of an XLSX. */
  sharedStrings: number;
  /** Cell elements of an XLSX sheet, empty ones included. */
  sheetCells: number;
}

export const DEFAULT_FILE_LIMITS: Readonly<FileLimits> = Object.freeze({
  fileBytes: 200 * 1024 * 1024,
  recordChars: 64 * 1024,
  cellChars: 5_000,
  columns: 200,
  rows: 5_000_000,
  archiveEntries: 1_000,
  inflatedBytes: 500 * 1024 * 1024,
  inflationRatio: 100,
  sharedStringBytes: 64 * 1024 * 1024,
  sharedStrings: 5_000_000,
  sheetCells: 50_000_000,
});

/** Rows handed over at a time. */
export const BATCH_ROWS = 1_000;

/** Bytes read from disk at a time: about one millisecond of work before the event loop is free again. */
export const READ_CHUNK_BYTES = 64 * 1024;

/** Data rows looked at before the columns are decided. */
export const SAMPLE_ROWS = 100;

/** Rows an Excel sheet can have, empty ones included (Microsoft's "Excel specifications and limits"). */
export const SHEET_ROWS = 1_048_576;
