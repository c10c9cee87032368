import type { FileStorage } from '#domain';
import { openContactFile, type ContactFile, type DetectedFile } from '../files/contact-file.js';
import type { ColumnMapping } from '../files/column-mapping.js';
import type { ContactRow } from '../files/contact-row.js';
import type { RejectedRow } from '../files/rejected-rows-writer.js';
import type { ClaimedRun, ReadFileResult } from './import-runs.repository.js';
import type { ImportWatch } from './import-watch.js';
import { RejectedFile } from './rejected-file.js';
import { readRow } from './staged-row.js';
import { StagingWriter } from './staging-writer.js';

export interface ReadImportFileInput {
  run: ClaimedRun;
  /** The upload on this machine. */
  path: string;
  storage: FileStorage;
  /** Adds blocks of COPY text to staging. */
  stage: (blocks: readonly string[]) => Promise<void>;
  watch: ImportWatch;
  signal: AbortSignal;
}

/**
 * Reads an upload from its first row to its last: rows with a number go to staging, the others into a file to repair.
 * Leaves no file behind when it throws.
 * @throws DomainError imports.* for a file that cannot be read; the signal's reason
 */
export async function readImportFile(input: ReadImportFileInput): Promise<ReadFileResult> {
  const { run, path, storage, watch, signal } = input;
  const { fileName, defaultCountry, mapping } = run;
  const file = await openContactFile({
    path,
    fileName,
    defaultCountry,
    signal,
    mapping: mapping ?? undefined,
  });
  watch.detected = file.detected;
  watch.readShare = () => file.readShare();
  const rejected = new RejectedFile(storage, file.detected);
  const staging = new StagingWriter(input.stage);
  try {
    const invalid = await readRows(input, file, staging, rejected);
    await staging.end();
    return {
      detected: file.detected,
      staged: staging.staged,
      invalid,
      rejectedKey: await rejected.end(),
      variableNames: listVariableNames(file.detected, mapping),
    };
  } catch (error) {
    await staging.settle();
    await rejected.discard();
    throw error;
  }
}

/** @returns the number of rejected rows */
async function readRows(
  { run, watch, signal }: ReadImportFileInput,
  file: ContactFile,
  staging: StagingWriter,
  rejected: RejectedFile,
): Promise<number> {
  let invalid = 0;
  for await (const batch of file.batches()) {
    signal.throwIfAborted();
    const { lines, refused } = sortRows(batch, run);
    await staging.write(lines);
    await rejected.write(refused);
    invalid += refused.length;
    watch.rows += batch.length;
  }
  return invalid;
}

function sortRows(batch: readonly ContactRow[], { epoch, defaultCountry }: ClaimedRun) {
  const lines: string[] = [];
  const refused: RejectedRow[] = [];
  for (const row of batch) {
    const read = readRow(row, epoch, defaultCountry);
    if (read.rejected) refused.push(read.rejected);
    else lines.push(read.line);
  }
  return { lines, refused };
}

/** The columns that became variables. */
function listVariableNames(
  { columns, phoneColumn }: DetectedFile,
  mapping: ColumnMapping | null,
): readonly string[] {
  return mapping?.variables
    ? Object.keys(mapping.variables)
    : columns.filter((_, index) => index !== phoneColumn);
}
