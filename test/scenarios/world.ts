import { pino } from 'pino';
import { createSimulator, type Behaviour, type Simulator } from '#apps/simulator';
import { createWorker } from '#apps/worker';
import { VerifyLedgerUseCase } from '#credits';
import { formatId, newUuid, parseId } from '#domain';
import { RecoverBatchesUseCase } from '#messaging';
import { loadSettings, type Logger, type RunningProcess } from '#platform';
import { startTestRedis, waitFor, type QueueKind, type TestRedis } from '#testing';
import { startApi, textOf, type Json, type TestAccount, type TestApi } from '../e2e/api-harness.js';
import { CarrierLine } from './carrier-line.js';

/** Unknown submissions are settled this soon in scenarios, so that campaigns with some can be seen to the end. */
const UNKNOWN_GRACE_SECONDS = 6;
const CAMPAIGN_LIMIT_MS = 60_000;

export interface WorldOptions {
  queue: QueueKind;
  /** Query of the SMPP link, e.g. window=20&binds=1. */
  link?: string;
  /** A wire between workers and carrier that the scenario may cut. */
  line?: boolean;
}

/** Api, worker and carrier of one scenario, with a database (and a Redis) of their own. */
export class World {
  worker: RunningProcess | undefined;
  #campaigns = 0;

  private constructor(
    readonly api: TestApi,
    readonly simulator: Simulator,
    readonly redis: TestRedis | undefined,
    readonly environment: Record<string, string>,
    readonly line: CarrierLine | undefined,
  ) {}

  static async start({ queue, link = 'window=100&binds=1', line: hasLine }: WorldOptions): Promise<World> {
    const redis = queue === 'redis' ? await startTestRedis(true) : undefined;
    const simulator = await createSimulator({ logger: pino({ level: 'silent' }), seed: 7 });
    const line = hasLine ? await CarrierLine.open(simulator.smppPort) : undefined;
    const smppPort = line?.port ?? simulator.smppPort;
    const environment: Record<string, string> = {
      ...(redis ? { REDIS_URL: redis.url } : {}),
      SMPP_URL: `smpp://carillon:carillon@127.0.0.1:${smppPort}?name=simulator&${link}`,
    };
    const api = await startApi(environment);
    const world = new World(api, simulator, redis, { ...environment, DATABASE_URL: api.databaseUrl }, line);
    await world.behave({ receiptDelayMs: [5, 40] });
    return world;
  }

  async startWorker(): Promise<void> {
    this.worker = await this.openWorker();
  }

  /** One more worker; the scenario closes it. */
  openWorker(logger: Logger = pino({ level: 'error' })): Promise<RunningProcess> {
    const settings = loadSettings({ NODE_ENV: 'test', ...this.environment });
    return createWorker(settings, logger, {
      configure: (locate) => locate(RecoverBatchesUseCase).setUnknownGrace(UNKNOWN_GRACE_SECONDS),
    });
  }

  async stopWorker(): Promise<void> {
    await this.worker?.close();
    this.worker = undefined;
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    await this.api.stop();
    await this.line?.close();
    await this.simulator.stop();
    await this.redis?.stop();
  }

