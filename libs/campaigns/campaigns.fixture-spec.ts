import { AccountsReader } from '#accounts';
import { RecipientsReader } from '#contacts';
import {
  CreditsReader,
  Ledger,
  LedgerChecks,
  PriceReader,
  TopUpCreditsUseCase,
  VerifyLedgerUseCase,
} from '#credits';
import { newUuid } from '#domain';
import { ControlBatchesUseCase } from '#messaging';
import { createLogger, Outbox, SystemClock, type Database } from '#platform';
import { CampaignRepository, type DraftFields } from './campaign.repository.js';
import type { Campaign } from './campaign.js';
import { EstimateCampaignUseCase } from './estimates/estimate-campaign.use-case.js';
import { ExpandCampaignUseCase } from './expansion/expand-campaign.use-case.js';
import { FinishedCampaignsCheck } from './finished-campaigns.check.js';
import { ControlCampaignUseCase } from './launches/control-campaign.use-case.js';
import { FinishCampaignsUseCase } from './launches/finish-campaigns.use-case.js';
import { LaunchCampaignUseCase } from './launches/launch-campaign.use-case.js';
import { StartDueCampaignsUseCase } from './launches/start-due-campaigns.use-case.js';

const LOGGER = createLogger('tests', 'silent');
export const NEVER = new AbortController().signal;

/** One account with points and lists, and every use case of a launched campaign. */
export class CampaignDesk {
  readonly clock = new SystemClock();
  readonly ledger = new Ledger(this.clock);
  readonly outbox = new Outbox();
  readonly campaigns = new CampaignRepository();
  readonly batches = new ControlBatchesUseCase();
  readonly estimates: EstimateCampaignUseCase;
  readonly expand: ExpandCampaignUseCase;
  readonly control: ControlCampaignUseCase;
  readonly finish: FinishCampaignsUseCase;
  readonly start: StartDueCampaignsUseCase;
  readonly launchCampaign: LaunchCampaignUseCase;
  accountId = '';

  constructor(readonly database: Database) {
    const [recipients, prices] = [new RecipientsReader(), new PriceReader()];
    const { campaigns, ledger, outbox, clock, batches } = this;
    this.estimates = new EstimateCampaignUseCase(database, campaigns, recipients, prices, clock);
    const accounts = new AccountsReader(database);
    this.expand = new ExpandCampaignUseCase(database, campaigns, recipients, batches, ledger, LOGGER);
    this.control = new ControlCampaignUseCase(database, campaigns, batches, outbox);
    this.finish = new FinishCampaignsUseCase(database, ledger);
    this.start = new StartDueCampaignsUseCase(database, outbox, LOGGER);
    this.launchCampaign = new LaunchCampaignUseCase(
      database,
      campaigns,
      this.estimates,
      recipients,
      prices,
      accounts,
      ledger,
      outbox,
      clock,
    );
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.database.runSystemStatement<Row>(sql, parameters);
  }

  /** @param points whole points to spend */
  async openAccount(points: number): Promise<void> {
    this.accountId = newUuid();
    await this.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [
      this.accountId,
    ]);
    const topUp = { accountId: this.accountId, amount: BigInt(points) * 1_000n, key: 'first' };
    await new TopUpCreditsUseCase(this.database, this.ledger).execute(topUp);
  }

  async createList(count: number): Promise<string> {
    const id = newUuid();
    await this.query(`INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, 'guests')`, [
      id,
      this.accountId,
    ]);
    await this.grow(id, 0, count);
    return id;
  }

  /** Adds the numbers [from, upto) to a list, as an import would. */
  async grow(listId: string, from: number, upto: number): Promise<void> {
    await this.query(
      `INSERT INTO contacts (list_id, account_id, phone, country, variables)
       SELECT $1, $2, '+8869' || lpad(place::text, 8, '0'), 'TW', jsonb_build_object('name', 'Guest ' || place)
         FROM generate_series($3::int, $4::int - 1) AS place`,
      [listId, this.accountId, from, upto],
    );
    await this.query('UPDATE contact_lists SET contact_count = $2, revision = revision + 1 WHERE id = $1', [
      listId,
      upto,
    ]);
  }

  async createDraft(listId: string, fields: Partial<DraftFields> = {}): Promise<string> {
    const id = newUuid();
    const draft: DraftFields = {
      name: 'Spring',
      listIds: [listId],
      body: 'Hi {{name}}',
      sender: null,
      channel: 'sms',
      scheduleAt: null,
      ratePerSecond: null,
      onUnknown: 'leave',
      validitySeconds: 86_400,
      ...fields,
    };
    await this.database.inAccount(this.accountId, (tx) =>
      this.campaigns.insert(tx, id, this.accountId, draft),
    );
    return id;
  }

  launch(id: string, key: string = newUuid()) {
    return this.launchCampaign.execute(this.accountId, id, { key, route: `launch ${id}`, body: null });
  }

  async show(id: string): Promise<Campaign> {
    const campaign = await this.database.inSystem((tx) => this.campaigns.find(tx, id));
    if (!campaign) throw new Error('there is no such campaign');
    return campaign;
  }

  /** Messages, distinct recipients, batches, and places that do not follow one another. */
  async count(
    id: string,
  ): Promise<{ messages: number; recipients: number; batches: number; largest: number }> {
    const [row] = await this.query<{
      messages: number;
      recipients: number;
      batches: number;
      largest: number;
    }>(
      `SELECT count(*)::int AS messages, count(DISTINCT m.recipient)::int AS recipients,
              count(DISTINCT b.id)::int AS batches, coalesce(max(b.size), 0)::int AS largest
         FROM batches b JOIN messages m ON m.id >= b.id * 512 AND m.id < (b.id + 1) * 512 WHERE b.campaign_id = $1`,
      [id],
    );
    if (!row) throw new Error('an aggregate without a row');
    return row;
  }

  /** Whole points: spendable, held. */
  async balance(): Promise<[number, number]> {
    const { available, held } = await this.database.inAccount(this.accountId, (tx) =>
      new CreditsReader(this.clock).balance(tx, this.accountId),
    );
    return [Number(available) / 1_000, Number(held) / 1_000];
  }

  /** Lets an expansion look as if it had said nothing for so long. */
  async ageExpansion(id: string, seconds: number): Promise<void> {
    await this.query(
      'UPDATE campaigns SET expand_heartbeat_at = expand_heartbeat_at - make_interval(secs => $2) WHERE id = $1',
      [id, seconds],
    );
  }

  countJobs = async (id: string): Promise<number> =>
    (await this.query(`SELECT FROM outbox WHERE payload ->> 'campaignId' = $1`, [id])).length;

  async findProblems(): Promise<string[]> {
    const checks = new LedgerChecks();
    new FinishedCampaignsCheck(checks).onModuleInit();
    return (await new VerifyLedgerUseCase(this.database, checks, this.clock).execute()).problems;
  }
}
