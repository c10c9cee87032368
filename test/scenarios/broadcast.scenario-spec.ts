import { queueKinds } from '#testing';
import { textOf } from '../e2e/api-harness.js';
import { makePhones, World } from './world.js';

describe.each(queueKinds())('a broadcast, with the queue on %s', (queue) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ queue });
    await world.startWorker();
  });
  afterAll(() => world.stop());

  it('reaches everybody once, is charged by the part, and ends with a balanced ledger', async () => {
    const account = await world.createAccount(5_000);
    const listId = await world.createList(account, makePhones(2_000));
    const campaignId = await world.createCampaign(account, { listIds: [listId] });

    const preview = await world.act(account, campaignId, 'preview');
    expect(preview.body).toMatchObject({ recipients: 2_000, parts: 2_000, points: '2000' });

    const launch = await world.act(account, campaignId, 'launch', 'launch-1');
    expect(launch).toMatchObject({
      status: 200,
      body: { status: 'sending', recipients: 2_000, points: '2000' },
    });

    const done = await world.waitUntilFinished(account, campaignId);
    expect(done).toMatchObject({
      status: 'done',
      messages: 2_000,
      counters: { delivered: 2_000, queued: 0, accepted: 0, unknown: 0 },
      points: { held: '0', captured: '2000', released: '0' },
    });
    expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
    expect(await world.balance(account)).toMatchObject({ available: '3050', held: '0' });
    expect(await world.findProblems()).toEqual([]);
  });

  it('answers a repeated launch with the first answer and holds nothing more', async () => {
    const account = await world.createAccount(100);
    const listId = await world.createList(account, makePhones(10));
    const campaignId = await world.createCampaign(account, { listIds: [listId] });
    const launches = await Promise.all(
      Array.from({ length: 10 }, () => world.act(account, campaignId, 'launch', 'double-click')),
    );
    const accepted = launches.filter(({ status }) => status === 200);
    const waiting = launches.filter(({ body }) => textOf(body.code) === 'idempotency.in_progress');
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length + waiting.length).toBe(10);
    const replay = await world.act(account, campaignId, 'launch', 'double-click');
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    const other = await world.act(account, campaignId, 'launch', 'another-key');
    expect(other).toMatchObject({ status: 409, body: { code: 'campaigns.state_conflict' } });
    await world.waitUntilFinished(account, campaignId);
    expect(await world.balance(account)).toMatchObject({ available: '140', held: '0' });
  });

  it('refuses a broadcast the balance cannot cover and holds nothing', async () => {
    const account = await world.createAccount(5);
    const listId = await world.createList(account, makePhones(100));
    const campaignId = await world.createCampaign(account, { listIds: [listId] });
    const launch = await world.act(account, campaignId, 'launch');
    expect(launch).toMatchObject({ status: 402, body: { code: 'credits.insufficient' } });
    expect(await world.show(account, campaignId)).toMatchObject({ status: 'draft', messages: 0 });
    expect(await world.balance(account)).toMatchObject({ available: '55', held: '0' });
  });

  it('gives points back for what the carrier refused or could not deliver in time', async () => {
    const account = await world.createAccount(100);
    const phones = [
      '+886911990001', // refused
      '+886911990002', // undelivered
      '+886911990003', // expired
      '+886911990006', // receipt twice
      '+886911990007', // receipt before the response
      '+886911990008', // throttled at first
      ...makePhones(4),
    ];
    const listId = await world.createList(account, phones);
    const campaignId = await world.createCampaign(account, { listIds: [listId] });
    await world.act(account, campaignId, 'launch');
    const done = await world.waitUntilFinished(account, campaignId);
    expect(done).toMatchObject({
      counters: { delivered: 7, refused: 1, undelivered: 1, expired: 1 },
      points: { held: '0', captured: '8', released: '2' },
    });
    expect(await world.findProblems()).toEqual([]);
  });

  it('leaves what got no answer unknown, and learns the end of it from the receipt', async () => {
    const account = await world.createAccount(100);
    const listId = await world.createList(account, ['+886911990010', ...makePhones(3, '+88692')]);
    const campaignId = await world.createCampaign(account, { listIds: [listId] });
    await world.act(account, campaignId, 'launch');
    const done = await world.waitUntilFinished(account, campaignId);
    expect(done).toMatchObject({ counters: { delivered: 4, unknown: 0 }, points: { captured: '4' } });
    expect(await world.simulatorStats()).toMatchObject({ duplicateParts: 0 });
    expect(await world.findProblems()).toEqual([]);
  });

  it('sends personalised texts in several parts, one after the other', async () => {
    const account = await world.createAccount(100);
    const listId = await world.createList(account, makePhones(20, '+88693'));
    const body = `親愛的 {{name}}，${'秋季特賣全館八折，會員再享點數三倍送。'.repeat(5)}`;
    const campaignId = await world.createCampaign(account, { listIds: [listId], body });
    await world.act(account, campaignId, 'launch');
    const done = await world.waitUntilFinished(account, campaignId);
    expect(done).toMatchObject({
      messages: 20,
      parts: 40,
      counters: { delivered: 20 },
      points: { captured: '40' },
    });
    const answer = await fetch(`${world.simulator.httpUrl}/simulator/api/phones/+886930000007/messages`);
    const { data } = (await answer.json()) as { data: { body: string; parts: number }[] };
    expect(data[0]).toMatchObject({ body: body.replace('{{name}}', 'Guest 8'), parts: 2 });
  });
});
