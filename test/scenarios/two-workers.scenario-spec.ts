import type { RunningProcess } from '#platform';
import { queueKinds, waitFor } from '#testing';
import type { Json } from '../e2e/api-harness.js';
import { findContradictions } from './carrier-truth.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 2_000;
const CLOSE_AT = 500;
const SCENARIO_LIMIT_MS = 90_000;

interface Lease {
  workerId: string;
  slot: number;
}

describe.each(queueKinds())('two workers at once, with the queue on %s', (queue) => {
  let world: World;
  let first: RunningProcess | undefined;

  beforeAll(async () => {
    world = await World.start({ queue, link: 'window=50&binds=2' });
  });
  afterAll(async () => {
    await first?.close();
    await world.stop();
  });

  const readLeases = () =>
    world.api.database.runSystemStatement<Lease>(
      `SELECT worker_id AS "workerId", slot FROM gateway_leases WHERE expires_at > now()`,
    );

  it(
    'share the binds of the login and the broadcast; when one goes, the other one finishes',
    async () => {
      [first] = await Promise.all([world.openWorker(), world.startWorker()]);
      const leases = await waitFor('each worker has a bind', async () => {
        const found = await readLeases();
        return found.length === 2 ? found : undefined;
      });
      expect(new Set(leases.map(({ workerId }) => workerId)).size).toBe(2);
      await waitFor('both are bound', async () => (await world.simulatorStats()).sessions === 2);

      const account = await world.createAccount(RECIPIENTS);
      const listId = await world.createList(account, makePhones(RECIPIENTS));
      const campaignId = await world.createCampaign(account, { listIds: [listId] });
      await world.behave({ submitDelayMs: [60, 120] });
      await world.act(account, campaignId, 'launch');
      const isUnderWay = ({ counters }: Json) => Number(counters?.delivered) >= CLOSE_AT;
      await world.waitUntil(account, campaignId, `${CLOSE_AT} are delivered`, isUnderWay);
      await first.close();
      first = undefined;
      expect(await world.show(account, campaignId)).toMatchObject({ finishedAt: null });
      expect(await world.waitUntilFinished(account, campaignId)).toMatchObject({
        counters: { delivered: RECIPIENTS, unknown: 0 },
        points: { held: '0', captured: String(RECIPIENTS), released: '0' },
      });
      expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
      expect(await findContradictions(world, campaignId)).toEqual([]);
      expect(await world.findProblems()).toEqual([]);
    },
    SCENARIO_LIMIT_MS,
  );
});
