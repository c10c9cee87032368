import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { CountryCode } from '#domain';
import { detectColumns } from './column-detection.js';
import type { ColumnLayout } from './column-detection.js';
import type { ColumnMapping } from './column-mapping.js';
import { ContactRowMapper } from './contact-row.js';
import type { ContactRow } from './contact-row.js';
import { toDisplayName } from './display-name.js';
import { readHead } from './file-chunks.js';
import { detectContainer, FORMAT_HEAD_BYTES } from './file-format.js';
import { refuseFile } from './import-refusal.js';
import { BATCH_ROWS, DEFAULT_FILE_LIMITS, SAMPLE_ROWS } from './limits.js';
import type { FileLimits } from './limits.js';
import type { FileRow } from './record-tokenizer.js';
import {
  findRejectedColumns,
  parsePhoneColumn,
  REJECTED_COLUMNS,
  restoreCell,
} from './rejected-file-format.js';
import type { FileFormat, RowSource } from './row-source.js';
import { openTextSource } from './text-source.js';
import { openXlsxSource } from './xlsx-source.js';

export interface ContactFileInput {
  /** A file on this machine; it is read more than once. */
  path: string;
  /** What the uploader called it: shown, never trusted, never a path. */
  fileName: string;
  defaultCountry: CountryCode;
  mapping?: ColumnMapping | undefined;
  /** Stops reading with the reason of the signal. */
  signal?: AbortSignal | undefined;
  limits?: Partial<FileLimits> | undefined;
}

export interface DetectedFile extends ColumnLayout {
  fileName: string;
  format: FileFormat;
  encoding: string;
  delimiter: string | null;
  /** Whether this is one of our own files of rejected rows, coming back repaired. */
  isRejectedRowsFile: boolean;
}

export interface ContactFile {
  detected: DetectedFile;
  /** The data rows, at most BATCH_ROWS at a time; can be read once. The file is closed when they end, fail or are left. */
  batches(): AsyncGenerator<ContactRow[]>;
  /** How much of the file has been read, 0 to 1. */
  readShare(): number;
  /** To be called when the batches are not read; harmless otherwise. */
  close(): Promise<void>;
}

/**
 * Opens a list of contacts: CSV, TXT or XLSX, told by content. Format, encoding, delimiter, header and columns are
 * decided here, from the whole file where it must be (encoding, container) and its first rows elsewhere.
 * @throws DomainError imports.* for a file that cannot be read; the sentence says what to do
 */
export async function openContactFile(input: ContactFileInput): Promise<ContactFile> {
  const limits: FileLimits = { ...DEFAULT_FILE_LIMITS, ...input.limits };
  const source = await openSource(input, limits);
  const rows = source.rows();
  try {
    const sample = await takeSample(rows);
    return describeFile(input, limits, source, sample, rows);
  } catch (error) {
    await rows.return(undefined);
    await source.close();
    throw error;
  }
}

async function openSource(input: ContactFileInput, limits: FileLimits): Promise<RowSource> {
  const { path, signal } = input;
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes > limits.fileBytes) {
    const megabytes = Math.floor(limits.fileBytes / (1024 * 1024));
    throw refuseFile(
      'imports.file_too_large',
      `The file is larger than ${megabytes} MB. Split it and upload the parts.`,
    );
  }
  const head = await readHead(path, FORMAT_HEAD_BYTES);
  return detectContainer(head) === 'zip'
    ? openXlsxSource({ path, limits, signal })
    : openTextSource({ path, sizeBytes, head, limits, signal });
}

/** Reads until there are enough rows to judge the columns by. */
async function takeSample(rows: AsyncGenerator<FileRow[]>): Promise<FileRow[]> {
  const sample: FileRow[] = [];
  while (sample.length <= SAMPLE_ROWS) {
    const next = await rows.next();
    if (next.done) break;
    sample.push(...next.value);
  }
  if (sample.length === 0) throw refuseFile('imports.file_empty');
  return sample;
}

function describeFile(
  input: ContactFileInput,
  limits: FileLimits,
  source: RowSource,
  sample: FileRow[],
  rows: AsyncGenerator<FileRow[]>,
): ContactFile {
  const rejectedAt = findRejectedColumns(sample[0]?.cells ?? []);
  const isRejectedRowsFile = rejectedAt >= 0;
  const firstRows = sample.slice(0, SAMPLE_ROWS + 1).map(({ cells }) => cells);
  const phoneCell = firstRows[1]?.[rejectedAt + REJECTED_COLUMNS.length - 1] ?? '';
  const layout = detectColumns({
    rows: isRejectedRowsFile
      ? firstRows.map((cells) => cells.slice(0, rejectedAt).map(restoreCell))
      : firstRows,
    defaultCountry: input.defaultCountry,
    mapping: input.mapping,
    rejectedFile: isRejectedRowsFile ? { phoneColumn: parsePhoneColumn(phoneCell) } : undefined,
  });
  const mapper = new ContactRowMapper({
    layout,
    header: layout.hasHeader ? (firstRows[0] ?? []) : [],
    mapping: input.mapping,
    rejectedAt,
    maxColumns: limits.columns,
  });
  const { format, encoding, delimiter } = source;
  const fileName = toDisplayName(input.fileName);
  return {
    detected: { ...layout, fileName, format, encoding, delimiter, isRejectedRowsFile },
    batches: () => readBatches(source, layout.hasHeader ? sample.slice(1) : sample, rows, mapper, limits),
    readShare: () => source.readShare(),
    close: async () => {
      await rows.return(undefined);
      await source.close();
    },
  };
}

/**
 * Cuts the rows into batches. Between two of them the event loop runs once, because one-time passwords travel
 * through the same process.
 */
async function* readBatches(
  source: RowSource,
  sample: FileRow[],
  rows: AsyncGenerator<FileRow[]>,
  mapper: ContactRowMapper,
  limits: FileLimits,
): AsyncGenerator<ContactRow[]> {
  let total = 0;
  let batch: ContactRow[] = [];
  try {
    for await (const piece of startWith(sample, rows)) {
      for (const row of piece) {
        if (++total > limits.rows)
          throw refuseFile('imports.too_many_rows', `The file has more than ${limits.rows} rows.`);
        batch.push(mapper.map(row));
        if (batch.length < BATCH_ROWS) continue;
        yield batch;
        batch = [];
        await setImmediate();
      }
    }
    if (batch.length > 0) yield batch;
  } finally {
    await rows.return(undefined);
    await source.close();
  }
}

async function* startWith(sample: FileRow[], rows: AsyncGenerator<FileRow[]>): AsyncGenerator<FileRow[]> {
  yield sample;
  yield* rows;
}
