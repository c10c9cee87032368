import { setTimeout as delay } from 'node:timers/promises';
import { describeOnRedis, waitFor, type TestRedis } from '#testing';
import type { Json, TestAccount } from '../e2e/api-harness.js';
import { findContradictions } from './carrier-truth.js';
import { makePhones, World } from './world.js';

/** More batches than a worker sends at once, so that jobs wait in Redis when it is lost. */
const RECIPIENTS = 4_000;
const LOST_AT = 300;
const OUTAGE_MS = 3_000;
/** Whatever the queue has lost moves again within this time. */
const RECOVERY_LIMIT_MS = 60_000;
const SCENARIO_LIMIT_MS = 120_000;
const SLOW_ANSWERS = { submitDelayMs: [60, 120] as [number, number] };

interface Story {
  world: World;
  redis: TestRedis;
  account: TestAccount;
  campaignId: string;
}

async function prepare(recipients: number): Promise<Story> {
  const world = await World.start({ queue: 'redis' });
  const { redis } = world;
  if (!redis) throw new Error('this world has no Redis');
  await world.startWorker();
  const account = await world.createAccount(recipients);
  const listId = await world.createList(account, makePhones(recipients));
  const campaignId = await world.createCampaign(account, { listIds: [listId] });
  await world.behave(SLOW_ANSWERS);
  return { world, redis, account, campaignId };
}

/** Launches, and returns once the broadcast is in the middle, with jobs in the queue. */
async function reachTheMiddle({ world, account, campaignId }: Story): Promise<void> {
  expect(await world.act(account, campaignId, 'launch')).toMatchObject({ status: 200 });
  const isUnderWay = ({ counters }: Json) => Number(counters?.delivered) >= LOST_AT;
  await world.waitUntil(account, campaignId, `${LOST_AT} are delivered`, isUnderWay);
  const [row] = await world.api.database.runSystemStatement<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM batches WHERE state = 'queued'`,
  );
  expect(row?.waiting).toBeGreaterThan(0);
}

async function expectEverybodyReached(
  { world, account, campaignId }: Story,
  recipients: number,
): Promise<void> {
  const isFinished = ({ finishedAt }: Json) => Boolean(finishedAt);
  const done = await world.waitUntil(
    account,
    campaignId,
    'the campaign finishes',
    isFinished,
    RECOVERY_LIMIT_MS,
  );
  expect(done).toMatchObject({
    counters: { delivered: recipients, unknown: 0 },
    points: { held: '0', captured: String(recipients), released: '0' },
  });
  expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
  expect(await findContradictions(world, campaignId)).toEqual([]);
  expect(await world.findProblems()).toEqual([]);
}

describeOnRedis('Redis, lost in the middle of a broadcast', () => {
  it.concurrent(
    'may be killed and come back empty: the work goes on',
    async () => {
      const story = await prepare(RECIPIENTS);
      try {
        await reachTheMiddle(story);
        await story.redis.kill();
        await delay(OUTAGE_MS);
        await story.redis.restart();
        await expectEverybodyReached(story, RECIPIENTS);
      } finally {
        await story.world.stop();
      }
    },
    SCENARIO_LIMIT_MS,
  );

  it.concurrent(
    'may be flushed: the work goes on',
    async () => {
      const story = await prepare(RECIPIENTS);
      try {
        await reachTheMiddle(story);
        await story.redis.flush();
        await expectEverybodyReached(story, RECIPIENTS);
      } finally {
        await story.world.stop();
      }
    },
    SCENARIO_LIMIT_MS,
  );

  it.concurrent(
    'may be away at the launch: it is taken at once, and begins when Redis is back',
    async () => {
      const recipients = 50;
      const story = await prepare(recipients);
      const { world, redis, account, campaignId } = story;
      try {
        await redis.kill();
        expect(await world.act(account, campaignId, 'launch')).toMatchObject({
          status: 200,
          body: { status: 'sending' },
        });
        const jobs = () => world.api.database.runSystemStatement(`SELECT FROM outbox`);
        await waitFor('the api has tried the queue and kept the job', () =>
          world.api.logLines.some((line) => line.includes('jobs wait in the outbox')),
        );
        expect(await jobs()).toHaveLength(1);
        expect(await world.show(account, campaignId)).toMatchObject({ status: 'sending', messages: 0 });
        await redis.restart();
        await expectEverybodyReached(story, recipients);
        expect(await jobs()).toHaveLength(0);
      } finally {
        await world.stop();
      }
    },
    SCENARIO_LIMIT_MS,
  );
});
