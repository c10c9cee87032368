import { queueKinds, type QueueKind } from '#testing';
import type { Json, TestAccount } from '../e2e/api-harness.js';
import { countInDoubt, findChargeProblems, findContradictions } from './carrier-truth.js';
import { WorkerProcess } from './worker-process.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 3_000;
const WINDOW = 100;
/** A worker dies each time so many are delivered. */
const KILL_AT = [400, 1_200];
const STOP_AT = 400;
const SCENARIO_LIMIT_MS = 150_000;
/** Answers that take a while keep the window full, so that a death always has something in flight. */
const SLOW_ANSWERS = { submitDelayMs: [60, 120] as [number, number] };

const deliveredIs = (least: number) => (campaign: Json) => Number(campaign.counters?.delivered) >= least;

async function launch(world: World): Promise<{ account: TestAccount; campaignId: string }> {
  const account = await world.createAccount(RECIPIENTS);
  const listId = await world.createList(account, makePhones(RECIPIENTS));
  const campaignId = await world.createCampaign(account, { listIds: [listId] });
  await world.behave(SLOW_ANSWERS);
  const { status } = await world.act(account, campaignId, 'launch');
  expect(status).toBe(200);
  return { account, campaignId };
}

async function withWorld(queue: QueueKind, story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.start({ queue, link: `window=${WINDOW}&binds=1` });
  try {
    await story(world);
  } finally {
    await world.stop();
  }
}

describe('a worker that ends in the middle of a broadcast', () => {
  it.concurrent.each(queueKinds())(
    'may be killed twice: nothing is lost, nothing sent twice, little is unknown (queue on %s)',
    (queue) =>
      withWorld(queue, async (world) => {
        const { account, campaignId } = await launch(world);
        for (const delivered of KILL_AT) {
          const worker = await WorkerProcess.start(world.environment);
          try {
            await world.waitUntil(account, campaignId, `${delivered} are delivered`, deliveredIs(delivered));
          } finally {
            await worker.kill();
          }
          const inDoubt = await countInDoubt(world);
          expect(inDoubt).toBeGreaterThan(0);
          expect(inDoubt).toBeLessThanOrEqual(WINDOW);
        }
        await world.startWorker();
        const { counters, points } = await world.waitUntilFinished(account, campaignId);
        const [delivered, unknown] = [Number(counters?.delivered), Number(counters?.unknown)];
        expect(delivered + unknown).toBe(RECIPIENTS);
        expect(unknown).toBeLessThanOrEqual(KILL_AT.length * WINDOW);
        expect(findChargeProblems(points, counters)).toEqual([]);
        expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
        expect(await findContradictions(world, campaignId)).toEqual([]);
        expect(await world.findProblems()).toEqual([]);
      }),
    SCENARIO_LIMIT_MS,
  );

  it.concurrent.each(queueKinds())(
    'ends what is on the wire when it is asked to stop, and another one goes on (queue on %s)',
    (queue) =>
      withWorld(queue, async (world) => {
        const { account, campaignId } = await launch(world);
        const worker = await WorkerProcess.start(world.environment);
        try {
          await world.waitUntil(account, campaignId, `${STOP_AT} are delivered`, deliveredIs(STOP_AT));
          expect(await worker.terminate()).toBe(0);
        } finally {
          await worker.kill();
        }
        expect(await countInDoubt(world)).toBe(0);
        const stopped = await world.show(account, campaignId);
        expect(stopped.counters).toMatchObject({ unknown: 0, submitting: 0 });
        expect(Number(stopped.counters?.queued)).toBeGreaterThan(0);
        await world.startWorker();
        expect(await world.waitUntilFinished(account, campaignId)).toMatchObject({
          counters: { delivered: RECIPIENTS, unknown: 0 },
          points: { held: '0', captured: String(RECIPIENTS), released: '0' },
        });
        expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
        expect(await findContradictions(world, campaignId)).toEqual([]);
        expect(await world.findProblems()).toEqual([]);
      }),
    SCENARIO_LIMIT_MS,
  );
});
