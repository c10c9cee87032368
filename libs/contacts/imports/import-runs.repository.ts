import { Injectable } from '@nestjs/common';
import { ERROR_CATALOGUE } from '#domain';
import { Database, Outbox, type SystemTx } from '#platform';
import type { DetectedFile } from '../files/contact-file.js';
import { lockList, recordListChange } from '../lists/lock-list.js';
import type { ClaimedImport, ImportCounts, ImportFailure } from './import.js';
import {
  LARGE_MERGE_ROWS,
  MERGE_LOCK_TIMEOUT_MS,
  MERGE_SORT_MEGABYTES,
  STATEMENT_TIMEOUT_MS,
  TAKEOVER_SECONDS,
} from './import-limits.js';
import {
  CLAIM_SQL,
  COMPLETE_SQL,
  FAIL_SQL,
  MERGE_SQL,
  PROGRESS_SQL,
  RELEASE_SQL,
} from './import-runs.sql.js';

export type ClaimedRun = ClaimedImport & {
  /** The run before this one, when it died: its staged rows are of no use. */
  readonly previousEpoch: bigint | null;
};

export interface RunProgress {
  rows: number;
  readShare: number;
  detected: DetectedFile | undefined;
}

/** What a run read from its file. */
export interface ReadFileResult {
  detected: DetectedFile;
  /** Rows that went into staging. */
  staged: number;
  invalid: number;
  rejectedKey: string;
  variableNames: readonly string[];
}

/** Raised inside the merge's transaction to undo it. */
export class RunLostError extends Error {
  constructor() {
    super('the import was cancelled or taken over by another run');
  }
}

export const INTERNAL_FAILURE: ImportFailure = {
  code: 'internal.error',
  sentence: ERROR_CATALOGUE['internal.error'].sentence,
  fields: [],
};

/** The state of an import as its run changes it. Every write is fenced by the run's epoch. */
@Injectable()
export class ImportRunsRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** @returns undefined when there is nothing to do: finished, or another run is at it */
  async claim(importId: string): Promise<ClaimedRun | undefined> {
    const [run] = await this.database.runSystemStatement<ClaimedRun>(CLAIM_SQL, [importId, TAKEOVER_SECONDS]);
    return run;
  }

  /** @returns false when the import was cancelled or another run has it */
  async tellProgress(
    { id, epoch }: ClaimedRun,
    { rows, readShare, detected }: RunProgress,
  ): Promise<boolean> {
    const values = [id, epoch.toString(), rows, readShare, detected ? JSON.stringify(detected) : null];
    return (await this.database.runSystemStatement(PROGRESS_SQL, values)).length > 0;
  }

  /**
   * Puts the staged rows into the list and completes the import, or does nothing of it.
   * @throws RunLostError when the import was cancelled or another run has it; contacts.list_not_found
   */
  async merge(run: ClaimedRun, read: ReadFileResult): Promise<ImportCounts> {
    return this.database.inSystem(
      async (tx) => {
        await tx.query(`SET LOCAL lock_timeout = ${MERGE_LOCK_TIMEOUT_MS}`);
        await lockList(tx, run.accountId, run.listId);
        await choosePlan(tx, read.staged);
        const counts = await addStagedRows(tx, run, read);
        const { accepted: added } = counts;
        await recordListChange(tx, run.listId, { added, variableNames: read.variableNames });
        await complete(tx, run, counts, read);
        return counts;
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  }

  async fail({ id, epoch }: ClaimedRun, failure: ImportFailure): Promise<void> {
    await this.database.runSystemStatement(FAIL_SQL, [id, epoch.toString(), JSON.stringify(failure)]);
  }

  /** Lets another run begin at once; for a process that is asked to stop. It does not count as an attempt. */
  async handOver({ id, epoch }: ClaimedRun): Promise<void> {
    await this.database.inSystem(async (tx) => {
      const released = await tx.query(RELEASE_SQL, [id, epoch.toString(), true]);
      if (released.length > 0)
        await this.outbox.add(tx, { name: 'imports.run', payload: { v: 1, importId: id } });
    });
  }

  /** After an error that may pass. The queue repeats the failed job with growing pauses. */
  async release({ id, epoch }: ClaimedRun): Promise<void> {
    await this.database.runSystemStatement(RELEASE_SQL, [id, epoch.toString(), false]);
  }
}

/**
 * The planner knows nothing about rows staged a moment ago, and a wrong guess costs minutes: so many rows are joined in
 * one pass over the tables, few are looked up one by one.
 */
async function choosePlan(tx: SystemTx, staged: number): Promise<void> {
  const isLarge = staged >= LARGE_MERGE_ROWS;
  await tx.query(
    `SET LOCAL work_mem = '${MERGE_SORT_MEGABYTES}MB'; SET LOCAL jit = off;
     SET LOCAL enable_nestloop = ${!isLarge}; SET LOCAL enable_hashjoin = ${isLarge};
     SET LOCAL enable_mergejoin = ${isLarge}`,
  );
}

type MergedRows = Pick<ImportCounts, 'accepted' | 'repaired' | 'suppressed'> & { staged: number };

async function addStagedRows(tx: SystemTx, run: ClaimedRun, read: ReadFileResult): Promise<ImportCounts> {
  const [merged] = await tx.query<MergedRows>(MERGE_SQL, [run.epoch.toString(), run.accountId, run.listId]);
  const { staged, invalid } = read;
  // A restart of PostgreSQL empties an unlogged table, perhaps between two chunks and unnoticed.
  if (merged?.staged !== staged) throw new Error('staged rows were lost; the import must be read again');
  const { accepted, repaired, suppressed } = merged;
  const duplicates = staged - accepted - suppressed;
  return { rows: staged + invalid, accepted, repaired, duplicates, suppressed, invalid };
}

async function complete(
  tx: SystemTx,
  run: ClaimedRun,
  counts: ImportCounts,
  { rejectedKey, detected }: ReadFileResult,
): Promise<void> {
  const { rows, accepted, repaired, duplicates, suppressed, invalid } = counts;
  const result = [rows, accepted, repaired, duplicates, suppressed, invalid];
  const values = [run.id, run.epoch.toString(), ...result, rejectedKey, JSON.stringify(detected)];
  if ((await tx.execute(COMPLETE_SQL, values)) === 0) throw new RunLostError();
}
