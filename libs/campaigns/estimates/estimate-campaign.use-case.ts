import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { RecipientsReader, type Recipient } from '#contacts';
import { PriceReader, type PriceSnapshot } from '#credits';
import { compileTemplate, DomainError, type Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import { requireAction, type Campaign } from '../campaign.js';
import { CampaignRepository } from '../campaign.repository.js';
import { EstimateTotals, type CampaignEstimate } from './estimate.js';

/** Recipients read, rendered and counted before other requests get their turn. */
const PAGE = 2_000;

export interface FreshEstimate {
  estimate: CampaignEstimate;
  /** Changes when the draft, its lists, the suppressions or the prices change. */
  key: string;
}

/** Says what a campaign would send and cost. The answer is kept, so that the launch right after it need not count again. */
@Injectable()
export class EstimateCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(RecipientsReader) private readonly recipients: RecipientsReader,
    @Inject(PriceReader) private readonly prices: PriceReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError campaigns.not_found | campaigns.state_conflict | messages.destination_unpriced */
  async execute(accountId: string, id: string): Promise<FreshEstimate> {
    const { campaign, key, prices } = await this.database.inAccount(accountId, async (tx) => {
      const found = await this.campaigns.find(tx, id);
      if (!found) throw new DomainError('campaigns.not_found');
      requireAction(found, 'launch');
      const snapshot = await this.prices.snapshot(tx, found.channel, this.clock.now());
      const revision = await this.recipients.revision(tx, accountId, found.listIds);
      return { campaign: found, key: estimateKey(found, revision, snapshot), prices: snapshot };
    });
    if (campaign.estimate && campaign.estimateKey === key) return { estimate: campaign.estimate, key };
    const estimate = await this.#count(campaign, prices);
    await this.database.inAccount(accountId, (tx) =>
      tx.query('UPDATE campaigns SET estimate = $2, estimate_key = $3 WHERE id = $1 AND revision = $4', [
        id,
        JSON.stringify(estimate),
        key,
        campaign.revision,
      ]),
    );
    return { estimate, key };
  }

  async #count(campaign: Campaign, prices: PriceSnapshot): Promise<CampaignEstimate> {
    const { accountId, listIds } = campaign;
    const template = compileTemplate(campaign.body);
    const totals = new EstimateTotals(template);
    const { duplicates, suppressed } = await this.database.inAccount(accountId, (tx) =>
      this.recipients.count(tx, accountId, listIds),
    );
    if (template.variables.length === 0) await this.#countSameText(campaign, totals);
    else await this.#countEach(campaign, totals);
    return totals.finish({ duplicates, suppressed }, (country) => requirePrice(prices, country));
  }

  /** Everybody gets the same text: the database counts by country, and three recipients serve as samples. */
  async #countSameText({ accountId, listIds, body }: Campaign, totals: EstimateTotals): Promise<void> {
    const { first, countries } = await this.database.inAccount(accountId, async (tx) => ({
      first: await this.recipients.page(tx, { accountId, listIds, after: null, limit: 3 }),
      countries: await this.recipients.countByCountry(tx, accountId, listIds),
    }));
    const left = new Map(countries.map(({ country, recipients }) => [country, recipients]));
    for (const { phone, country } of first) {
      totals.addText(phone, country, body, 1);
      left.set(country, (left.get(country) ?? 1) - 1);
    }
    for (const [country, recipients] of left) {
      if (recipients > 0) totals.addText('', country, body, recipients);
    }
  }

  async #countEach({ accountId, listIds }: Campaign, totals: EstimateTotals): Promise<void> {
    for (let after: string | null = null; ;) {
      const cursor: string | null = after;
      const page: Recipient[] = await this.database.inAccount(accountId, (tx) =>
        this.recipients.page(tx, { accountId, listIds, after: cursor, limit: PAGE }),
      );
      for (const recipient of page) totals.add(recipient);
      if (page.length < PAGE) return;
      after = page.at(-1)?.phone ?? null;
      await yieldToOthers();
    }
  }
}

/** @throws DomainError messages.destination_unpriced */
export function requirePrice(prices: PriceSnapshot, country: string): bigint {
  const price = prices.priceOf(country);
  if (price === undefined) {
    throw new DomainError('messages.destination_unpriced', {
      sentence: `There is no price for texts to ${country}.`,
    });
  }
  return price;
}

/** Two estimates with the same key say the same. */
export function estimateKey(campaign: Campaign, recipientsRevision: string, prices: PriceSnapshot): string {
  return [campaign.revision, recipientsRevision, JSON.stringify(prices.toJson())].join('|');
}
