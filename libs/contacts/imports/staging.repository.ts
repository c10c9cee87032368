import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { Database } from '#platform';
import { STATEMENT_TIMEOUT_MS } from './import-limits.js';
import { STAGED_COLUMNS } from './staged-row.js';

/** The rows of running imports on their way into contacts. */
@Injectable()
export class StagingRepository {
  constructor(private readonly database: Database) {}

  /** Adds blocks of COPY text. One transaction of its own: a long one would keep VACUUM from its work everywhere. */
  async add(blocks: readonly string[]): Promise<void> {
    await this.database.inSystem(
      async (tx) => {
        const copy = tx.client.query(copyFrom(`COPY import_rows (${STAGED_COLUMNS}) FROM STDIN`));
        await pipeline(Readable.from(blocks), copy);
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  }

  /** Removes the rows of one run. */
  async clear(epoch: bigint): Promise<void> {
    await this.database.inSystem(
      (tx) => tx.execute('DELETE FROM import_rows WHERE epoch = $1', [epoch.toString()]),
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  }

  /** Removes the rows of runs that died: their epochs belong to no running import. */
  async clearAbandoned(): Promise<void> {
    await this.database.inSystem(
      (tx) =>
        tx.execute(
          `DELETE FROM import_rows WHERE NOT EXISTS
             (SELECT FROM imports WHERE imports.epoch = import_rows.epoch AND imports.state = 'running')`,
        ),
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  }
}
