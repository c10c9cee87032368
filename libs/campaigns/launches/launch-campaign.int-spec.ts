import { isDomainError, newUuid } from '#domain';
import { createTestDatabase, type TestDatabase } from '#testing';
import { CampaignDesk, NEVER } from '../campaigns.fixture-spec.js';

describe('the launch of a campaign', () => {
  let test: TestDatabase;
  let desk: CampaignDesk;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = new CampaignDesk(test.database);
  });
  beforeEach(() => desk.openAccount(100));
  afterEach(async () => {
    expect(await desk.findProblems()).toEqual([]);
  });
  afterAll(() => test.drop());

  /** Codes of the refusals. */
  const refusalsOf = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
    results.flatMap((result) => {
      if (result.status === 'fulfilled') return [];
      if (!isDomainError(result.reason)) throw result.reason;
      return [result.reason.code];
    });

  it('holds the points once when twenty people press the button', async () => {
    const id = await desk.createDraft(await desk.createList(10));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => desk.launch(id)));
    expect(new Set(refusalsOf(results))).toEqual(new Set(['campaigns.state_conflict']));
    expect(refusalsOf(results)).toHaveLength(19);
    expect(await desk.balance()).toEqual([90, 10]);
    expect(await desk.countJobs(id)).toBe(1);
  });

  it('gives the same answer to every repetition of one request', async () => {
    const id = await desk.createDraft(await desk.createList(10));
    const key = newUuid();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => desk.launch(id, key)));
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.body] : []));
    expect(answers).toEqual(answers.map(() => ({ status: 'sending', recipients: 10, held: '10000' })));
    expect(answers.length).toBeGreaterThan(0);
    expect(refusalsOf(results).filter((code) => code !== 'idempotency.in_progress')).toEqual([]);
    expect(await desk.balance()).toEqual([90, 10]);
  });

  it('of several campaigns on points for two launches two', async () => {
    const listId = await desk.createList(50);
    const ids = await Promise.all(Array.from({ length: 6 }, () => desk.createDraft(listId)));
    const results = await Promise.allSettled(ids.map((id) => desk.launch(id)));
    expect(refusalsOf(results)).toEqual(Array.from({ length: 4 }, () => 'credits.insufficient'));
    expect(await desk.balance()).toEqual([0, 100]);
    const states = await Promise.all(ids.map(async (id) => (await desk.show(id)).state));
    expect(states.filter((state) => state === 'draft')).toHaveLength(4);
  });

  it('leaves nothing behind when the points do not suffice: no job, no hold, no key', async () => {
    const id = await desk.createDraft(await desk.createList(101));
    const key = newUuid();
    await expect(desk.launch(id, key)).rejects.toMatchObject({ code: 'credits.insufficient' });
    expect(await desk.show(id)).toMatchObject({ state: 'draft', holdId: null, launchedAt: null });
    expect(await desk.countJobs(id)).toBe(0);
    const { accountId } = desk;
    await desk.database.inSystem((tx) => desk.ledger.topUp(tx, { accountId, amount: 1_000n, key: 'second' }));
    expect(await desk.launch(id, key)).toMatchObject({
      isReplay: false,
      body: { recipients: 101, held: '101000' },
    });
  });

  it('counts again when the list has changed since the preview', async () => {
    const listId = await desk.createList(10);
    const id = await desk.createDraft(listId);
    await desk.estimates.execute(desk.accountId, id);
    await desk.grow(listId, 10, 30);
    expect(await desk.launch(id)).toMatchObject({ body: { recipients: 30, held: '30000' } });
  });

  it('keeps the prices of that moment', async () => {
    const id = await desk.createDraft(await desk.createList(10));
    await desk.launch(id);
    await desk.query(
      `INSERT INTO prices (channel, country, millipoints_per_part, effective_from) VALUES ('sms', 'TW', 5000, now())`,
    );
    await desk.expand.execute(id, NEVER);
    expect(await desk.show(id)).toMatchObject({ expandedPrice: 10_000n, held: 10_000n });
    await desk.query(
      `INSERT INTO prices (channel, country, millipoints_per_part, effective_from) VALUES ('sms', 'TW', 1000, now())`,
    );
  });

  it('at a later time waits for it, and starts once however many clocks tick', async () => {
    const scheduleAt = new Date(Date.now() + 3_600_000);
    const id = await desk.createDraft(await desk.createList(10), { scheduleAt });
    expect(await desk.launch(id)).toMatchObject({ body: { status: 'scheduled' } });
    await desk.start.execute();
    expect([(await desk.show(id)).state, await desk.countJobs(id)]).toEqual(['scheduled', 0]);
    await desk.query('UPDATE campaigns SET schedule_at = now() WHERE id = $1', [id]);
    await Promise.all(Array.from({ length: 5 }, () => desk.start.execute()));
    expect([(await desk.show(id)).state, await desk.countJobs(id)]).toEqual(['sending', 1]);
  });

  it('whose time was missed by more than an hour waits for a person', async () => {
    const scheduleAt = new Date(Date.now() + 3_600_000);
    const id = await desk.createDraft(await desk.createList(10), { scheduleAt });
    await desk.launch(id);
    await desk.query(`UPDATE campaigns SET schedule_at = now() - interval '61 minutes' WHERE id = $1`, [id]);
    await desk.start.execute();
    expect(await desk.show(id)).toMatchObject({ state: 'paused', pauseReason: 'schedule.missed' });
    await desk.control.resume(desk.accountId, id);
    expect([(await desk.show(id)).state, await desk.countJobs(id)]).toEqual(['sending', 1]);
  });
});

