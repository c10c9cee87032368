import { queueKinds, waitFor } from '#testing';
import { countInDoubt, findContradictions } from './carrier-truth.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 50;
const WINDOW = 100;
/** The carrier's answers come when the claim has long been taken away, and before the grace of unknown ones ends. */
const LATE_MS = 5_000;
const SCENARIO_LIMIT_MS = 60_000;

describe.each(queueKinds())('a worker that sleeps while it has a batch, with the queue on %s', (queue) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ queue, link: `window=${WINDOW}&binds=1` });
    await world.startWorker();
  });
  afterAll(() => world.stop());

  /** As if the claimant had been silent: its own heartbeat may come in between, so the past is set until it counts. */
  async function takeTheClaimAway(): Promise<void> {
    await waitFor('the batch is taken over under a new epoch', async () => {
      await world.api.database.runSystemStatement(
        `UPDATE batches SET heartbeat_at = now() - interval '1 hour' WHERE state = 'sending' AND epoch = 1`,
      );
      const [fenced] = await world.api.database.runSystemStatement(
        `SELECT FROM batches WHERE epoch > 1 AND lane = 'bulk'`,
      );
      return fenced;
    });
  }

  it(
    'loses it; what it had on the wire is unknown until the late answers tell, and nobody gets it twice',
    async () => {
      const account = await world.createAccount(RECIPIENTS);
      const listId = await world.createList(account, makePhones(RECIPIENTS));
      const campaignId = await world.createCampaign(account, { listIds: [listId] });
      await world.behave({ submitDelayMs: [LATE_MS, LATE_MS] });
      await world.act(account, campaignId, 'launch');
      const inDoubt = await waitFor('messages are on the wire', () => countInDoubt(world));
      expect(inDoubt).toBeLessThan(RECIPIENTS);
      await takeTheClaimAway();
      await world.behave({ submitDelayMs: [0, 0] });
      await world.waitUntil(
        account,
        campaignId,
        'the rest is delivered, the doubtful unknown',
        (campaign) => {
          const { delivered, unknown } = campaign.counters ?? {};
          return Number(unknown) === inDoubt && Number(delivered) === RECIPIENTS - inDoubt;
        },
      );
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
