import type { CountryCode, FieldProblem } from '#domain';
import type { DetectedFile } from '../files/contact-file.js';
import type { ColumnMapping } from '../files/column-mapping.js';

export type ImportState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** When an import is done: rows = accepted + duplicates + suppressed + invalid. */
export interface ImportCounts {
  readonly rows: number;
  readonly accepted: number;
  /** The part of accepted whose number had to be rewritten. */
  readonly repaired: number;
  readonly duplicates: number;
  readonly suppressed: number;
  readonly invalid: number;
}

/** Why an import failed, in a sentence for the customer. */
export interface ImportFailure {
  readonly code: string;
  readonly sentence: string;
  readonly fields: readonly FieldProblem[];
}

/** One file on its way into one list. */
export interface Import extends ImportCounts {
  readonly id: string;
  readonly listId: string;
  readonly fileName: string;
  readonly state: ImportState;
  /** How much of the file has been read, 0 to 1. */
  readonly readShare: number;
  readonly detected: DetectedFile | null;
  readonly error: ImportFailure | null;
  readonly hasRejectedRows: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** The columns of an Import, in its names. */
export const IMPORT_COLUMNS = `id, list_id AS "listId", file_name AS "fileName", state, rows, accepted, repaired,
  duplicates, suppressed, invalid, read_share AS "readShare", detected, error,
  rejected_key IS NOT NULL AS "hasRejectedRows", created_at AS "createdAt", started_at AS "startedAt",
  finished_at AS "finishedAt"`;

/** An import as the run that claimed it sees it. */
export interface ClaimedImport {
  readonly id: string;
  readonly accountId: string;
  readonly listId: string;
  readonly fileName: string;
  readonly storageKey: string;
  readonly mapping: ColumnMapping | null;
  readonly defaultCountry: CountryCode;
  /** The number this run draws; writes count only while it is the import's last one. */
  readonly epoch: bigint;
  /** This run included. */
  readonly attempts: number;
}
