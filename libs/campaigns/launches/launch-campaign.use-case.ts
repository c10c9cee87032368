import { Inject, Injectable } from '@nestjs/common';
import { AccountsReader } from '#accounts';
import { RecipientsReader } from '#contacts';
import { Ledger, PriceReader } from '#credits';
import { DomainError, formatId, type Clock } from '#domain';
import {
  CLOCK,
  Database,
  Outbox,
  runIdempotent,
  type AccountTx,
  type IdempotentAnswer,
  type IdempotentRequest,
} from '#platform';
import { requireAction } from '../campaign.js';
import { CampaignRepository } from '../campaign.repository.js';
import { checkSchedule } from '../drafts/check-draft.js';
import {
  estimateKey,
  EstimateCampaignUseCase,
  type FreshEstimate,
} from '../estimates/estimate-campaign.use-case.js';

/** The list changed between counting and holding this often: somebody is importing into it right now. */
const ATTEMPTS = 5;
/** A hold outlives its campaign's schedule and validity by this much before anybody wonders about it. */
const HOLD_SLACK_MS = 14 * 86_400_000;

export interface Launched {
  status: 'scheduled' | 'sending';
  recipients: number;
  /** Millipoints, as a decimal string: the answer is stored as JSON. */
  held: string;
}

/**
 * Launches a draft: price snapshot, hold, state and the job that expands it are one transaction, so a launch either
 * happened with its points held, or not at all.
 */
@Injectable()
export class LaunchCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(EstimateCampaignUseCase) private readonly estimates: EstimateCampaignUseCase,
    @Inject(RecipientsReader) private readonly recipients: RecipientsReader,
    @Inject(PriceReader) private readonly prices: PriceReader,
    @Inject(AccountsReader) private readonly accounts: AccountsReader,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError campaigns.not_found | campaigns.state_conflict | campaigns.no_recipients |
   *         campaigns.schedule_invalid | credits.insufficient | messages.destination_unpriced | idempotency.*
   */
  async execute(
    accountId: string,
    id: string,
    request: IdempotentRequest,
  ): Promise<IdempotentAnswer<Launched>> {
    const undeliveredPolicy = (await this.accounts.find(accountId))?.undeliveredPolicy ?? 'capture';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const fresh = await this.#estimate(accountId, id);
      const answer = await this.database.inAccount(accountId, (tx) =>
        runIdempotent<Launched>(tx, request, async () => {
          const launched = await this.#launch(tx, id, fresh, undeliveredPolicy);
          if (!launched) throw new StaleEstimate();
          return { status: 200, body: launched };
        }).catch(ignoreStaleEstimate),
      );
      if (answer) return answer;
    }
    throw new DomainError('campaigns.state_conflict', {
      sentence: 'The contact lists are changing right now. Launch again when the import has ended.',
    });
  }

  /** A campaign that is no draft any more has no estimate; the launch itself then answers: replay or conflict. */
  async #estimate(accountId: string, id: string): Promise<FreshEstimate | undefined> {
    try {
      return await this.estimates.execute(accountId, id);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'campaigns.state_conflict') return undefined;
      throw error;
    }
  }

  /** @returns undefined when the estimate is no longer true */
  async #launch(
    tx: AccountTx,
    id: string,
    fresh: FreshEstimate | undefined,
    undeliveredPolicy: string,
  ): Promise<Launched | undefined> {
    const campaign = await this.campaigns.lock(tx, id);
    requireAction(campaign, 'launch');
    // A time that passed while the draft lay about is a question for its author, not a reason to send at once.
    checkSchedule(campaign.scheduleAt, this.clock.now());
    const prices = await this.prices.snapshot(tx, campaign.channel, this.clock.now());
    const revision = await this.recipients.revision(tx, campaign.accountId, campaign.listIds);
    if (!fresh || estimateKey(campaign, revision, prices) !== fresh.key) return undefined;
    const { recipients, millipoints } = fresh.estimate;
    if (recipients === 0) throw new DomainError('campaigns.no_recipients');
    const status = campaign.scheduleAt === null ? 'sending' : 'scheduled';
    await tx.query(LAUNCH, [id, status, JSON.stringify(prices.toJson()), undeliveredPolicy, millipoints]);
    if (status === 'sending')
      await this.outbox.add(tx, { name: 'campaigns.expand', payload: { v: 1, campaignId: id } });
    // The wallet row is the one everybody shares: it is locked last and for the shortest time.
    const { holdId } = await this.ledger.hold(tx, {
      accountId: campaign.accountId,
      amount: BigInt(millipoints),
      key: `campaign:${id}`,
      reference: { kind: 'campaign', id: formatId('cmp', id) },
      expiresAt: new Date(
        (campaign.scheduleAt ?? this.clock.now()).getTime() + campaign.validitySeconds * 1000 + HOLD_SLACK_MS,
      ),
    });
    await tx.query('UPDATE campaigns SET hold_id = $2 WHERE id = $1', [id, holdId]);
    return { status, recipients, held: millipoints };
  }
}

/** Ends the transaction without an answer: nothing was changed, and the launch is tried with a new count. */
class StaleEstimate extends Error {}

function ignoreStaleEstimate(error: unknown): null {
  if (error instanceof StaleEstimate) return null;
  throw error;
}

/** $2 state, $3 prices, $4 policy, $5 millipoints. A campaign with a rate of its own gets its pacing row. */
const LAUNCH = `
WITH launched AS (
  UPDATE campaigns
     SET state = $2::campaign_state, prices = $3, undelivered_policy = $4, held = $5, launched_at = now(),
         started_at = CASE WHEN $2::text = 'sending' THEN now() END
   WHERE id = $1
  RETURNING id, account_id, rate_per_second
)
INSERT INTO campaign_pacing (campaign_id, account_id)
SELECT id, account_id FROM launched WHERE rate_per_second IS NOT NULL ON CONFLICT DO NOTHING`;
