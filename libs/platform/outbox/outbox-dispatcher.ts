import type { Job } from '#contracts';
import type { Database } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { JobQueues } from '../queue/job-queues.js';
import { Periodic } from '../time/periodic.js';
import type { Outbox } from './outbox.js';

/** Jobs moved per transaction. */
const BATCH = 200;
/** Another process may have died between its commit and its wake-up, so everybody looks this often (rule Q1). */
const POLL_MS = 250;

/**
 * Moves outbox rows into the queue. A row is deleted only after the queue took the job: a crash in between enqueues it
 * again, never loses it. Rows are claimed by lock, not by id, because ids commit out of order.
 */
export class OutboxDispatcher {
  readonly #periodic: Periodic;
  #isQueueAway = false;

  constructor(
    private readonly database: Database,
    private readonly queues: JobQueues,
    outbox: Outbox,
    private readonly logger: Logger,
  ) {
    this.#periodic = new Periodic('outbox', POLL_MS, () => this.#dispatchAll(), logger);
    outbox.onJobsAdded(() => this.#periodic.poke());
  }

  start(): void {
    this.#periodic.start();
  }

  async stop(): Promise<void> {
    await this.#periodic.stop();
  }

  async #dispatchAll(): Promise<void> {
    try {
      while ((await this.#dispatchBatch()) === BATCH);
      if (this.#isQueueAway) this.logger.info('the queue is back; jobs move again');
      this.#isQueueAway = false;
    } catch (error) {
      // Said once per outage: the poll comes back four times a second.
      if (!this.#isQueueAway)
        this.logger.warn({ err: error }, 'jobs wait in the outbox: database or queue is away');
      this.#isQueueAway = true;
    }
  }

  async #dispatchBatch(): Promise<number> {
    return this.database.inSystem(async (tx) => {
      const jobs = await tx.query<Job>(
        `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING name, payload`,
        [BATCH],
      );
      if (jobs.length > 0) await this.queues.addAll(jobs);
      return jobs.length;
    });
  }
}
