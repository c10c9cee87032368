/**
 * Every job of the system: its name, the ids it carries and the lane it runs in. A job never carries text, numbers or
 * codes (docs/adr/0003): the row it names is the truth, so every handler may run twice or find nothing left to do.
 */
export interface JobPayloads {
  /** Streams an uploaded file into its contact list. */
  'imports.run': { v: 1; importId: string };
  /** Renders a launched campaign's recipients into batches of messages. */
  'campaigns.expand': { v: 1; campaignId: string };
  /** Submits one batch to its gateway; one name per lane so that lanes never wait for each other. */
  'messages.send-otp': { v: 1; batchId: string };
  'messages.send-transactional': { v: 1; batchId: string };
  'messages.send-bulk': { v: 1; batchId: string };
  /** Proves every point (docs/ARCHITECTURE.md, life of a point). */
  'credits.verify-ledger': { v: 1 };
}

export type JobName = keyof JobPayloads;

/** A job ready to be enqueued; the payload's type follows from the name. */
export type Job = { [Name in JobName]: { name: Name; payload: JobPayloads[Name] } }[JobName];

/** Lanes are queues with their own workers: what waits in one never delays another. */
export type LaneName = 'otp' | 'transactional' | 'bulk' | 'preparation' | 'housekeeping';

export const laneOfJob: Readonly<Record<JobName, LaneName>> = {
  'messages.send-otp': 'otp',
  'messages.send-transactional': 'transactional',
  'messages.send-bulk': 'bulk',
  'imports.run': 'preparation',
  'campaigns.expand': 'preparation',
  'credits.verify-ledger': 'housekeeping',
};

export interface LaneSettings {
  /** Jobs one worker process runs at the same time. */
  readonly concurrency: number;
  /** Runs before a job counts as failed; sweepers find its work again even then. */
  readonly attempts: number;
  /** First pause before the next attempt; it doubles each time. */
  readonly backoffMs: number;
  /** A worker that does not renew its lock for so long loses the job to another one. */
  readonly lockMs: number;
  /** Failed jobs kept for the operator to look at. */
  readonly keepFailed: number;
}

/** Total by type: a lane without these numbers does not compile. */
export const lanes: Readonly<Record<LaneName, LaneSettings>> = {
  otp: { concurrency: 16, attempts: 3, backoffMs: 500, lockMs: 10_000, keepFailed: 1_000 },
  transactional: { concurrency: 8, attempts: 3, backoffMs: 1_000, lockMs: 10_000, keepFailed: 1_000 },
  bulk: { concurrency: 4, attempts: 3, backoffMs: 1_000, lockMs: 10_000, keepFailed: 1_000 },
  preparation: { concurrency: 2, attempts: 5, backoffMs: 1_000, lockMs: 10_000, keepFailed: 1_000 },
  housekeeping: { concurrency: 1, attempts: 1, backoffMs: 1_000, lockMs: 10_000, keepFailed: 100 },
};

export const laneNames = Object.keys(lanes) as LaneName[];
