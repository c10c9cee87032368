import { randomInt } from 'node:crypto';
import { queueKinds } from '#testing';
import type { Json } from '../e2e/api-harness.js';
import { countSubmissions, findChargeProblems, findContradictions } from './carrier-truth.js';
import { FaultMix } from './fault-mix.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 2_000;
const SUPPRESSED = 20;
const FIRE_MS = 20_000;
const WINDOW = 50;
/** After the last fault everything has an end within this time. */
const CALM_LIMIT_MS = 120_000;
const SCENARIO_LIMIT_MS = 200_000;
/** FIRE_SEED plays the same faults again. */
const SEED = Number(process.env.FIRE_SEED ?? randomInt(1_000_000));

const COUNTED = ['delivered', 'unknown', 'undelivered', 'expired', 'refused', 'cancelled', 'unconfirmed'];

describe('a broadcast under fire', () => {
  it.concurrent.each(queueKinds())(
    `keeps every promise, seed ${SEED} (queue on %s)`,
    async (queue) => {
      const world = await World.start({ queue, link: `window=${WINDOW}&binds=1`, line: true });
      const mix = new FaultMix(world, SEED);
      try {
        const phones = makePhones(RECIPIENTS);
        const suppressed = phones.slice(0, SUPPRESSED);
        const account = await world.createAccount(RECIPIENTS);
        for (const phone of suppressed) {
          await world.api.call('POST', '/v1/suppressions', { cookie: account.cookie, body: { phone } });
        }
        const listId = await world.createList(account, phones);
        const campaignId = await world.createCampaign(account, { listIds: [listId] });
        await world.behave({ submitDelayMs: [50, 150], receiptDuplicateRate: 0.1 });
        expect(await world.act(account, campaignId, 'launch')).toMatchObject({ status: 200 });
        await mix.start();
        await mix.rage(FIRE_MS);
        expect(mix.hasWorkerEndedByItself).toBe(false);
        await world.behave({ submitDelayMs: [0, 0] });
        await world.startWorker();
        const isFinished = ({ finishedAt }: Json) => Boolean(finishedAt);
        const { counters, points } = await world
          .waitUntil(account, campaignId, 'the campaign finishes', isFinished, CALM_LIMIT_MS)
          .catch((error: unknown) => {
            throw new Error(`seed ${SEED}, after ${mix.struck.join(', ')}: ${String(error)}`);
          });

        const problems = [...(await findContradictions(world, campaignId)), ...(await world.findProblems())];
        expect({ seed: SEED, faults: mix.struck, problems }).toMatchObject({ problems: [] });
        expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
        const ended = COUNTED.reduce((sum, state) => sum + Number(counters?.[state]), 0);
        expect(ended).toBe(RECIPIENTS - SUPPRESSED);
        expect(counters).toMatchObject({ queued: 0, submitting: 0, accepted: 0 });
        // Each fault may leave one window of submissions in doubt.
        expect(Number(counters?.unknown)).toBeLessThanOrEqual(mix.struck.length * WINDOW);
        expect(findChargeProblems(points, counters)).toEqual([]);
        const submissions = await countSubmissions(world);
        expect(suppressed.filter((phone) => submissions.has(phone))).toEqual([]);
      } finally {
        await mix.stop();
        await world.stop();
      }
    },
    SCENARIO_LIMIT_MS,
  );
});
