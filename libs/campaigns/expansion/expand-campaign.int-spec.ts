import { createTestDatabase, type TestDatabase } from '#testing';
import { CampaignDesk, NEVER } from '../campaigns.fixture-spec.js';

describe('the expansion of a campaign', () => {
  let test: TestDatabase;
  let desk: CampaignDesk;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = new CampaignDesk(test.database);
  });
  beforeEach(() => desk.openAccount(20_000));
  afterEach(async () => {
    expect(await desk.findProblems()).toEqual([]);
  });
  afterAll(() => test.drop());

  const launch = async (count: number, fields: object = {}): Promise<{ id: string; listId: string }> => {
    const listId = await desk.createList(count);
    const id = await desk.createDraft(listId, fields);
    await desk.launch(id);
    return { id, listId };
  };

  it('gives every recipient one message, in batches of 500', async () => {
    const { id } = await launch(1_234);
    let wakes = 0;
    await desk.expand.execute(id, NEVER, () => wakes++);
    expect(await desk.count(id)).toEqual({ messages: 1_234, recipients: 1_234, batches: 3, largest: 500 });
    expect(await desk.show(id)).toMatchObject({
      isExpanded: true,
      expandedPrice: 1_234_000n,
      held: 1_234_000n,
    });
    expect(wakes).toBe(1);
  });

  it('travels in batches of a second where the campaign has a rate', async () => {
    const { id } = await launch(1_000, { ratePerSecond: 60 });
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 1_000, batches: 17, largest: 60 });
    const paces = await desk.query('SELECT DISTINCT pace_ms AS pace FROM batches WHERE campaign_id = $1', [
      id,
    ]);
    expect(paces).toEqual([{ pace: 1_000 }]);
  });

  it('adds nothing when it is run again, or by four workers at once', async () => {
    const { id } = await launch(6_000);
    await Promise.all(Array.from({ length: 4 }, () => desk.expand.execute(id, NEVER)));
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 6_000, recipients: 6_000 });
  });

  it('goes on behind the last page when its worker died, after its silence was noticed', async () => {
    const { id } = await launch(12_000);
    const die = () => {
      throw new Error('the worker was killed');
    };
    await expect(desk.expand.execute(id, NEVER, die)).rejects.toThrow('killed');
    expect(await desk.count(id)).toMatchObject({ messages: 5_000 });
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 5_000 });
    await desk.ageExpansion(id, 21);
    const before = await desk.countJobs(id);
    await desk.start.requeueExpansions();
    expect(await desk.countJobs(id)).toBe(before + 1);
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 12_000, recipients: 12_000 });
  });

  it('can write nothing any more once another worker has taken over', async () => {
    const { id } = await launch(12_000);
    let takeover: Promise<unknown> = Promise.resolve();
    let chunks = 0;
    await desk.expand.execute(id, NEVER, () => {
      if (++chunks === 1)
        takeover = desk.query('UPDATE campaigns SET expand_epoch = expand_epoch + 1 WHERE id = $1', [id]);
    });
    await takeover;
    expect((await desk.count(id)).messages).toBeLessThan(12_000);
    await desk.ageExpansion(id, 21);
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 12_000, recipients: 12_000 });
  });

  it('is handed over at once by a worker that stops', async () => {
    const { id } = await launch(12_000);
    const stopping = new AbortController();
    await desk.expand.execute(id, stopping.signal, () => stopping.abort());
    expect(await desk.count(id)).toMatchObject({ messages: 5_000 });
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 12_000, recipients: 12_000 });
  });

  it('ends at a pause, and goes on at once after the resume', async () => {
    const { id } = await launch(12_000);
    let paused: Promise<unknown> = Promise.resolve();
    await desk.expand.execute(id, NEVER, () => {
      paused = desk.control.pause(desk.accountId, id).catch(() => undefined);
    });
    await paused;
    const { messages } = await desk.count(id);
    expect(messages).toBeLessThan(12_000);
    const states = await desk.query('SELECT DISTINCT control FROM batches WHERE campaign_id = $1', [id]);
    expect(states).toEqual([{ control: 'pause' }]);
    await desk.control.resume(desk.accountId, id);
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 12_000, recipients: 12_000 });
    expect((await desk.show(id)).isExpanded).toBe(true);
  });

  it('makes no message after a cancel', async () => {
    const { id } = await launch(100);
    await desk.control.cancel(desk.accountId, id);
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 0 });
    await desk.finish.execute();
    expect(await desk.balance()).toEqual([20_000, 0]);
  });

  it('holds more points for a list that has grown since the launch', async () => {
    const { id, listId } = await launch(100);
    await desk.grow(listId, 100, 150);
    await desk.expand.execute(id, NEVER);
    expect(await desk.count(id)).toMatchObject({ messages: 150 });
    expect(await desk.balance()).toEqual([19_850, 150]);
  });

  it('pauses before anything unpaid exists when the list has grown beyond the points, and goes on when there are more', async () => {
    await desk.openAccount(100);
    const { id, listId } = await launch(100);
    await desk.grow(listId, 100, 150);
    await desk.expand.execute(id, NEVER);
    expect(await desk.show(id)).toMatchObject({
      state: 'paused',
      pauseReason: 'credits.insufficient',
      isExpanded: false,
      expandedPrice: 0n,
      held: 100_000n,
    });
    expect([await desk.count(id), await desk.balance()]).toMatchObject([{ messages: 0 }, [0, 100]]);
    const { accountId } = desk;
    await desk.database.inSystem((tx) =>
      desk.ledger.topUp(tx, { accountId, amount: 60_000n, key: 'second' }),
    );
    await desk.control.resume(accountId, id);
    await desk.expand.execute(id, NEVER);
    expect([await desk.count(id), await desk.balance()]).toMatchObject([{ messages: 150 }, [10, 150]]);
  });

  it('gives back what a list that has shrunk does not need', async () => {
    const { id, listId } = await launch(100);
    await desk.query('DELETE FROM contacts WHERE list_id = $1', [listId]);
    await desk.expand.execute(id, NEVER);
    await desk.finish.execute();
    expect(await desk.show(id)).toMatchObject({ state: 'done', finishedAt: expect.any(Date) as Date });
    expect(await desk.balance()).toEqual([20_000, 0]);
  });

  it('refuses, visibly and for nothing, what cannot be sent', async () => {
    const { id } = await launch(3, { body: '{{name}}' });
    await desk.query(`UPDATE contacts SET variables = '{}' WHERE phone = '+886900000001'`);
    await desk.expand.execute(id, NEVER);
    const messages = await desk.query(
      `SELECT m.state, m.settlement, m.error, m.price FROM messages m JOIN batches b ON b.id = m.id / 512
        WHERE b.campaign_id = $1 ORDER BY m.id`,
      [id],
    );
    const waiting = { state: 'queued', settlement: 'open', error: null, price: 1_000n };
    const refused = { state: 'refused', settlement: 'released', error: 'messages.text_empty', price: 0n };
    expect(messages).toEqual([waiting, refused, waiting]);
  });
});
