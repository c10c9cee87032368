import { createTestDatabase, type TestDatabase } from '#testing';
import { accepted, messageOf, MessagingDesk, PRICE, receiptOf, unknown } from '../messaging.fixture-spec.js';

const POINTS = 100_000n;

describe('receipts', () => {
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

  const sendOne = async (providerIds: string[], options: object = {}): Promise<bigint> => {
    const batch = await desk.createBatch({ accountId, parts: providerIds.length, ...options });
    await desk.send(batch, [accepted(...providerIds)]);
    return batch;
  };

  it.each([
    ['delivered', 'capture', 'delivered captured'],
    ['delivered', 'release', 'delivered captured'],
    ['undelivered', 'capture', 'undelivered captured'],
    ['undelivered', 'release', 'undelivered released'],
    ['expired', 'capture', 'expired released'],
    ['expired', 'release', 'expired released'],
  ] as const)(
    'of %s under the policy "%s" end the message as %s',
    async (state, undeliveredPolicy, expected) => {
      const id = `policy-${state}-${undeliveredPolicy}`;
      const batch = await sendOne([id], { undeliveredPolicy });
      await desk.apply(receiptOf(id, state));
      expect(await desk.showMessages(batch)).toEqual([expected]);
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', [state]: 1 });
      const isFree = expected.endsWith('released');
      expect(await desk.balance(accountId)).toEqual([isFree ? POINTS : POINTS - PRICE, 0n]);
    },
  );

  it('that come twice, together or later, count once and leave nothing behind', async () => {
    const batch = await sendOne(['twice']);
    await desk.apply(receiptOf('twice', 'delivered', 0), receiptOf('twice', 'undelivered', 0));
    await desk.apply(receiptOf('twice', 'delivered', 0));
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
    expect(await desk.countInbox()).toBe(0);
  });

  it('that come twice by the thousand keep nobody busy', async () => {
    const ids = Array.from({ length: 500 }, (_, place) => `storm-${place}`);
    const batch = await desk.createBatch({ accountId, size: 500, price: 1n });
    await desk.send(
      batch,
      ids.map((id) => accepted(id)),
    );
    const storm = ids.map((id) => receiptOf(id));
    for (let time = 0; time < 3; time++) await desk.apply(...storm);
    await desk.inbox.execute();
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 500 });
  });

  it('that come twice say nothing of another message to the same phone', async () => {
    await sendOne(['first-text']);
    const doubtful = await desk.createBatch({ accountId });
    await desk.send(doubtful, [unknown]);
    await desk.apply(receiptOf('first-text', 'delivered', 0));
    await desk.apply(receiptOf('first-text', 'delivered', 0));
    await desk.age(doubtful, 5);
    await desk.inbox.execute();
    expect(await desk.showMessages(doubtful)).toEqual(['unknown open']);
    await desk.age(doubtful, 61);
    await desk.recover.execute();
  });

  it('that contradict the first one change nothing', async () => {
    const batch = await sendOne(['firm']);
    await desk.apply(receiptOf('firm', 'undelivered'));
    await desk.apply(receiptOf('firm', 'delivered'));
    expect(await desk.showMessages(batch)).toEqual(['undelivered captured']);
  });

  it('of all parts, in any order and in several batches, deliver a message', async () => {
    const batch = await sendOne(['a1', 'a2', 'a3']);
    await desk.apply(receiptOf('a3'));
    await desk.apply(receiptOf('a1'));
    expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 1 });
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, PRICE]);
    await desk.apply(receiptOf('a2'));
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
  });

  it('of all parts may come in one batch', async () => {
    const batch = await sendOne(['b1', 'b2']);
    await desk.apply(receiptOf('b2'), receiptOf('b1'));
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
  });

  it('of one failed part fail the message, whatever the others say later', async () => {
    const batch = await sendOne(['c1', 'c2']);
    await desk.apply(receiptOf('c2', 'expired'));
    await desk.apply(receiptOf('c1'));
    expect(await desk.showMessages(batch)).toEqual(['expired released']);
    expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
  });

  it('keep the words of the carrier with the part and the message', async () => {
    const batch = await sendOne(['words']);
    await desk.apply(receiptOf('words', 'undelivered'));
    const rows = await desk.query(
      `SELECT m.error, p.receipt_detail AS detail FROM messages m JOIN message_parts p ON p.message_id = m.id
        WHERE m.id = $1`,
      [messageOf(batch, 0)],
    );
    expect(rows).toEqual([{ error: 'undelivered 012', detail: 'undelivered 012' }]);
  });

  it('of two accounts in one batch settle each from its own hold', async () => {
    const other = await desk.openAccount(POINTS);
    const mine = await sendOne(['mine']);
    const theirs = await desk.createBatch({ accountId: other, size: 2 });
    await desk.send(theirs, [accepted('theirs-1'), accepted('theirs-2')]);
    await desk.apply(receiptOf('theirs-1'), receiptOf('mine'), receiptOf('theirs-2', 'expired'));
    expect([await desk.showBatch(mine), await desk.showBatch(theirs)]).toEqual([
      { state: 'closed', delivered: 1 },
      { state: 'closed', delivered: 1, expired: 1 },
    ]);
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
    expect(await desk.balance(other)).toEqual([POINTS - PRICE, 0n]);
  });

  it('of another gateway with the same id are not for this message', async () => {
    const batch = await sendOne(['shared-id']);
    await desk.receipts.execute(desk.gatewayId + 1, [receiptOf('shared-id')]);
    expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 1 });
    await desk.apply(receiptOf('shared-id'));
    await desk.query('DELETE FROM receipt_inbox');
  });

  it('go to the newest message where a carrier used an id again', async () => {
    const old = await sendOne(['reused']);
    const young = await sendOne(['reused']);
    await desk.apply(receiptOf('reused'));
    expect([await desk.showBatch(old), await desk.showBatch(young)]).toEqual([
      { state: 'sent', accepted: 1 },
      { state: 'closed', delivered: 1 },
    ]);
    await desk.apply(receiptOf('reused'));
  });

  it('that beat the answer to their submission wait, and count when it is there', async () => {
    const batch = await desk.createBatch({ accountId });
    const sending = await desk.begin(batch);
    await desk.apply(receiptOf('early', 'delivered', 0));
    expect(await desk.countInbox()).toBe(1);
    await desk.record(sending, [accepted('early')]);
    await desk.batches.release(sending.claim, 0);
    await desk.inbox.execute();
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
    expect(await desk.countInbox()).toBe(0);
  });

  it('tell the end of a submission whose answer was lost, by the phone they name', async () => {
    const batch = await desk.createBatch({ accountId, parts: 2 });
    await desk.send(batch, [unknown]);
    await desk.apply(receiptOf('lost-1', 'delivered', 0));
    await desk.age(batch, 5);
    await desk.inbox.execute();
    expect(await desk.showMessages(batch)).toEqual(['unknown open']);
    await desk.apply(receiptOf('lost-2', 'delivered', 0));
    await desk.age(batch, 5);
    await desk.inbox.execute();
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1 });
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
  });

  it('prove nothing where two submissions to the phone are in doubt', async () => {
    const batches = [await desk.createBatch({ accountId }), await desk.createBatch({ accountId })];
    for (const batch of batches) await desk.send(batch, [unknown]);
    await desk.apply(receiptOf('whose', 'delivered', 0));
    for (const batch of batches) await desk.age(batch, 61);
    await desk.inbox.execute();
    for (const batch of batches) expect(await desk.showMessages(batch)).toEqual(['unknown open']);
    await desk.recover.execute();
    await desk.query('DELETE FROM receipt_inbox');
  });

  it('that nobody asks for are forgotten after 72 hours', async () => {
    const batch = await desk.createBatch({ accountId });
    await desk.apply(receiptOf('stranger'));
    await desk.age(batch, 71 * 3_600);
    await desk.inbox.execute();
    expect(await desk.countInbox()).toBe(1);
    await desk.age(batch, 3_601);
    await desk.inbox.execute();
    expect(await desk.countInbox()).toBe(0);
  });

  it('are applied a thousand at a time, by two workers at once', async () => {
    const batches = await Promise.all([0, 1].map(() => desk.createBatch({ accountId, size: 40 })));
    const ids = (batch: bigint) => Array.from({ length: 40 }, (_, place) => `bulk-${batch}-${place}`);
    for (const batch of batches)
      await desk.send(
        batch,
        ids(batch).map((id) => accepted(id)),
      );
    const all = batches.flatMap(ids).map((id) => receiptOf(id));
    await Promise.all([desk.apply(...all), desk.apply(...[...all].reverse())]);
    for (const batch of batches)
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 40 });
    expect(await desk.balance(accountId)).toEqual([POINTS - 80n * PRICE, 0n]);
  });
});
