import { laneOfJob, type Job, type JobName } from '#contracts';
import {
  createTestDatabase,
  queueKinds,
  startTestRedis,
  waitFor,
  type TestDatabase,
  type TestRedis,
} from '#testing';
import { createLogger } from '../observability/logger.js';
import { JobQueues } from '../queue/job-queues.js';
import { JobWorkers, type AnyJobProcessor } from '../queue/job-workers.js';
import { openQueueBackend } from '../queue/queue-backend.js';
import { Outbox } from './outbox.js';
import { OutboxDispatcher } from './outbox-dispatcher.js';

const LOGGER = createLogger('tests', 'silent');
const jobOf = (campaignId: string): Job => ({ name: 'campaigns.expand', payload: { v: 1, campaignId } });

describe.each(queueKinds())('the outbox, with the queue on %s', (kind) => {
  let test: TestDatabase;
  let redis: TestRedis | undefined;
  let queues: JobQueues;
  let outbox: Outbox;
  let dispatcher: OutboxDispatcher;
  let workers: JobWorkers;
  let done: string[];

  beforeEach(async () => {
    test = await createTestDatabase();
    redis = kind === 'redis' ? await startTestRedis(true) : undefined;
    const open = () => openQueueBackend({ redisUrl: redis?.url, databaseUrl: test.url }, LOGGER);
    queues = new JobQueues(open());
    outbox = new Outbox();
    dispatcher = new OutboxDispatcher(test.database, queues, outbox, LOGGER);
    done = [];
    const processors = (Object.keys(laneOfJob) as JobName[]).map((job) => ({
      job,
      run: async (payload: { campaignId?: string }) => void done.push(payload.campaignId ?? job),
    })) as AnyJobProcessor[];
    workers = new JobWorkers(open(), processors, LOGGER);
    workers.start(['preparation', 'housekeeping']);
  });
  afterEach(async () => {
    await dispatcher.stop();
    await workers.stop();
    await queues.close();
    await redis?.stop();
    await test.drop();
  });

  const countRows = async () => (await test.database.runSystemStatement('SELECT FROM outbox')).length;
  const waitForJobs = (count: number) => waitFor(`${count} jobs are done`, () => done.length >= count);

  it('hands a job over right after the commit, and forgets it', async () => {
    dispatcher.start();
    await test.database.inSystem((tx) =>
      outbox.add(tx, jobOf('a'), { name: 'credits.verify-ledger', payload: { v: 1 } }),
    );
    await waitForJobs(2);
    expect(done.sort()).toEqual(['a', 'credits.verify-ledger']);
    expect(await countRows()).toBe(0);
  });

  it('hands nothing over that was rolled back', async () => {
    dispatcher.start();
    const failing = test.database.inSystem(async (tx) => {
      await outbox.add(tx, jobOf('never'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await test.database.inSystem((tx) => outbox.add(tx, jobOf('later')));
    await waitForJobs(1);
    expect([done, await countRows()]).toEqual([['later'], 0]);
  });

  it('finds what a process left behind that died between commit and wake-up', async () => {
    dispatcher.start();
    // Another process's outbox: nobody here is woken by its commit.
    await test.database.inSystem((tx) => new Outbox().add(tx, jobOf('orphan')));
    await waitForJobs(1);
    expect(done).toEqual(['orphan']);
  });

  it('moves more jobs than fit into one transaction, each once, with two dispatchers', async () => {
    const ids = Array.from({ length: 450 }, (_, at) => `job-${at}`);
    await test.database.inSystem((tx) => outbox.add(tx, ...ids.map(jobOf)));
    const other = new OutboxDispatcher(test.database, queues, new Outbox(), LOGGER);
    dispatcher.start();
    other.start();
    await waitForJobs(ids.length);
    await other.stop();
    expect([...done].sort()).toEqual([...ids].sort());
    expect(await countRows()).toBe(0);
  });

  // On PostgreSQL the queue is away whenever the database is, and with it the outbox.
  const onRedis = kind === 'redis' ? it : undefined;
  onRedis?.('keeps jobs while the queue is away, and goes on by itself when it is back', async () => {
    await redis?.kill();
    dispatcher.start();
    await test.database.inSystem((tx) => outbox.add(tx, jobOf('patient')));
    expect(await countRows()).toBe(1);
    await redis?.restart();
    await waitForJobs(1);
    await waitFor('the row is gone', async () => (await countRows()) === 0);
  });
});
