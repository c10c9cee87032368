import { Inject, Injectable } from '@nestjs/common';
import { HoldsReader } from '#credits';
import { DomainError } from '#domain';
import { MessageReader, type CampaignTotals } from '#messaging';
import { Database } from '#platform';
import type { Campaign } from './campaign.js';
import { CAMPAIGN_COLUMNS } from './campaign.repository.js';

/** Points of a campaign, in millipoints. */
export interface CampaignPoints {
  held: bigint;
  captured: bigint;
  released: bigint;
}

export interface CampaignProgress {
  campaign: Campaign;
  totals: CampaignTotals;
  points: CampaignPoints;
}

/** Reads of campaigns; always for one account. */
@Injectable()
export class CampaignsReader {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MessageReader) private readonly messages: MessageReader,
    @Inject(HoldsReader) private readonly holds: HoldsReader,
  ) {}

  /** Newest first. @param before uuid of the last campaign of the page before */
  async list(accountId: string, page: { before: string | null; limit: number }): Promise<Campaign[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<Campaign>(
        `SELECT ${CAMPAIGN_COLUMNS} FROM campaigns WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
        [page.before, page.limit],
      ),
    );
  }

  /** @throws DomainError campaigns.not_found when the account has no such campaign */
  async require(accountId: string, id: string): Promise<void> {
    const [found] = await this.database.inAccount(accountId, (tx) =>
      tx.query('SELECT FROM campaigns WHERE id = $1', [id]),
    );
    if (!found) throw new DomainError('campaigns.not_found');
  }

  /** @throws DomainError campaigns.not_found */
  async progress(accountId: string, id: string): Promise<CampaignProgress> {
    const { campaign, hold } = await this.database.inAccount(accountId, async (tx) => {
      const [found] = await tx.query<Campaign>(`SELECT ${CAMPAIGN_COLUMNS} FROM campaigns WHERE id = $1`, [
        id,
      ]);
      if (!found) throw new DomainError('campaigns.not_found');
      return {
        campaign: found,
        hold: found.holdId ? await this.holds.find(tx, accountId, found.holdId) : undefined,
      };
    });
    const totals = await this.messages.totalsOfCampaign(accountId, id);
    const points = {
      held: hold ? hold.amount - hold.captured - hold.released : 0n,
      captured: hold?.captured ?? 0n,
      released: hold?.released ?? 0n,
    };
    return { campaign, totals, points };
  }
}
