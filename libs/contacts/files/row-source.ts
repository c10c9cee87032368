import type { FileRow } from './record-tokenizer.js';

export type FileFormat = 'csv' | 'txt' | 'xlsx';

/** The rows of a file, whatever its format, before columns have a meaning. */
export interface RowSource {
  format: FileFormat;
  /** Name of the character encoding; XLSX is always UTF-8 inside. */
  encoding: string;
  delimiter: string | null;
  /** Rows with content, in pieces of any size, possibly empty ones. Can be read once. */
  rows(): AsyncGenerator<FileRow[]>;
  /** How much of the file has been read, 0 to 1. */
  readShare(): number;
  close(): Promise<void>;
}
