import type { Job } from '#contracts';
import type { Tx } from '../database/tx.js';

/**
 * Writes jobs into the database in the same transaction as the change that needs them, so that neither can exist
 * without the other. The dispatcher of this process is woken right after the commit.
 */
export class Outbox {
  #wake: () => void = () => undefined;

  /** @param wake called after each commit that added jobs */
  onJobsAdded(wake: () => void): void {
    this.#wake = wake;
  }

  async add(tx: Tx, ...jobs: Job[]): Promise<void> {
    await tx.query(`INSERT INTO outbox (name, payload) SELECT * FROM unnest($1::text[], $2::jsonb[])`, [
      jobs.map((job) => job.name),
      jobs.map((job) => JSON.stringify(job.payload)),
    ]);
    tx.afterCommit(this.#wake);
  }
}
