import { newUuid } from '#domain';
import { JobQueues, openQueueBackend } from '#platform';
import { createTestDatabase, type TestDatabase } from '#testing';
import { LOGGER, MessagingDesk } from '../messaging.fixture-spec.js';
import { MAX_QUEUED_BULK_BATCHES } from './batch-limits.js';
import { FeedBatchesUseCase } from './feed-batches.use-case.js';

describe('feeding the lanes', () => {
  let test: TestDatabase;
  let desk: MessagingDesk;
  let queues: JobQueues;
  let feed: FeedBatchesUseCase;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = await MessagingDesk.open(test.database);
    queues = new JobQueues(openQueueBackend({ redisUrl: undefined, databaseUrl: test.url }, LOGGER));
    feed = new FeedBatchesUseCase(test.database, queues, LOGGER);
  });
  beforeEach(async () => {
    await desk.query(`UPDATE batches SET state = 'closed', closed_at = now() WHERE state <> 'closed'`);
    await desk.query('DELETE FROM campaign_pacing');
  });
  afterAll(async () => {
    await queues.close();
    await test.drop();
  });

  const createMany = async (accountId: string, count: number): Promise<bigint[]> => {
    const ids: bigint[] = [];
    for (let at = 0; at < count; at++) ids.push(await desk.createBatch({ accountId, price: 1n }));
    return ids;
  };
  const listQueued = async (): Promise<bigint[]> =>
    (await desk.query<{ id: bigint }>(`SELECT id FROM batches WHERE state = 'queued' ORDER BY id`)).map(
      ({ id }) => id,
    );

  it('keeps a bounded number of broadcasts in the queue', async () => {
    const accountId = await desk.openAccount();
    await createMany(accountId, MAX_QUEUED_BULK_BATCHES + 10);
    await Promise.all([feed.execute(), feed.execute()]);
    const queued = await listQueued();
    // Two workers that feed at the same moment may both find the room: the bound is one of each feed.
    expect(queued.length).toBeGreaterThanOrEqual(MAX_QUEUED_BULK_BATCHES);
    expect(queued.length).toBeLessThanOrEqual(2 * MAX_QUEUED_BULK_BATCHES);
    await feed.execute();
    expect(await listQueued()).toEqual(queued);
  });

  it('lets accounts take turns, so a small broadcast does not wait for a large one', async () => {
    const [large, small] = [await desk.openAccount(), await desk.openAccount()];
    await createMany(large, MAX_QUEUED_BULK_BATCHES + 6);
    const own = await createMany(small, 3);
    await feed.execute();
    const queued = await listQueued();
    expect(queued).toHaveLength(MAX_QUEUED_BULK_BATCHES);
    expect(queued).toEqual(expect.arrayContaining(own));
  });

  it('makes no one-time password wait for broadcasts', async () => {
    const accountId = await desk.openAccount();
    await createMany(accountId, MAX_QUEUED_BULK_BATCHES);
    await feed.execute();
    const code = await desk.createBatch({ accountId, lane: 'otp' });
    await feed.execute();
    expect(await listQueued()).toContain(code);
  });

  it('leaves alone what is paused, not due or already queued', async () => {
    const accountId = await desk.openAccount();
    const [paused = 0n, later = 0n, due = 0n] = await createMany(accountId, 3);
    await desk.query(`UPDATE batches SET control = 'pause' WHERE id = $1`, [paused]);
    await desk.query(`UPDATE batches SET not_before = now() + interval '1 minute' WHERE id = $1`, [later]);
    await feed.execute();
    expect(await listQueued()).toEqual([due]);
  });

  it('keeps batches ready while the queue takes no jobs', async () => {
    const [batch = 0n] = await createMany(await desk.openAccount(), 1);
    const nowhere = openQueueBackend(
      { redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'none' },
      LOGGER,
    );
    const away = new JobQueues(nowhere);
    await new FeedBatchesUseCase(test.database, away, LOGGER).execute();
    await away.close();
    expect(await desk.showBatch(batch)).toMatchObject({ state: 'ready' });
  });

  describe('a campaign with a rate of its own', () => {
    const PACE_MS = 1_000;

    async function createPaced(count: number): Promise<{ campaignId: string; batches: bigint[] }> {
      const accountId = await desk.openAccount();
      const campaignId = newUuid();
      const batches: bigint[] = [];
      for (let at = 0; at < count; at++)
        batches.push(await desk.createBatch({ accountId, campaignId, paceMs: PACE_MS, price: 1n }));
      await desk.query('INSERT INTO campaign_pacing (campaign_id, account_id) VALUES ($1, $2)', [
        campaignId,
        accountId,
      ]);
      return { campaignId, batches };
    }
    const passTime = (campaignId: string, ms: number) =>
      desk.query(
        `UPDATE campaign_pacing SET next_at = next_at - make_interval(secs => $2::float8 / 1000) WHERE campaign_id = $1`,
        [campaignId, ms],
      );

    it('gets its next batch when the one before has had its time', async () => {
      const { campaignId, batches } = await createPaced(3);
      await feed.execute();
      await feed.execute();
      expect(await listQueued()).toEqual(batches.slice(0, 1));
      await passTime(campaignId, PACE_MS - 200);
      await feed.execute();
      expect(await listQueued()).toEqual(batches.slice(0, 1));
      await passTime(campaignId, 200);
      await feed.execute();
      expect(await listQueued()).toEqual(batches.slice(0, 2));
    });

    it('does not catch up on time it did not use', async () => {
      const { campaignId, batches } = await createPaced(5);
      await feed.execute();
      await passTime(campaignId, 60 * PACE_MS);
      await feed.execute();
      await feed.execute();
      await feed.execute();
      expect(await listQueued()).toEqual(batches.slice(0, 2));
    });

    it('is fed once by two workers', async () => {
      const { batches } = await createPaced(4);
      await Promise.all([feed.execute(), feed.execute(), feed.execute()]);
      expect(await listQueued()).toEqual(batches.slice(0, 1));
    });
  });
});
