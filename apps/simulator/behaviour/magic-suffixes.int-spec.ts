import { STATUS } from '#smpp';
import { waitFor } from '#testing';
import { TestCarrier, type TestClient } from '../simulator.fixture-spec.js';
import { MAGIC_SUFFIXES } from './magic-suffixes.js';

describe('a number with a magic suffix', () => {
  let carrier: TestCarrier;
  let client: TestClient;
  const to = (suffix: string) => ({ destinationAddr: `886912${suffix}` });

  beforeAll(async () => {
    carrier = await TestCarrier.start();
  });
  afterAll(() => carrier.simulator.stop());
  beforeEach(async () => {
    await carrier.reset();
    client = await carrier.connect();
  });
  afterEach(() => client.session.destroy());

  it('990001 is refused as an invalid destination and reaches no phone', async () => {
    expect(await client.submit(to('990001'))).toMatchObject({
      kind: 'refused',
      status: STATUS.ESME_RINVDSTADR,
    });
    expect(await carrier.messagesOf('+886912990001')).toEqual([]);
    expect(await carrier.stat('refused')).toBe(1);
  });

  it.each([
    ['990002', 'undeliverable', 'UNDELIV'],
    ['990003', 'expired', 'EXPIRED'],
  ])('%s is accepted and receipted as %s, and its phone shows nothing', async (suffix, state, word) => {
    const outcome = await client.submit(to(suffix));
    const receipt = await waitFor('the receipt', () => client.receipts[0]);
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: receipt.messageId });
    expect(receipt.state).toBe(state);
    expect(receipt.rawState).toBe(word);
    expect(await carrier.messagesOf(`886912${suffix}`)).toEqual([]);
  });

  it('990004 is delivered and receipted, but the submit is never answered', async () => {
    const outcome = client.submit(to('990004'));
    await waitFor('the receipt', () => client.receipts[0]);
    expect(await carrier.messagesOf('886912990004')).toHaveLength(1);
    // Whatever was submitted later is answered, so the answer is not merely late.
    expect(await client.submit({ destinationAddr: '886912000000' })).toMatchObject({ kind: 'accepted' });
    expect(client.session.pendingCount).toBe(1);
    await waitFor('the other receipt', () => client.receipts.length === 2);
    client.session.destroy();
    expect(await outcome).toMatchObject({ kind: 'lost' });
  });

  it('990005 is delivered, but no receipt is owed for it', async () => {
    expect(await client.submit(to('990005'))).toMatchObject({ kind: 'accepted' });
    expect(await carrier.messagesOf('886912990005')).toHaveLength(1);
    expect(await carrier.stat('receiptsPending')).toBe(0);
    expect(await carrier.stat('receiptsSent')).toBe(0);
  });

  it('990006 has its receipt come twice', async () => {
    await client.submit(to('990006'));
    await waitFor('both receipts', () => client.receipts.length === 2);
    expect(client.receipts[0]?.messageId).toBe(client.receipts[1]?.messageId);
  });

  it('990007 has its receipt come before the answer', async () => {
    const outcome = await client.submit(to('990007'));
    expect(client.order).toEqual(['receipt', 'response']);
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: client.receipts[0]?.messageId });
  });

  it('990007 is answered also where nobody can take the receipt', async () => {
    const transmitter = await carrier.connect('sender only', 'transmitter');
    expect(await transmitter.submit(to('990007'))).toMatchObject({ kind: 'accepted' });
    expect(await carrier.stat('receiptsPending')).toBe(1);
    transmitter.session.destroy();
    const receiver = await carrier.connect('sender only', 'receiver');
    await waitFor('the receipt', () => receiver.receipts[0]);
    receiver.session.destroy();
  });

  it.each([
    ['990008', STATUS.ESME_RTHROTTLED, 'throttled'],
    ['990009', STATUS.ESME_RMSGQFUL, 'refused'],
  ])('%s is refused with %i the first time and accepted the second', async (suffix, status, counter) => {
    expect(await client.submit(to(suffix))).toMatchObject({ kind: 'refused', status });
    expect(await client.submit(to(suffix))).toMatchObject({ kind: 'accepted' });
    expect(await carrier.stat(counter)).toBe(1);
    expect(await carrier.messagesOf(`886912${suffix}`)).toHaveLength(1);
  });

  it('990010 is accepted and then cuts the connection, once', async () => {
    expect(await client.submit(to('990010'))).toMatchObject({ kind: 'lost' });
    expect(await carrier.messagesOf('886912990010')).toHaveLength(1);
    const cut = client;
    client = await carrier.connect();
    expect(await client.submit(to('990010'))).toMatchObject({ kind: 'accepted' });
    expect(await carrier.stat('duplicateParts')).toBe(1);
    // The first receipt may have left on the old connection in the moment before it was cut.
    await waitFor('the receipts of both', () => cut.receipts.length + client.receipts.length >= 2);
  });

  it('is a number like any other while magic is switched off', async () => {
    await carrier.behave({ magicNumbers: false });
    expect(await client.submit(to('990001'))).toMatchObject({ kind: 'accepted' });
    await waitFor('the receipt', () => client.receipts[0]);
  });

  it('is told about by the api, every one of them', async () => {
    const { magicSuffixes } = await carrier.get<{ magicSuffixes: Record<string, string> }>('/behaviour');
    expect(Object.keys(magicSuffixes).sort()).toEqual(Object.keys(MAGIC_SUFFIXES).sort());
    expect(Object.keys(magicSuffixes)).toHaveLength(10);
    expect(magicSuffixes['990008']).toContain('0x58');
  });
});
