import { queueKinds } from '#testing';
import type { Behaviour } from '#apps/simulator';
import type { Json, TestAccount } from '../e2e/api-harness.js';
import { findChargeProblems, findContradictions } from './carrier-truth.js';
import { makePhones, World } from './world.js';

const RECIPIENTS = 300;
const SCENARIO_LIMIT_MS = 90_000;
const GOOD_DAY: Partial<Behaviour> = {
  submitDelayMs: [0, 0],
  receiptDelayMs: [5, 40],
  receiptOrder: 'shuffled',
  receiptLossRate: 0,
  receiptDuplicateRate: 0,
  throttleAbovePerSecond: null,
};

interface Story {
  account: TestAccount;
  campaignId: string;
}

describe.each(queueKinds())('a carrier on a bad day, with the queue on %s', (queue) => {
  let world: World;
  let stories = 0;

  beforeAll(async () => {
    world = await World.start({ queue, line: true });
    await world.startWorker();
  });
  afterAll(() => world.stop());
  beforeEach(() => world.behave(GOOD_DAY));

  /** A launched broadcast to numbers that no other story of this world uses. */
  async function launch(behaviour: Partial<Behaviour>, extraPhones: readonly string[] = []): Promise<Story> {
    const phones = [...makePhones(RECIPIENTS, `+8869${stories++}`), ...extraPhones];
    const account = await world.createAccount(phones.length);
    const listId = await world.createList(account, phones);
    const campaignId = await world.createCampaign(account, { listIds: [listId] });
    await world.behave(behaviour);
    expect(await world.act(account, campaignId, 'launch')).toMatchObject({ status: 200 });
    return { account, campaignId };
  }

  const line = () => {
    if (!world.line) throw new Error('this world has no line to cut');
    return world.line;
  };

  async function expectNothingTwice(campaignId: string): Promise<void> {
    expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
    expect(await findContradictions(world, campaignId)).toEqual([]);
    expect(await world.findProblems()).toEqual([]);
  }

  async function expectEverybodyDelivered({ account, campaignId }: Story): Promise<void> {
    expect(await world.waitUntilFinished(account, campaignId)).toMatchObject({
      counters: { delivered: RECIPIENTS, unknown: 0, refused: 0 },
      points: { held: '0', captured: String(RECIPIENTS), released: '0' },
    });
    await expectNothingTwice(campaignId);
  }

  it('brings receipts before the answers, and each of them twice', async () => {
    await expectEverybodyDelivered(
      await launch({ receiptOrder: 'before_response', receiptDuplicateRate: 1 }),
    );
  });

  it(
    'throttles a broadcast in the middle: it slows down, loses nothing and refuses nobody',
    async () => {
      const before = (await world.simulatorStats()).throttled ?? 0;
      const story = await launch({ throttleAbovePerSecond: 150 });
      await expectEverybodyDelivered(story);
      expect((await world.simulatorStats()).throttled).toBeGreaterThan(before);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'cuts the connection in mid-window: what had no answer is unknown until its receipt comes',
    async () => {
      const { account, campaignId } = await launch({ disconnectAfter: 100, submitDelayMs: [20, 60] });
      const { counters, points } = await world.waitUntilFinished(account, campaignId);
      const [delivered, unknown] = [Number(counters?.delivered), Number(counters?.unknown)];
      expect(delivered + unknown).toBe(RECIPIENTS);
      expect(findChargeProblems(points, counters)).toEqual([]);
      await expectNothingTwice(campaignId);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'takes messages whose answers are lost with the line, and their receipts prove it',
    async () => {
      line().loseAnswers();
      const { account, campaignId } = await launch({});
      await world.waitUntil(account, campaignId, 'messages are on the wire', (campaign) =>
        Boolean(Number(campaign.counters?.submitting)),
      );
      line().cut();
      const { counters } = await world.waitUntilFinished(account, campaignId);
      const [delivered, unknown] = [Number(counters?.delivered), Number(counters?.unknown)];
      expect(delivered + unknown).toBe(RECIPIENTS);
      await expectNothingTwice(campaignId);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'cannot be reached at the launch, and takes everything once it can',
    async () => {
      line().goDown();
      const story = await launch({});
      const isExpanded = ({ messages }: Json) => Number(messages) === RECIPIENTS;
      await world.waitUntil(story.account, story.campaignId, 'the messages wait', isExpanded);
      const { counters } = await world.show(story.account, story.campaignId);
      expect(counters).toMatchObject({ queued: RECIPIENTS, accepted: 0, unknown: 0 });
      line().comeUp();
      await expectEverybodyDelivered(story);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'never brings some receipts: the points stay held, also after a cancel, until the message counts as unconfirmed',
    async () => {
      const silent = ['+886980990005', '+886981990005', '+886982990005'];
      const { account, campaignId } = await launch({}, silent);
      const isDelivered = ({ counters }: Json) => Number(counters?.delivered) === RECIPIENTS;
      await world.waitUntil(account, campaignId, 'all others are delivered', isDelivered);
      expect(await world.act(account, campaignId, 'cancel')).toMatchObject({ status: 200 });
      expect(await world.show(account, campaignId)).toMatchObject({
        status: 'cancelled',
        finishedAt: null,
        counters: { accepted: silent.length, cancelled: 0 },
        points: { held: String(silent.length), captured: String(RECIPIENTS) },
      });
      await world.api.database.runSystemStatement(
        `UPDATE batches SET valid_until = now() - interval '73 hours' WHERE state = 'sent'`,
      );
      expect(await world.waitUntilFinished(account, campaignId)).toMatchObject({
        status: 'cancelled',
        counters: { accepted: 0, unconfirmed: silent.length },
        points: { held: '0', captured: String(RECIPIENTS + silent.length), released: '0' },
      });
      await expectNothingTwice(campaignId);
    },
    SCENARIO_LIMIT_MS,
  );
});
