import { Inject, Injectable } from '@nestjs/common';
import type { MessageState } from '#domain';
import { Database } from '#platform';

/** A message as its account sees it. */
export interface MessageView {
  id: bigint;
  campaignId: string | null;
  recipient: string;
  sender: string | null;
  body: string | null;
  parts: number;
  price: bigint;
  settlement: 'open' | 'captured' | 'released';
  state: MessageState;
  error: string | null;
  createdAt: Date;
  submittedAt: Date | null;
  acceptedAt: Date | null;
  finalAt: Date | null;
}

export interface PartView {
  part: number;
  providerId: string;
  receipt: 'delivered' | 'undelivered' | 'expired' | null;
  receiptDetail: string | null;
  receiptAt: Date | null;
}

/** Messages of a campaign by state. `open` is what still may change. */
export interface MessageCounts {
  queued: number;
  submitting: number;
  accepted: number;
  delivered: number;
  undelivered: number;
  expired: number;
  refused: number;
  cancelled: number;
  unknown: number;
  unconfirmed: number;
}

export interface CampaignTotals {
  messages: number;
  parts: number;
  batches: number;
  closedBatches: number;
  counts: MessageCounts;
}

/**
 * "Submitting" is not written to each message: it is what lies between the intent of a batch that is being sent and its
 * outcome (see the batches table).
 */
const MESSAGE_COLUMNS = `
  m.id, b.campaign_id AS "campaignId", m.recipient, b.sender, coalesce(m.body, b.body) AS body, m.parts, m.price,
  m.settlement,
  CASE WHEN m.state = 'queued' AND b.state = 'sending' AND m.id % 512 >= b.intent_from AND m.id % 512 < b.intent_upto
       THEN 'submitting' ELSE m.state::text END AS state,
  m.error, b.created_at AS "createdAt", m.submitted_at AS "submittedAt", m.accepted_at AS "acceptedAt",
  m.final_at AS "finalAt"`;

/** Reads of messages; always for one account. */
@Injectable()
export class MessageReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  async find(accountId: string, id: bigint): Promise<(MessageView & { timeline: PartView[] }) | undefined> {
    return this.database.inAccount(accountId, async (tx) => {
      const [message] = await tx.query<MessageView>(
        `SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN batches b ON b.id = m.id / 512 WHERE m.id = $1`,
        [id],
      );
      if (!message) return undefined;
      const timeline = await tx.query<PartView>(
        `SELECT part, provider_id AS "providerId", receipt, receipt_detail AS "receiptDetail", receipt_at AS "receiptAt"
           FROM message_parts WHERE message_id = $1 ORDER BY part`,
        [id],
      );
      return { ...message, timeline };
    });
  }

  /**
   * Messages of a campaign in the order of sending, after `after`. Walks the campaign's batches, so a page costs the
   * same at the end of a million as at the start.
   * @param state only messages in this state
   */
  async listOfCampaign(
    accountId: string,
    campaignId: string,
    page: { after: bigint | null; limit: number; state: MessageState | null },
  ): Promise<MessageView[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<MessageView>(
        `SELECT page.* FROM (
           SELECT id FROM batches WHERE campaign_id = $1 AND id >= coalesce($2::bigint, 0) / 512 ORDER BY id
         ) walk CROSS JOIN LATERAL (
           SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN batches b ON b.id = walk.id
            WHERE m.id >= walk.id * 512 AND m.id < (walk.id + 1) * 512 AND m.id > coalesce($2::bigint, 0)
            ORDER BY m.id
         ) page
         WHERE $3::text IS NULL OR page.state = $3
         LIMIT $4`,
        [campaignId, page.after, page.state, page.limit],
      ),
    );
  }

  /** Counters of a campaign from its batches: at most a few thousand rows, whatever the number of messages. */
  async totalsOfCampaign(accountId: string, campaignId: string): Promise<CampaignTotals> {
    const [row] = await this.database.inAccount(accountId, (tx) =>
      tx.query<MessageCounts & Omit<CampaignTotals, 'counts'>>(CAMPAIGN_TOTALS, [campaignId]),
    );
    if (!row) throw new Error('an aggregate without a row');
    const { messages, parts, batches, closedBatches, ...counts } = row;
    return { messages, parts, batches, closedBatches, counts };
  }
}

const IN_FLIGHT = `CASE WHEN state = 'sending' THEN least(queued_count, intent_upto - intent_from) ELSE 0 END`;

const CAMPAIGN_TOTALS = `
SELECT coalesce(sum(size), 0)::int AS messages, coalesce(sum(parts), 0)::int AS parts, count(*)::int AS batches,
       (count(*) FILTER (WHERE state = 'closed'))::int AS "closedBatches",
       coalesce(sum(queued_count - ${IN_FLIGHT}), 0)::int AS queued,
       coalesce(sum(${IN_FLIGHT}), 0)::int AS submitting,
       coalesce(sum(accepted_count), 0)::int AS accepted,
       coalesce(sum(delivered_count), 0)::int AS delivered,
       coalesce(sum(undelivered_count), 0)::int AS undelivered,
       coalesce(sum(expired_count), 0)::int AS expired,
       coalesce(sum(refused_count), 0)::int AS refused,
       coalesce(sum(cancelled_count), 0)::int AS cancelled,
       coalesce(sum(unknown_count), 0)::int AS unknown,
       coalesce(sum(unconfirmed_count), 0)::int AS unconfirmed
  FROM batches WHERE campaign_id = $1`;
