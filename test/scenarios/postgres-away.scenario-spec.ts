import { queueKinds } from '#testing';
import type { Json } from '../e2e/api-harness.js';
import { findChargeProblems, findContradictions } from './carrier-truth.js';
import { endDatabaseConnections } from './fault-mix.js';
import { WorkerProcess } from './worker-process.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 2_000;
/** All connections are ended each time so many are delivered. */
const BREAK_AT = [200, 600, 1_000];
const SCENARIO_LIMIT_MS = 120_000;
const SLOW_ANSWERS = { submitDelayMs: [60, 120] as [number, number] };

describe('PostgreSQL ends every connection in the middle of a broadcast', () => {
  it.concurrent.each(queueKinds())(
    'three times: nobody exits, and the work goes on by itself (queue on %s)',
    async (queue) => {
      const world = await World.start({ queue });
      const worker = await WorkerProcess.start(world.environment);
      try {
        const account = await world.createAccount(RECIPIENTS);
        const listId = await world.createList(account, makePhones(RECIPIENTS));
        const campaignId = await world.createCampaign(account, { listIds: [listId] });
        await world.behave(SLOW_ANSWERS);
        await world.act(account, campaignId, 'launch');
        for (const delivered of BREAK_AT) {
          const isReached = ({ counters }: Json) => Number(counters?.delivered) >= delivered;
          await world.waitUntil(account, campaignId, `${delivered} are delivered`, isReached);
          await endDatabaseConnections(world);
        }
        const isSettled = ({ counters }: Json) =>
          ['queued', 'submitting', 'accepted'].every((state) => Number(counters?.[state]) === 0);
        await world.waitUntil(account, campaignId, 'every message has an end or is unknown', isSettled);
        expect(worker.hasEnded).toBe(false);
        // A worker that gives up on unknown ones soon sees the campaign to its end.
        await world.startWorker();
        const { counters, points } = await world.waitUntilFinished(account, campaignId);
        const [delivered, unknown] = [Number(counters?.delivered), Number(counters?.unknown)];
        expect(delivered + unknown).toBe(RECIPIENTS);
        expect(findChargeProblems(points, counters)).toEqual([]);
        expect(worker.hasEnded).toBe(false);
        expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
        expect(await findContradictions(world, campaignId)).toEqual([]);
        expect(await world.findProblems()).toEqual([]);
      } finally {
        await worker.kill();
        await world.stop();
      }
    },
    SCENARIO_LIMIT_MS,
  );
});
