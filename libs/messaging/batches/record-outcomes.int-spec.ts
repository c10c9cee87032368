import { createTestDatabase, type TestDatabase } from '#testing';
import {
  accepted,
  deferred,
  messageOf,
  MessagingDesk,
  PRICE,
  receiptOf,
  refused,
  unknown,
} from '../messaging.fixture-spec.js';

const POINTS = 100_000n;

describe('the outcomes of a batch', () => {
  let test: TestDatabase;
  let desk: MessagingDesk;
  let accountId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = await MessagingDesk.open(test.database);
  });
  beforeEach(async () => {
    accountId = await desk.openAccount(POINTS);
    await desk.forgetDoubts();
  });
  afterEach(async () => {
    expect(await desk.findProblems()).toEqual([]);
  });
  afterAll(() => test.drop());

  it('move messages, counters and points together', async () => {
    const batch = await desk.createBatch({ accountId, size: 4 });
    await desk.send(batch, [accepted('r1'), refused, unknown, deferred]);
    expect(await desk.showMessages(batch)).toEqual([
      'accepted open',
      'refused released',
      'unknown open',
      'queued open',
    ]);
    expect(await desk.showBatch(batch)).toEqual({
      state: 'ready',
      queued: 1,
      accepted: 1,
      refused: 1,
      unknown: 1,
      unresolved: 1,
    });
    expect(await desk.balance(accountId)).toEqual([POINTS - 3n * PRICE, 3n * PRICE]);
  });

  it('keep every part under the id the carrier gave it', async () => {
    const batch = await desk.createBatch({ accountId, parts: 3 });
    await desk.send(batch, [accepted('p1', 'p2', 'p3')]);
    const parts = await desk.query<{ part: number; providerId: string }>(
      'SELECT part, provider_id AS "providerId" FROM message_parts WHERE message_id = $1 ORDER BY part',
      [messageOf(batch, 0)],
    );
    expect(parts).toEqual([1, 2, 3].map((part) => ({ part, providerId: `p${part}` })));
  });

  it('erase secret texts that left, and keep those that wait', async () => {
    const batch = await desk.createBatch({ accountId, size: 4, isSecret: true, lane: 'otp' });
    await desk.send(batch, [accepted('s1'), refused, unknown, deferred]);
    const left = await desk.query<{ id: bigint }>('SELECT message_id AS id FROM message_secrets');
    expect(left).toEqual([{ id: messageOf(batch, 3) }]);
  });

  it('close a batch of which nothing is open', async () => {
    const batch = await desk.createBatch({ accountId, size: 2 });
    await desk.send(batch, [refused, refused]);
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', refused: 2 });
    expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
  });

  it('that are missing count as unknown', async () => {
    const batch = await desk.createBatch({ accountId, size: 2 });
    await desk.send(batch, [accepted('m1')]);
    expect(await desk.showMessages(batch)).toEqual(['accepted open', 'unknown open']);
  });

  it('change nothing when they are recorded twice', async () => {
    const batch = await desk.createBatch({ accountId, size: 3 });
    const sending = await desk.begin(batch);
    const outcomes = [accepted('t1'), refused, unknown];
    await desk.record(sending, outcomes);
    const before = [await desk.showBatch(batch), await desk.balance(accountId)];
    await desk.record(sending, outcomes);
    expect([await desk.showBatch(batch), await desk.balance(accountId)]).toEqual(before);
  });

  describe('of a worker that was given up', () => {
    it('still tell the truth: unknown becomes accepted or refused', async () => {
      const batch = await desk.createBatch({ accountId, size: 3 });
      const zombie = await desk.begin(batch);
      await desk.age(batch, 11);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', unknown: 3, unresolved: 3 });
      await desk.record(zombie, [accepted('z1'), refused, unknown]);
      expect(await desk.showMessages(batch)).toEqual(['accepted open', 'refused released', 'unknown open']);
      expect(await desk.showBatch(batch)).toEqual({
        state: 'sent',
        accepted: 1,
        refused: 1,
        unknown: 1,
        unresolved: 1,
      });
      expect(await desk.balance(accountId)).toEqual([POINTS - 2n * PRICE, 2n * PRICE]);
    });

    it('commit no intent any more, and do not end the claim of another', async () => {
      const batch = await desk.createBatch({ accountId, size: 2 });
      const zombie = await desk.begin(batch);
      await desk.record(zombie, [accepted('y1'), deferred]);
      await desk.age(batch, 11);
      await desk.recover.execute();
      const next = await desk.begin(batch);
      expect(next.messages.map(({ id }) => id)).toEqual([messageOf(batch, 1)]);
      expect(await desk.batches.commitIntent(zombie.claim, 0, 2)).toBe(false);
      await desk.batches.release(zombie.claim, 0);
      expect(await desk.showBatch(batch)).toMatchObject({ state: 'sending' });
      await desk.record(next, [accepted('y2')]);
      await desk.batches.release(next.claim, 0);
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 2 });
    });
  });

  it.each(['pause', 'cancel'])('announce no further chunk after a %s, and are kept', async (control) => {
    const batch = await desk.createBatch({ accountId, size: 2 });
    const { claim, messages } = await desk.begin(batch);
    const [chunk, next] = [0, 1].map((at) => ({
      messages: messages.slice(at, at + 1),
      from: at,
      upto: at + 1,
    }));
    await desk.query('UPDATE batches SET control = $2::batch_control WHERE id = $1', [batch, control]);
    if (!chunk) throw new Error('there are two messages');
    const outcomes = [accepted(`chunk-${control}`)];
    expect(await desk.outcomes.execute(claim, desk.gatewayId, chunk, outcomes, next)).toBe(false);
    expect(await desk.batches.commitIntent(claim, 1, 2)).toBe(false);
    expect(await desk.showMessages(batch)).toEqual(['accepted open', 'queued open']);
  });

  describe('that come late', () => {
    it('resolve an unknown message once', async () => {
      const batch = await desk.createBatch({ accountId });
      await desk.send(batch, [unknown]);
      for (let time = 0; time < 2; time++)
        await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 0), accepted('late-1'));
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 1 });
      await desk.apply(receiptOf('late-1'));
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
      expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
    });

    it('and refuse the last open message close its batch', async () => {
      const batch = await desk.createBatch({ accountId });
      await desk.send(batch, [unknown]);
      await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 0), refused);
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', refused: 1 });
      expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
    });

    it('after the grace change the state and no points', async () => {
      const batch = await desk.createBatch({ accountId, size: 2 });
      await desk.send(batch, [unknown, unknown]);
      await desk.age(batch, 61);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', unknown: 2 });
      await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 0), accepted('late-2'));
      await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 1), refused);
      expect(await desk.showMessages(batch)).toEqual(['unconfirmed released', 'refused released']);
      await desk.apply(receiptOf('late-2'));
      expect(await desk.showMessages(batch)).toEqual(['delivered released', 'refused released']);
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1, refused: 1 });
      expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
    });

    it('and say nothing certain change nothing', async () => {
      const batch = await desk.createBatch({ accountId });
      await desk.send(batch, [unknown]);
      await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 0), deferred);
      await desk.outcomes.resolveLate(desk.gatewayId, messageOf(batch, 0), unknown);
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', unknown: 1, unresolved: 1 });
    });
  });
});
