import { Inject, Injectable } from '@nestjs/common';
import { CreditsReader } from '#credits';
import { DomainError } from '#domain';
import { Database } from '#platform';
import type { Campaign } from '../campaign.js';
import { CampaignRepository } from '../campaign.repository.js';
import type { CampaignEstimate } from './estimate.js';
import { EstimateCampaignUseCase } from './estimate-campaign.use-case.js';

export interface CampaignPreview {
  campaign: Campaign;
  estimate: CampaignEstimate;
  /** Millipoints the account can spend right now. */
  available: bigint;
}

/** The estimate of a campaign beside the balance it would be paid from. */
@Injectable()
export class PreviewCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EstimateCampaignUseCase) private readonly estimates: EstimateCampaignUseCase,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CreditsReader) private readonly credits: CreditsReader,
  ) {}

  /** @throws DomainError campaigns.not_found | campaigns.state_conflict | messages.destination_unpriced */
  async execute(accountId: string, id: string): Promise<CampaignPreview> {
    const { estimate } = await this.estimates.execute(accountId, id);
    return this.database.inAccount(accountId, async (tx) => {
      const campaign = await this.campaigns.find(tx, id);
      if (!campaign) throw new DomainError('campaigns.not_found');
      const { available } = await this.credits.balance(tx, accountId);
      return { campaign, estimate, available };
    });
  }
}
