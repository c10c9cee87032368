import { SubmitMessageUseCase } from '../singles/submit-message.use-case.js';
import { Outbox, SecretBox } from '#platform';
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
const HOUR = 3_600;

describe('the sweeper of messages', () => {
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

  const control = (batch: bigint, value: 'pause' | 'cancel') =>
    desk.query('UPDATE batches SET control = $2::batch_control WHERE id = $1', [batch, value]);

  describe('takes over the batches of a dead worker', () => {
    it('after ten seconds of silence, not before', async () => {
      const batch = await desk.createBatch({ accountId });
      await desk.begin(batch);
      await desk.age(batch, 9);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sending', queued: 1 });
      await desk.age(batch, 2);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', unknown: 1, unresolved: 1 });
    });

    it('with just the positions of the intent in doubt, and the rest waiting', async () => {
      const batch = await desk.createBatch({ accountId, size: 5, isSecret: true, lane: 'otp' });
      const { claim, messages } = await desk.begin(batch);
      const chunk = { messages: messages.slice(0, 2), from: 0, upto: 2 };
      const next = { messages: messages.slice(2, 4), from: 2, upto: 4 };
      const outcomes = [accepted('d1'), accepted('d2')];
      expect(await desk.outcomes.execute(claim, desk.gatewayId, chunk, outcomes, next)).toBe(true);
      await desk.age(batch, 11);
      await desk.recover.execute();
      expect(await desk.showMessages(batch)).toEqual([
        'accepted open',
        'accepted open',
        'unknown open',
        'unknown open',
        'queued open',
      ]);
      expect(await desk.showBatch(batch)).toEqual({
        state: 'ready',
        accepted: 2,
        unknown: 2,
        unresolved: 2,
        queued: 1,
      });
      const secrets = await desk.query<{ id: bigint }>('SELECT message_id AS id FROM message_secrets');
      expect(secrets).toEqual([{ id: messageOf(batch, 4) }]);
    });

    it('that had sent nothing yet, with nothing in doubt', async () => {
      const batch = await desk.createBatch({ accountId, size: 3 });
      await desk.batches.claim(batch, desk.gatewayId);
      await desk.age(batch, 11);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'ready', queued: 3 });
    });

    it('that had recorded its last answer and not said so', async () => {
      const batch = await desk.createBatch({ accountId });
      const sending = await desk.begin(batch);
      await desk.record(sending, [refused]);
      await desk.age(batch, 11);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', refused: 1 });
    });

    it('once, when two workers sweep at the same time', async () => {
      const batch = await desk.createBatch({ accountId, size: 10 });
      await desk.begin(batch);
      await desk.age(batch, 11);
      await Promise.all(Array.from({ length: 4 }, () => desk.recover.execute()));
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', unknown: 10, unresolved: 10 });
      expect(await desk.countRows('unresolved_submissions', batch)).toBe(10);
    });
  });

  it.each([
    ['bulk', 31, 29],
    ['otp', 6, 4],
    ['transactional', 6, 4],
  ] as const)(
    'lets a batch of the lane %s wait again when the queue lost its job',
    async (lane, lost, kept) => {
      const batch = await desk.createBatch({ accountId, lane });
      await desk.query(`UPDATE batches SET state = 'queued', queued_at = now() WHERE id = $1`, [batch]);
      await desk.age(batch, kept);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toMatchObject({ state: 'queued' });
      await desk.age(batch, lost - kept);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toMatchObject({ state: 'ready' });
    },
  );

  describe('ends what waits', () => {
    it('in cancelled batches, and gives the points back', async () => {
      const batch = await desk.createBatch({ accountId, size: 4, isSecret: true, lane: 'otp' });
      await desk.send(batch, [accepted('w1'), deferred, deferred, deferred]);
      await control(batch, 'cancel');
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 1, cancelled: 3 });
      expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, PRICE]);
      expect(await desk.countRows('message_secrets', batch)).toBe(0);
      await desk.apply(receiptOf('w1'));
      expect(await desk.showBatch(batch)).toEqual({ state: 'closed', delivered: 1, cancelled: 3 });
    });

    it('too long, also while paused', async () => {
      const batches = [
        await desk.createBatch({ accountId, size: 2, validitySeconds: 60 }),
        await desk.createBatch({ accountId, size: 2, validitySeconds: 60 }),
      ];
      await control(batches[1] ?? 0n, 'pause');
      for (const batch of batches) await desk.age(batch, 61);
      await desk.recover.execute();
      for (const batch of batches)
        expect(await desk.showBatch(batch)).toEqual({ state: 'closed', expired: 2 });
      expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
    });

    it('but not what somebody is sending right now', async () => {
      const batch = await desk.createBatch({ accountId, size: 2 });
      const sending = await desk.begin(batch);
      await control(batch, 'cancel');
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sending', queued: 2 });
      await desk.record(sending, [accepted('n1'), deferred]);
      await desk.batches.release(sending.claim, 0);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 1, cancelled: 1 });
    });

    it('of more batches than fit into one step', async () => {
      const batches: bigint[] = [];
      for (let at = 0; at < 45; at++) batches.push(await desk.createBatch({ accountId }));
      for (const batch of batches) await control(batch, 'cancel');
      await desk.recover.endWaiting();
      const open = await desk.query(`SELECT id FROM batches WHERE id = ANY($1) AND state <> 'closed'`, [
        batches,
      ]);
      expect(open).toEqual([]);
      expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
    });
  });

  describe('ends the doubt about a submission', () => {
    it('after its grace: it stays unknown, and is not charged', async () => {
      const batch = await desk.createBatch({ accountId, size: 2 });
      await desk.send(batch, [unknown, accepted('g1')]);
      await desk.age(batch, 59);
      await desk.recover.execute();
      expect(await desk.showMessages(batch)).toEqual(['unknown open', 'accepted open']);
      await desk.age(batch, 2);
      await desk.recover.execute();
      expect(await desk.showMessages(batch)).toEqual(['unknown released', 'accepted open']);
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', unknown: 1, accepted: 1 });
      expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, PRICE]);
    });

    it('by sending it again where the customer chose that', async () => {
      const batch = await desk.createBatch({ accountId, size: 2, resendsUnknown: true });
      await desk.send(batch, [unknown, accepted('s1')]);
      await desk.age(batch, 61);
      await desk.recover.execute();
      expect(await desk.showBatch(batch)).toEqual({ state: 'ready', queued: 1, accepted: 1 });
      await desk.send(batch, [accepted('s2')]);
      expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 2 });
    });

    it('without sending it again when the campaign was cancelled or its time is over', async () => {
      const cancelled = await desk.createBatch({ accountId, resendsUnknown: true });
      const overdue = await desk.createBatch({ accountId, resendsUnknown: true, validitySeconds: 30 });
      for (const batch of [cancelled, overdue]) {
        await desk.send(batch, [unknown]);
        await desk.age(batch, 61);
      }
      await control(cancelled, 'cancel');
      await desk.recover.execute();
      for (const batch of [cancelled, overdue])
        expect(await desk.showBatch(batch)).toEqual({ state: 'closed', unknown: 1 });
      expect(await desk.balance(accountId)).toEqual([POINTS, 0n]);
    });
  });

  it('closes and charges accepted messages whose receipt never came, 72 hours after their validity', async () => {
    const batch = await desk.createBatch({ accountId, size: 2, validitySeconds: HOUR });
    await desk.send(batch, [accepted('u1'), accepted('u2')]);
    await desk.age(batch, 73 * HOUR - 60);
    await desk.recover.execute();
    expect(await desk.showBatch(batch)).toEqual({ state: 'sent', accepted: 2 });
    await desk.age(batch, 61);
    await desk.recover.execute();
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', unconfirmed: 2 });
    expect(await desk.balance(accountId)).toEqual([POINTS - 2n * PRICE, 0n]);
    await desk.apply(receiptOf('u1', 'expired'));
    expect(await desk.showMessages(batch)).toEqual(['expired captured', 'unconfirmed captured']);
    expect(await desk.showBatch(batch)).toEqual({ state: 'closed', expired: 1, unconfirmed: 1 });
  });

  it('closes the hold of a single message that has ended', async () => {
    const secrets = new SecretBox('a key of at least thirty-two characters');
    const submit = new SubmitMessageUseCase(new Outbox(), secrets);
    const { messageId, holdId } = await test.database.inSystem(async (tx) => {
      const hold = await desk.ledger.hold(tx, {
        accountId,
        amount: PRICE,
        key: 'single',
        reference: { kind: 'message', id: 'single' },
        expiresAt: new Date(Date.now() + 86_400_000),
      });
      const sent = await submit.execute(tx, {
        accountId,
        lane: 'transactional',
        to: '+886912345678',
        sender: null,
        text: 'Hello',
        isSecret: false,
        validitySeconds: 60,
        hold: { holdId: hold.holdId, price: PRICE },
      });
      return { ...sent, ...hold };
    });
    await desk.send(messageId / 512n, [accepted('single-1')]);
    await desk.recover.execute();
    const status = async () => desk.query(`SELECT status FROM holds WHERE id = $1`, [holdId]);
    expect(await status()).toEqual([{ status: 'open' }]);
    await desk.apply(receiptOf('single-1'));
    await desk.recover.execute();
    expect(await status()).toEqual([{ status: 'closed' }]);
    expect(await desk.balance(accountId)).toEqual([POINTS - PRICE, 0n]);
  });
});