  async behave(behaviour: Partial<Behaviour>): Promise<void> {
    const response = await fetch(`${this.simulator.httpUrl}/simulator/api/behaviour`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(behaviour),
    });
    if (!response.ok) throw new Error(`the simulator refused: ${await response.text()}`);
  }

  async simulatorStats(): Promise<Record<string, number>> {
    const response = await fetch(`${this.simulator.httpUrl}/simulator/api/stats`);
    return (await response.json()) as Record<string, number>;
  }

  /** An account with a proved phone and that many paid points. */
  async createAccount(points: number): Promise<TestAccount> {
    const account = await this.api.signUp();
    const admin = await this.api.signInAdmin();
    const answer = await this.api.call('POST', `/v1/admin/accounts/${account.id}/credits`, {
      cookie: admin,
      headers: { 'Idempotency-Key': `top-up-${account.id}` },
      body: { points: String(points), kind: 'top_up', reason: 'bank transfer' },
    });
    if (answer.status >= 300) throw new Error(`top-up failed: ${answer.text}`);
    return account;
  }

  /** A list of that many numbers, written straight into the database: imports have scenarios of their own. */
  async createList(account: TestAccount, phones: readonly string[]): Promise<string> {
    const id = newUuid();
    const accountId = parseId('acc', account.id);
    await this.api.database.inSystem(async (tx) => {
      await tx.query(
        `INSERT INTO contact_lists (id, account_id, name, contact_count) VALUES ($1, $2, 'guests', $3)`,
        [id, accountId, phones.length],
      );
      await tx.query(
        `INSERT INTO contacts (list_id, account_id, phone, country, variables)
         SELECT $1, $2, phone, 'TW', jsonb_build_object('name', 'Guest ' || place)
           FROM unnest($3::text[]) WITH ORDINALITY AS p(phone, place)`,
        [id, accountId, phones],
      );
    });
    return formatId('lst', id);
  }

  async createCampaign(account: TestAccount, draft: Record<string, unknown>): Promise<string> {
    const answer = await this.api.call('POST', '/v1/campaigns', {
      cookie: account.cookie,
      body: { name: 'Autumn sale', body: this.#nextText(), sender: 'LANTERN', ...draft },
    });
    if (answer.status !== 201) throw new Error(`no draft: ${answer.text}`);
    return textOf(answer.body.id);
  }

  /** A text no other campaign of this world has, so that the carrier's count of duplicates means what it says. */
  #nextText(): string {
    this.#campaigns++;
    return `Hello {{name}}, 20% off today (${this.#campaigns})`;
  }

  act(account: TestAccount, campaignId: string, action: string, key: string = newUuid()) {
    return this.api.call('POST', `/v1/campaigns/${campaignId}/${action}`, {
      cookie: account.cookie,
      headers: { 'Idempotency-Key': key },
    });
  }

  async show(account: TestAccount, campaignId: string): Promise<Json> {
    return (await this.api.call('GET', `/v1/campaigns/${campaignId}`, { cookie: account.cookie })).body;
  }

  /** The campaign once `test` holds of it; the error names what it looked like when time ran out. */
  async waitUntil(
    account: TestAccount,
    campaignId: string,
    what: string,
    test: (campaign: Json) => boolean,
    limitMs = CAMPAIGN_LIMIT_MS,
  ): Promise<Json> {
    let last: Json | undefined;
    return waitFor(
      what,
      async () => {
        last = await this.show(account, campaignId);
        return test(last) ? last : undefined;
      },
      limitMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; the campaign: ${JSON.stringify(last)}`);
    });
  }

  waitUntilFinished(account: TestAccount, campaignId: string): Promise<Json> {
    return this.waitUntil(account, campaignId, 'the campaign finishes', ({ finishedAt }) =>
      Boolean(finishedAt),
    );
  }

  async balance(account: TestAccount): Promise<Json> {
    return (await this.api.call('GET', '/v1/credits', { cookie: account.cookie })).body;
  }

  /** Texts on a phone, newest first. */
  async readPhone(phone: string): Promise<{ body: string; parts: number }[]> {
    const response = await fetch(`${this.simulator.httpUrl}/simulator/api/phones/${phone}/messages`);
    return ((await response.json()) as { data: { body: string; parts: number }[] }).data;
  }

  /** A phone answers; returns when the reply is stored. */
  async replyFrom(phone: string, to: string, body: string): Promise<void> {
    const { repliesAcknowledged: before = 0 } = await this.simulatorStats();
    const response = await fetch(`${this.simulator.httpUrl}/simulator/api/phones/${phone}/replies`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ to, body }),
    });
    if (!response.ok) throw new Error(`the simulator refused: ${await response.text()}`);
    await waitFor('the reply is stored', async () => {
      const { repliesAcknowledged = 0 } = await this.simulatorStats();
      return repliesAcknowledged > before;
    });
  }

  /** The promise every scenario ends in. @returns what is wrong; nothing when the ledger is balanced and no message open */
  async findProblems(): Promise<string[]> {
    const { problems } = await this.api.app.get(VerifyLedgerUseCase, { strict: false }).execute({});
    const open = await this.api.database.runSystemStatement<{ problem: string }>(
      `SELECT 'batch ' || id || ' is still ' || state AS problem FROM batches WHERE state <> 'closed'`,
    );
    return [...problems, ...open.map(({ problem }) => problem)];
  }
}

/** That many different Taiwanese mobile numbers, none with a magic ending. */
export function makePhones(count: number, prefix = '+88691'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(7, '0')}`);
}
