import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { messageIdRange } from './batch-limits.js';

/** A claimed batch. `epoch` fences every later write of this claimant. */
export interface ClaimedBatch {
  id: bigint;
  epoch: number;
  accountId: string;
  campaignId: string | null;
  lane: 'otp' | 'transactional' | 'bulk';
  sender: string | null;
  body: string | null;
  validitySeconds: number;
}

export interface QueuedMessage {
  id: bigint;
  accountId: string;
  recipient: string;
  body: string | null;
  sealedText: Buffer | null;
}

/** Messages that go out together. Positions [from, upto) cover them. */
export interface Chunk {
  messages: readonly QueuedMessage[];
  from: number;
  upto: number;
}

/** The statements of a batch on its way to the gateway. */
@Injectable()
export class BatchRepository {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Takes a batch that is due, unless somebody else has it or it was paused meanwhile. Uses the primary key. */
  async claim(batchId: bigint, gatewayId: number): Promise<ClaimedBatch | undefined> {
    const [claimed] = await this.database.runSystemStatement<ClaimedBatch>(
      `UPDATE batches
          SET state = 'sending', epoch = epoch + 1, heartbeat_at = now(), gateway_id = $2,
              intent_from = 0, intent_upto = 0
        WHERE id = $1 AND state IN ('queued', 'ready') AND control = 'run' AND valid_until > now()
       RETURNING id, epoch, account_id AS "accountId", campaign_id AS "campaignId", lane, sender, body,
                 greatest(1, extract(epoch FROM valid_until - now()))::int AS "validitySeconds"`,
      [batchId, gatewayId],
    );
    return claimed;
  }

  /** What of the batch still waits, in order. A range of the primary key. */
  async loadQueued(batchId: bigint): Promise<QueuedMessage[]> {
    const { first, end } = messageIdRange(batchId);
    return this.database.runSystemStatement<QueuedMessage>(
      `SELECT m.id, m.account_id AS "accountId", m.recipient, m.body, s.sealed AS "sealedText"
         FROM messages m LEFT JOIN message_secrets s ON s.message_id = m.id
        WHERE m.id >= $1 AND m.id < $2 AND m.state = 'queued' ORDER BY m.id`,
      [first, end],
    );
  }

  /**
   * Commits that positions [from, upto) may be on the wire from now on.
   * @returns false when the claim was lost, or the campaign paused or cancelled: then nothing may be written
   */
  async commitIntent(claim: ClaimedBatch, from: number, upto: number): Promise<boolean> {
    const rows = await this.database.runSystemStatement(
      `UPDATE batches SET intent_from = $3, intent_upto = $4, heartbeat_at = now(),
              submitted_at = coalesce(submitted_at, now())
        WHERE id = $1 AND epoch = $2 AND state = 'sending' AND control = 'run' AND valid_until > now()
       RETURNING id`,
      [claim.id, claim.epoch, from, upto],
    );
    return rows.length === 1;
  }

  async beat(claim: ClaimedBatch): Promise<void> {
    await this.database.runSystemStatement(
      `UPDATE batches SET heartbeat_at = now() WHERE id = $1 AND epoch = $2 AND state = 'sending'`,
      [claim.id, claim.epoch],
    );
  }

  /**
   * Ends a claim: `sent` or `closed` when nothing waits any more, else `ready` again.
   * @param delayMs how long the rest shall wait before it is tried again
   */
  async release(claim: ClaimedBatch, delayMs: number): Promise<void> {
    await this.database.runSystemStatement(
      `UPDATE batches
          SET state = CASE WHEN queued_count > 0 THEN 'ready'::batch_state
                           WHEN accepted_count + unresolved_count > 0 THEN 'sent'
                           ELSE 'closed' END,
              closed_at = CASE WHEN queued_count + accepted_count + unresolved_count = 0 THEN now() END,
              not_before = now() + make_interval(secs => $3::float8 / 1000),
              intent_from = 0, intent_upto = 0
        WHERE id = $1 AND epoch = $2 AND state = 'sending'`,
      [claim.id, claim.epoch, delayMs],
    );
  }

  /** Puts back a batch nobody can send right now. */
  async postpone(batchId: bigint, delayMs: number): Promise<void> {
    await this.database.runSystemStatement(
      `UPDATE batches SET state = 'ready', not_before = now() + make_interval(secs => $2::float8 / 1000)
        WHERE id = $1 AND state = 'queued'`,
      [batchId, delayMs],
    );
  }
}
