import { Inject, Injectable } from '@nestjs/common';
import { ControlBatchesUseCase } from '#messaging';
import { Database, Outbox, type AccountTx } from '#platform';
import { requireAction, type Campaign } from '../campaign.js';
import { CampaignRepository } from '../campaign.repository.js';

/** Pauses, resumes and cancels a campaign at any moment. What is on the wire ends by itself; nothing new leaves. */
@Injectable()
export class ControlCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(ControlBatchesUseCase) private readonly batches: ControlBatchesUseCase,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async pause(accountId: string, id: string): Promise<void> {
    await this.#control(accountId, id, 'pause', async (tx) => {
      await this.campaigns.setState(tx, id, 'paused');
      await tx.query('UPDATE campaigns SET paused_at = now() WHERE id = $1', [id]);
      await this.batches.pause(tx, id);
    });
  }

  /** A campaign that was paused before its time goes back to waiting for it. */
  async resume(accountId: string, id: string): Promise<void> {
    await this.#control(accountId, id, 'resume', async (tx, campaign) => {
      if (!campaign.startedAt && campaign.scheduleAt && campaign.pauseReason === null) {
        return this.campaigns.setState(tx, id, 'scheduled');
      }
      await this.campaigns.setState(tx, id, 'sending', { stamp: 'started_at' });
      await this.batches.resume(tx, id);
      if (!campaign.isExpanded)
        await this.outbox.add(tx, { name: 'campaigns.expand', payload: { v: 1, campaignId: id } });
    });
  }

  /** Waiting messages are ended and their points given back by the workers within moments. */
  async cancel(accountId: string, id: string): Promise<void> {
    await this.#control(accountId, id, 'cancel', async (tx) => {
      await this.campaigns.setState(tx, id, 'cancelled');
      await this.batches.cancel(tx, id);
    });
  }

  async #control(
    accountId: string,
    id: string,
    action: 'pause' | 'resume' | 'cancel',
    change: (tx: AccountTx, campaign: Campaign) => Promise<void>,
  ): Promise<void> {
    await this.database.inAccount(accountId, async (tx) => {
      const campaign = await this.campaigns.lock(tx, id);
      requireAction(campaign, action);
      await change(tx, campaign);
    });
  }
}
