import { queueKinds } from '#testing';
import { textOf, type Json, type TestAccount } from '../e2e/api-harness.js';
import { makePhones, World } from './world.js';

const LINK = 'window=40&binds=1';

describe.each(queueKinds())('a broadcast under control, with the queue on %s', (queue) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ queue, link: LINK });
    await world.startWorker();
  });
  afterEach(async () => {
    expect(await world.findProblems()).toEqual([]);
    expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
    await world.behave({ submitDelayMs: [0, 0] });
  });
  afterAll(() => world.stop());

  const sumOf = (counters: Json | undefined): number =>
    Object.values(counters ?? {}).reduce((sum, value) => sum + Number(value), 0);
  const waitForSome = (account: TestAccount, id: string, count: number) =>
    world.waitUntil(
      account,
      id,
      `${count} messages are delivered`,
      ({ counters }) => Number(counters?.delivered) >= count,
    );

  it('starts at its time, within a second', async () => {
    const account = await world.createAccount(100);
    const listId = await world.createList(account, makePhones(10, '+88690'));
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000);
    const id = await world.createCampaign(account, { listIds: [listId], scheduleAt: at.toISOString() });
    expect((await world.act(account, id, 'launch')).body.status).toBe('scheduled');
    const done = await world.waitUntilFinished(account, id);
    const lateMs = new Date(textOf(done.startedAt)).getTime() - at.getTime();
    expect(lateMs).toBeGreaterThanOrEqual(-50);
    expect(lateMs).toBeLessThan(1_000);
    const [first] = await world.readPhone('+886900000000');
    expect(first).toMatchObject({ body: expect.stringContaining('Hello Guest 1,') as string });
  });

  it('stands still while it is paused, and goes on where it was: nobody twice, nobody left out', async () => {
    const account = await world.createAccount(2_000);
    const listId = await world.createList(account, makePhones(1_500, '+88691'));
    const id = await world.createCampaign(account, { listIds: [listId] });
    await world.behave({ submitDelayMs: [20, 40] });
    await world.act(account, id, 'launch');
    await waitForSome(account, id, 100);
    await world.act(account, id, 'pause');
    // What was on the wire ends; then nothing may move any more.
    const still = await world.waitUntil(
      account,
      id,
      'what was on the wire has ended',
      ({ counters }) => Number(counters?.submitting) + Number(counters?.accepted) === 0,
    );
    expect(still.status).toBe('paused');
    expect(Number(still.counters?.queued)).toBeGreaterThan(0);
    // Another broadcast passes by: the worker is awake, and still leaves this one alone.
    const other = await world.createCampaign(account, {
      listIds: [await world.createList(account, makePhones(50, '+88696'))],
    });
    await world.act(account, other, 'launch');
    await world.waitUntilFinished(account, other);
    expect((await world.show(account, id)).counters).toEqual(still.counters);

    await world.act(account, id, 'resume');
    const done = await world.waitUntilFinished(account, id);
    expect(done).toMatchObject({
      status: 'done',
      messages: 1_500,
      counters: { delivered: 1_500 },
      points: { held: '0', captured: '1500', released: '0' },
    });
    expect(sumOf(done.counters)).toBe(1_500);
  });

  it('that is cancelled sends nothing more and gives back what was not sent', async () => {
    const account = await world.createAccount(2_000);
    const listId = await world.createList(account, makePhones(1_500, '+88692'));
    const id = await world.createCampaign(account, { listIds: [listId] });
    await world.behave({ submitDelayMs: [20, 40] });
    await world.act(account, id, 'launch');
    await waitForSome(account, id, 100);
    expect((await world.act(account, id, 'cancel')).body.status).toBe('cancelled');
    const done = await world.waitUntilFinished(account, id);
    const [delivered, cancelled] = [Number(done.counters?.delivered), Number(done.counters?.cancelled)];
    expect(delivered).toBeGreaterThanOrEqual(100);
    expect(cancelled).toBeGreaterThan(0);
    expect(delivered + cancelled).toBe(1_500);
    expect(done).toMatchObject({
      status: 'cancelled',
      points: { held: '0', captured: String(delivered), released: String(cancelled) },
    });
    expect(await world.balance(account)).toMatchObject({ available: String(2_050 - delivered), held: '0' });
  });

  it('keeps to its own rate', async () => {
    const account = await world.createAccount(1_000);
    const listId = await world.createList(account, makePhones(600, '+88693'));
    const id = await world.createCampaign(account, { listIds: [listId], ratePerSecond: 100 });
    await world.act(account, id, 'launch');
    await world.waitUntilFinished(account, id);
    const [spread] = await world.api.database.runSystemStatement<{ seconds: number }>(
      `SELECT extract(epoch FROM max(b.submitted_at) - min(b.submitted_at))::float8 AS seconds
         FROM batches b JOIN campaigns c ON c.id = b.campaign_id WHERE c.rate_per_second = 100`,
    );
    // Six batches of a second's worth each: five seconds lie between the first and the last.
    expect(500 / (spread?.seconds ?? 0)).toBeGreaterThan(85);
    expect(500 / (spread?.seconds ?? 0)).toBeLessThan(115);
  });

  it('to several lists sends one text to a number that is in both, and none to a suppressed one', async () => {
    const account = await world.createAccount(100);
    const [one, two] = [makePhones(20, '+88694'), makePhones(30, '+88694').slice(10)];
    const listIds = [await world.createList(account, one), await world.createList(account, two)];
    const [silent = ''] = one;
    await world.api.call('POST', '/v1/suppressions', { cookie: account.cookie, body: { phone: silent } });
    const id = await world.createCampaign(account, { listIds });
    await world.act(account, id, 'launch');
    const done = await world.waitUntilFinished(account, id);
    expect(done).toMatchObject({ messages: 29, counters: { delivered: 29 }, points: { captured: '29' } });
    expect(await world.readPhone(silent)).toEqual([]);
    // The first list's name counts for a number in both.
    expect(await world.readPhone('+886940000015')).toMatchObject([
      { body: expect.stringContaining('Hello Guest 16,') as string },
    ]);
  });

  it('is the last one for a phone that replies STOP', async () => {
    const account = await world.createAccount(100);
    const phones = makePhones(3, '+88695');
    const listIds = [await world.createList(account, phones)];
    const sender = `STOP${queue === 'redis' ? 'R' : 'P'}`;
    const first = await world.createCampaign(account, { listIds, sender });
    await world.act(account, first, 'launch');
    await world.waitUntilFinished(account, first);
    const [leaver = ''] = phones;
    await world.replyFrom(leaver, sender, 'STOP');
    const { data } = (await world.api.call('GET', '/v1/inbound-messages', { cookie: account.cookie })).body;
    expect(data).toMatchObject([{ from: leaver, to: sender, body: 'STOP' }]);
    const second = await world.createCampaign(account, { listIds, sender });
    await world.act(account, second, 'launch');
    expect(await world.waitUntilFinished(account, second)).toMatchObject({
      messages: 2,
      counters: { delivered: 2 },
    });
    expect(await world.readPhone(leaver)).toHaveLength(1);
  });
});
