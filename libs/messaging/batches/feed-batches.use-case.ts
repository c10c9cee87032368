import { Inject, Injectable } from '@nestjs/common';
import type { Job, JobName } from '#contracts';
import { Database, JobQueues, LOGGER, type Logger } from '#platform';
import { MAX_QUEUED_BULK_BATCHES } from './batch-limits.js';
import type { ClaimedBatch } from './batch.repository.js';

type Fed = Pick<ClaimedBatch, 'id' | 'lane'>;

const sendJobOfLane = {
  otp: 'messages.send-otp',
  transactional: 'messages.send-transactional',
  bulk: 'messages.send-bulk',
} as const satisfies Record<ClaimedBatch['lane'], JobName>;

/** Ready batches looked at per round when accounts take turns. */
const FAIRNESS_HORIZON = 4_000;

/**
 * Moves ready batches into the queue, a bounded number at a time; accounts take turns, so a small broadcast does not
 * wait for a large one. $1 how many may wait in the queue, $2 horizon.
 */
const FEED = `
WITH room AS (
  SELECT greatest(0, $1 - count(*)) AS free FROM batches WHERE state = 'queued' AND lane = 'bulk'
), turn AS (
  SELECT id, lane, row_number() OVER (PARTITION BY account_id, lane = 'bulk' ORDER BY id) AS round
    FROM (SELECT id, lane, account_id FROM batches
           WHERE state = 'ready' AND control = 'run' AND not_before <= now() AND pace_ms IS NULL
           ORDER BY lane = 'bulk', id LIMIT $2) waiting
), picked AS (
  SELECT b.id FROM batches b
   WHERE b.id IN (SELECT id FROM turn WHERE lane <> 'bulk')
      OR b.id IN (SELECT id FROM turn WHERE lane = 'bulk' ORDER BY round, id LIMIT (SELECT free FROM room))
     FOR UPDATE SKIP LOCKED
)
UPDATE batches b SET state = 'queued', queued_at = now() FROM picked
 WHERE b.id = picked.id AND b.state = 'ready'
RETURNING b.id, b.lane`;

/**
 * Campaigns with a rate of their own: the next batch goes when the one before has had its time, and time that was not
 * used is not saved up, so the rate holds after a pause too.
 */
const FEED_PACED = `
WITH due AS (
  SELECT campaign_id FROM campaign_pacing p
   WHERE next_at <= now()
     AND EXISTS (SELECT FROM batches b WHERE b.campaign_id = p.campaign_id AND b.state = 'ready'
                  AND b.control = 'run' AND b.not_before <= now())
   FOR UPDATE SKIP LOCKED
), picked AS (
  SELECT DISTINCT ON (b.campaign_id) b.id, b.campaign_id, b.pace_ms
    FROM batches b JOIN due USING (campaign_id)
   WHERE b.state = 'ready' AND b.control = 'run' AND b.not_before <= now()
   ORDER BY b.campaign_id, b.id
), paced AS (
  UPDATE campaign_pacing p
     SET next_at = greatest(p.next_at, now() - interval '250 milliseconds')
                   + make_interval(secs => picked.pace_ms::float8 / 1000)
    FROM picked WHERE p.campaign_id = picked.campaign_id
)
UPDATE batches b SET state = 'queued', queued_at = now() FROM picked
 WHERE b.id = picked.id AND b.state = 'ready'
RETURNING b.id, b.lane`;

/** Feeds the lanes from PostgreSQL: what waits there survives any loss of the queue. */
@Injectable()
export class FeedBatchesUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobQueues) private readonly queues: JobQueues,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    const fed = [
      ...(await this.database.runSystemStatement<Fed>(FEED, [MAX_QUEUED_BULK_BATCHES, FAIRNESS_HORIZON])),
      ...(await this.database.runSystemStatement<Fed>(FEED_PACED)),
    ];
    if (fed.length === 0) return;
    try {
      await this.queues.addAll(fed.map(toJob));
    } catch (error) {
      this.logger.warn({ err: error }, 'the queue takes no jobs; batches stay ready');
      await this.database.runSystemStatement(
        `UPDATE batches SET state = 'ready' WHERE id = ANY($1) AND state = 'queued'`,
        [fed.map(({ id }) => id)],
      );
    }
  }
}

function toJob({ id, lane }: Fed): Job {
  return { name: sendJobOfLane[lane], payload: { v: 1, batchId: String(id) } };
}