describe('the end of a campaign', () => {
  let test: TestDatabase;
  let desk: CampaignDesk;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = new CampaignDesk(test.database);
    await desk.openAccount(100);
  });
  afterAll(() => test.drop());

  const expandNew = async (): Promise<string> => {
    const id = await desk.createDraft(await desk.createList(10), { ratePerSecond: 5 });
    await desk.launch(id);
    await desk.expand.execute(id, NEVER);
    return id;
  };
  const closeBatches = (id: string) =>
    desk.query(`UPDATE batches SET state = 'closed', closed_at = now() WHERE campaign_id = $1`, [id]);

  it('comes when no batch is open, not before, and gives back what is left of the hold', async () => {
    const id = await expandNew();
    await desk.finish.execute();
    expect(await desk.show(id)).toMatchObject({ state: 'sending', finishedAt: null });
    await closeBatches(id);
    await Promise.all([desk.finish.execute(), desk.finish.execute()]);
    expect(await desk.show(id)).toMatchObject({ state: 'done', finishedAt: expect.any(Date) as Date });
    expect(await desk.balance()).toEqual([100, 0]);
    expect(await desk.query('SELECT FROM campaign_pacing WHERE campaign_id = $1', [id])).toEqual([]);
    expect(await desk.findProblems()).toEqual([]);
  });

  it('comes for a cancelled campaign too, which stays cancelled', async () => {
    const id = await expandNew();
    await desk.control.cancel(desk.accountId, id);
    await closeBatches(id);
    await desk.finish.execute();
    expect(await desk.show(id)).toMatchObject({ state: 'cancelled', finishedAt: expect.any(Date) as Date });
  });

  it('does not come before the whole list is expanded', async () => {
    const id = await desk.createDraft(await desk.createList(10));
    await desk.launch(id);
    await desk.finish.execute();
    expect((await desk.show(id)).finishedAt).toBeNull();
  });

  it('comes for more campaigns than fit into one step', async () => {
    const listId = await desk.createList(1);
    const ids: string[] = [];
    for (let at = 0; at < 25; at++) ids.push(await desk.createDraft(listId));
    for (const id of ids) {
      await desk.launch(id);
      await desk.control.cancel(desk.accountId, id);
    }
    await desk.finish.execute();
    const open = await desk.query('SELECT FROM campaigns WHERE id = ANY($1) AND finished_at IS NULL', [ids]);
    expect(open).toEqual([]);
  });
});
