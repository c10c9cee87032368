import { SuppressNumberUseCase } from '#contacts';
import { createTestDatabase, type TestDatabase } from '#testing';
import { LOGGER, MessagingDesk } from '../messaging.fixture-spec.js';
import { InboundReader } from './inbound.reader.js';
import { StoreInboundUseCase } from './store-inbound.use-case.js';

const AMY = '+886912000001';

describe('what a phone sends back', () => {
  let test: TestDatabase;
  let desk: MessagingDesk;
  let storeInbound: StoreInboundUseCase;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = await MessagingDesk.open(test.database);
    storeInbound = new StoreInboundUseCase(test.database, new SuppressNumberUseCase(), LOGGER);
  });
  afterAll(() => test.drop());

  const store = (text: string, to: string, from = AMY) =>
    storeInbound.execute(desk.gatewayId, { from, to, text });
  async function sendAs(sender: string): Promise<string> {
    const accountId = await desk.openAccount();
    const batch = await desk.createBatch({ accountId });
    await desk.query('UPDATE batches SET sender = $2 WHERE id = $1', [batch, sender]);
    return accountId;
  }
  const listBodies = async (accountId: string): Promise<string[]> => {
    const page = await new InboundReader(test.database).list(accountId, { before: null, limit: 10 });
    return page.map(({ body }) => body);
  };
  const listSuppressed = (accountId: string) =>
    desk.query<{ phone: string }>('SELECT phone, source FROM suppressions WHERE account_id = $1', [
      accountId,
    ]);

  it('belongs to the account that last sent under that sender', async () => {
    const [first, last] = [await sendAs('SHOP'), await sendAs('SHOP')];
    await store('how much?', 'SHOP');
    expect([await listBodies(first), await listBodies(last)]).toEqual([[], ['how much?']]);
  });

  it.each([
    ['+886900000001', '886900000001'],
    ['886900000002', '886900000002'],
    ['68886', '68886'],
  ])('to the sender %s arrives as to %s', async (sender, to) => {
    const accountId = await sendAs(sender);
    await store('退訂', to);
    expect(await listBodies(accountId)).toEqual(['退訂']);
    expect(await listSuppressed(accountId)).toEqual([{ phone: AMY, source: 'reply' }]);
  });

  it('ends all further sending when it says so, and only then', async () => {
    const accountId = await sendAs('QUIET');
    await store('please stop by', 'QUIET');
    expect(await listSuppressed(accountId)).toEqual([]);
    await store('STOP', 'QUIET');
    await store('stop!', 'QUIET');
    expect(await listSuppressed(accountId)).toEqual([{ phone: AMY, source: 'reply' }]);
    expect(await listBodies(accountId)).toHaveLength(3);
  });

  it('to a sender that nobody has used is dropped', async () => {
    const before = (await desk.query('SELECT FROM inbound_messages')).length;
    await store('hello?', 'NOBODY');
    expect(await desk.query('SELECT FROM inbound_messages')).toHaveLength(before);
  });

  it('is kept without what a database cannot store, and not at any length', async () => {
    const accountId = await sendAs('LONG');
    await store(`a\0b${'x'.repeat(5_000)}`, 'LONG');
    const [body = ''] = await listBodies(accountId);
    expect([body.slice(0, 3), body.length]).toEqual(['abx', 2_000]);
  });

  it('from a name suppresses nobody', async () => {
    const accountId = await sendAs('NAMES');
    await store('STOP', 'NAMES', 'BANK');
    expect([await listBodies(accountId), await listSuppressed(accountId)]).toEqual([['STOP'], []]);
  });
});
