import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import type { AnyTx } from '#platform';
import type { Campaign, CampaignState } from './campaign.js';

export const CAMPAIGN_COLUMNS = `
  id, account_id AS "accountId", name, list_ids AS "listIds", body, sender, channel, schedule_at AS "scheduleAt",
  rate_per_second AS "ratePerSecond", on_unknown AS "onUnknown", validity_seconds AS "validitySeconds", state,
  pause_reason AS "pauseReason", revision, estimate, estimate_key AS "estimateKey", prices,
  undelivered_policy AS "undeliveredPolicy", hold_id AS "holdId", held, is_expanded AS "isExpanded",
  expand_cursor AS "expandCursor", expand_epoch AS "expandEpoch", expanded_price AS "expandedPrice",
  created_at AS "createdAt", launched_at AS "launchedAt", started_at AS "startedAt", paused_at AS "pausedAt",
  finished_at AS "finishedAt"`;

/** Fields a draft consists of. */
export interface DraftFields {
  name: string;
  listIds: string[];
  body: string;
  sender: string | null;
  channel: 'sms';
  scheduleAt: Date | null;
  ratePerSecond: number | null;
  onUnknown: 'leave' | 'resend';
  validitySeconds: number;
}

/** Rows of campaigns. Every write needs an open transaction. */
@Injectable()
export class CampaignRepository {
  async insert(tx: AnyTx, id: string, accountId: string, draft: DraftFields): Promise<void> {
    await tx.query(
      `INSERT INTO campaigns (id, account_id, name, list_ids, body, sender, channel, schedule_at, rate_per_second,
                              on_unknown, validity_seconds)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [id, accountId, ...draftValues(draft)],
    );
  }

  /** Replaces the draft and makes any estimate stale. */
  async updateDraft(tx: AnyTx, id: string, draft: DraftFields): Promise<void> {
    await tx.query(
      `UPDATE campaigns
          SET name = $2, list_ids = $3, body = $4, sender = $5, channel = $6, schedule_at = $7, rate_per_second = $8,
              on_unknown = $9, validity_seconds = $10, revision = revision + 1
        WHERE id = $1`,
      [id, ...draftValues(draft)],
    );
  }

  /** The campaign, locked until the transaction ends. @throws DomainError campaigns.not_found */
  async lock(tx: AnyTx, id: string): Promise<Campaign> {
    const [campaign] = await tx.query<Campaign>(
      `SELECT ${CAMPAIGN_COLUMNS} FROM campaigns WHERE id = $1 FOR UPDATE`,
      [id],
    );
    if (!campaign) throw new DomainError('campaigns.not_found');
    return campaign;
  }

  async find(tx: AnyTx, id: string): Promise<Campaign | undefined> {
    const [campaign] = await tx.query<Campaign>(`SELECT ${CAMPAIGN_COLUMNS} FROM campaigns WHERE id = $1`, [
      id,
    ]);
    return campaign;
  }

  /** Writes a state together with what changes along with it. Column names are this module's own constants. */
  async setState(
    tx: AnyTx,
    id: string,
    state: CampaignState,
    also: { pauseReason?: string | null; stamp?: 'started_at' | 'paused_at' | 'finished_at' } = {},
  ): Promise<void> {
    const stamp = also.stamp ? `, ${also.stamp} = coalesce(${also.stamp}, now())` : '';
    await tx.query(`UPDATE campaigns SET state = $2, pause_reason = $3${stamp} WHERE id = $1`, [
      id,
      state,
      also.pauseReason ?? null,
    ]);
  }

  async delete(tx: AnyTx, id: string): Promise<void> {
    await tx.query(`DELETE FROM campaigns WHERE id = $1`, [id]);
  }
}

function draftValues(draft: DraftFields): unknown[] {
  const { name, listIds, body, sender, channel, scheduleAt, ratePerSecond, onUnknown, validitySeconds } =
    draft;
  return [name, listIds, body, sender, channel, scheduleAt, ratePerSecond, onUnknown, validitySeconds];
}
