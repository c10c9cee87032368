import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HttpClient } from '../../dist/apps/demo/http-client.js';
import { newUuid, formatId, parseId } from '../../dist/libs/domain/index.js';
import { SecretBox } from '../../dist/libs/platform/index.js';
import { BenchProcess } from './bench-process.mjs';
import { connect } from './bench-postgres.mjs';

const ADMIN = { email: 'admin@carillon.local', password: randomUUID() };
const SECRET_KEY = randomBytes(32).toString('hex');
/** The text of every campaign here: personal, one part. */
const BODY = 'Hello {{name}}, your coupon {{coupon}} takes 20% off until Sunday';

/** Api and worker on a database of their own, and one account that uses them over HTTP. */
export class House {
  #environment;
  #nodeOptions;
  #processes = [];
  /** The most memory of any process so far by program, MiB. */
  peaks = {};

  constructor(databaseUrl, folder, { redisUrl, profileDir }) {
    this.databaseUrl = databaseUrl;
    this.#environment = {
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      PORT: '0',
      SECRET_KEY,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    };
    this.#nodeOptions = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  }

  /**
   * Creates the database and starts the api; the worker comes when it is wanted.
   *
   * @param {{postgres, folder: string, profileDir?: string}} bench
   * @param {string} name of the database
   * @param {string} [redisUrl] the queue's Redis; without it the queue is in PostgreSQL
   */
  static async open({ postgres, folder, profileDir }, name, redisUrl) {
    const databaseUrl = await postgres.createDatabase(name);
    const house = new House(databaseUrl, join(folder, name), { redisUrl, profileDir });
    house.db = await connect(databaseUrl);
    try {
      const api = await house.#start('api', {});
      house.client = new HttpClient(api.ready.url);
      house.admin = new HttpClient(api.ready.url);
      await house.admin.post('/v1/auth/sign-in', { json: ADMIN });
      await house.#openAccount();
    } catch (error) {
      await house.close();
      throw error;
    }
    return house;
  }

  /** @param {Record<string, string>} settings e.g. SMPP_URL; without it the worker sends nothing */
  startWorker(settings = {}) {
    return this.#start('worker', settings, this.#nodeOptions);
  }

  async stopWorkers() {
    for (const one of this.#processes.filter(({ name }) => name === 'worker')) await this.#stop(one);
  }

  async close() {
    for (const one of [...this.#processes].reverse()) await this.#stop(one);
    await this.db.end();
  }

  async addPoints(points) {
    await this.admin.post(`/v1/admin/accounts/${this.accountId}/credits`, {
      json: { points: String(points), kind: 'top_up', reason: 'bench' },
      idempotencyKey: randomUUID(),
    });
  }

  async createEmptyList() {
    return (await this.client.post('/v1/contact-lists', { json: { name: 'Members' } })).id;
  }

  /** A list as an import leaves it, written straight into the database: imports are measured elsewhere. @returns its id */
  async createFilledList(count) {
    const id = newUuid();
    const accountId = parseId('acc', this.accountId);
    await this.db.query(
      `INSERT INTO contact_lists (id, account_id, name, contact_count, variable_names)
       VALUES ($1, $2, 'Members', $3, '{name,coupon}')`,
      [id, accountId, count],
    );
    await this.db.query(
      `INSERT INTO contacts (list_id, account_id, phone, country, variables)
       SELECT $1, $2, '+88691' || lpad(n::text, 7, '0'), 'TW',
              jsonb_build_object('name', 'Guest ' || n, 'coupon', upper(left(md5(n::text), 8)))
         FROM generate_series(0, $3::int - 1) n`,
      [id, accountId, count],
    );
    await this.db.query('VACUUM ANALYZE contacts');
    return formatId('lst', id);
  }

  /** A draft to that list, previewed, with points enough. @returns its id */
  async prepareCampaign(listId, points) {
    await this.addPoints(points);
    const draft = { name: 'Bench', listIds: [listId], body: BODY, sender: 'LANTERN' };
    const { id } = await this.client.post('/v1/campaigns', { json: draft });
    await this.client.post(`/v1/campaigns/${id}/preview`);
    return id;
  }

  launch(campaignId) {
    return this.client.post(`/v1/campaigns/${campaignId}/launch`, { idempotencyKey: randomUUID() });
  }

  async isExpanded(campaignId) {
    const { rows } = await this.db.query('SELECT is_expanded, expand_cursor FROM campaigns WHERE id = $1', [
      parseId('cmp', campaignId),
    ]);
    return rows[0];
  }

  /** @throws Error naming what is wrong in the books */
  async proveLedger() {
    const report = await this.admin.post('/v1/admin/ledger-verification');
    if (!report.isBalanced) throw new Error(`The ledger does not balance: ${report.problems.join('; ')}`);
  }

  async #start(name, settings, nodeOptions) {
    const started = await BenchProcess.start(name, { ...this.#environment, ...settings }, nodeOptions);
    this.#processes.push(started);
    return started;
  }

  async #stop(one) {
    const peak = await one.readPeakMegabytes();
    if (peak !== undefined) this.peaks[one.name] = Math.max(this.peaks[one.name] ?? 0, peak);
    await one.stop();
    this.#processes = this.#processes.filter((other) => other !== one);
  }

  async #openAccount() {
    const phone = '+886987654321';
    const signUp = { email: 'owner@shop.example', password: randomUUID(), company: 'Lantern Books' };
    const { account } = await this.client.post('/v1/auth/sign-up', {
      json: { ...signUp, phone, country: 'TW' },
    });
    this.accountId = account.id;
    await this.client.post('/v1/auth/phone/check', { json: { code: await this.#readCode(phone) } });
  }

  /** The code on its way to a phone: no carrier is there yet that could bring it. */
  async #readCode(phone) {
    const { rows } = await this.db.query(
      `SELECT m.id, s.sealed FROM messages m JOIN message_secrets s ON s.message_id = m.id WHERE m.recipient = $1`,
      [phone],
    );
    const text = new SecretBox(SECRET_KEY).open('message-text', String(rows[0].id), rows[0].sealed);
    return /\d{6}/.exec(text)[0];
  }
}
