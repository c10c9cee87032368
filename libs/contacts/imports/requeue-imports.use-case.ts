import { Inject, Injectable } from '@nestjs/common';
import type { FileStorage } from '#domain';
import { Database, Outbox } from '#platform';
import { STORAGE } from '../storage.js';
import { LOST_SECONDS, MAX_ATTEMPTS, OVERDUE_SECONDS } from './import-limits.js';
import { INTERNAL_FAILURE } from './import-runs.repository.js';
import { FAIL_LOST_SQL, REQUEUE_SQL } from './import-runs.sql.js';
import { RemoveSpentUploadsUseCase } from './remove-spent-uploads.use-case.js';
import { StagingRepository } from './staging.repository.js';

/**
 * The sweeper of imports, for a schedule: what the queue lost and what died in the middle is enqueued again, what dead
 * runs and finished imports left behind is removed.
 */
@Injectable()
export class RequeueImportsUseCase {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly staging: StagingRepository,
    private readonly removeSpentUploads: RemoveSpentUploadsUseCase,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  /** @returns the number of imports that were enqueued again */
  async execute(): Promise<number> {
    const requeued = await this.database.inSystem(async (tx) => {
      await tx.query(FAIL_LOST_SQL, [LOST_SECONDS, MAX_ATTEMPTS, JSON.stringify(INTERNAL_FAILURE)]);
      const imports = await tx.query<{ id: string }>(REQUEUE_SQL, [OVERDUE_SECONDS, LOST_SECONDS]);
      const jobs = imports.map(({ id }) => ({
        name: 'imports.run' as const,
        payload: { v: 1 as const, importId: id },
      }));
      if (jobs.length > 0) await this.outbox.add(tx, ...jobs);
      return jobs.length;
    });
    await this.staging.clearAbandoned();
    await this.removeSpentUploads.execute();
    await this.storage.removeLeftovers();
    return requeued;
  }
}
