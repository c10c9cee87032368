import { ExpandCampaignUseCase, FinishCampaignsUseCase } from '#campaigns';
import { TopUpCreditsUseCase } from '#credits';
import { formatId, newUuid, parseId } from '#domain';
import { RecoverBatchesUseCase } from '#messaging';
import { textOf, type ApiAnswer, type CallOptions, type TestAccount, type TestApi } from './api-harness.js';

export interface Contact {
  phone: string;
  country?: string;
  variables?: Record<string, string>;
}

/** One account with points and lists, and the jobs a worker would do for it. */
export class CampaignDesk {
  private constructor(
    readonly api: TestApi,
    readonly account: TestAccount,
  ) {}

  /** @param points on top of the 50 of the proved phone */
  static async open(api: TestApi, points = 1_000n): Promise<CampaignDesk> {
    const account = await api.signUp();
    const accountId = parseId('acc', account.id) ?? '';
    await api.app
      .get(TopUpCreditsUseCase, { strict: false })
      .execute({ accountId, amount: points * 1_000n, key: 'bank transfer' });
    return new CampaignDesk(api, account);
  }

  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<ApiAnswer> {
    return this.api.call(method, path, { cookie: this.account.cookie, body, ...options });
  }

  /** POST with an Idempotency-Key of its own unless one is given. */
  act(id: string, action: string, body?: unknown, key: string = newUuid()): Promise<ApiAnswer> {
    return this.call('POST', `/v1/campaigns/${id}/${action}`, body, { headers: { 'Idempotency-Key': key } });
  }

  async createList(contacts: readonly Contact[]): Promise<string> {
    const id = newUuid();
    const accountId = parseId('acc', this.account.id);
    await this.api.database.inSystem(async (tx) => {
      await tx.query(
        `INSERT INTO contact_lists (id, account_id, name, contact_count) VALUES ($1, $2, 'guests', $3)`,
        [id, accountId, contacts.length],
      );
      for (const { phone, country = 'TW', variables = {} } of contacts)
        await tx.query(
          'INSERT INTO contacts (list_id, account_id, phone, country, variables) VALUES ($1, $2, $3, $4, $5)',
          [id, accountId, phone, country, JSON.stringify(variables)],
        );
    });
    return formatId('lst', id);
  }

  async createDraft(draft: Record<string, unknown>): Promise<string> {
    const answer = await this.call('POST', '/v1/campaigns', { name: 'Autumn sale', body: 'Hello', ...draft });
    if (answer.status !== 201) throw new Error(`no draft: ${answer.text}`);
    return textOf(answer.body.id);
  }

  /** Launches and renders the messages; no carrier is there, so they wait. */
  async launch(id: string): Promise<void> {
    const answer = await this.act(id, 'launch');
    if (answer.status !== 200) throw new Error(`not launched: ${answer.text}`);
    await this.api.app
      .get(ExpandCampaignUseCase, { strict: false })
      .execute(parseId('cmp', id) ?? '', new AbortController().signal);
  }

  /** What the sweepers do after a cancel. */
  async finish(): Promise<void> {
    await this.api.app.get(RecoverBatchesUseCase, { strict: false }).execute();
    await this.api.app.get(FinishCampaignsUseCase, { strict: false }).execute();
  }

  async balance(): Promise<{ available: unknown; held: unknown }> {
    const { available, held } = (await this.call('GET', '/v1/credits')).body;
    return { available, held };
  }
}
