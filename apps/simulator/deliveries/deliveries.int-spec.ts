import { STATUS } from '#smpp';
import { waitFor } from '#testing';
import { TestCarrier } from '../simulator.fixture-spec.js';

describe('receipts and replies', () => {
  let carrier: TestCarrier;
  const number = '886912345678';
  const pending = () => carrier.stat('receiptsPending');

  beforeEach(async () => {
    carrier = await TestCarrier.start();
  });
  afterEach(() => carrier.simulator.stop());

  it('carry the addresses the other way round, the id, the state and the start of the text', async () => {
    const client = await carrier.connect();
    const outcome = await client.submit({
      destinationAddr: number,
      shortMessage: Buffer.from('Your parcel is on its way'),
    });
    const receipt = await waitFor('the receipt', () => client.receipts[0]);
    expect(client.receiptAddresses).toEqual([{ from: number, to: 'SHOP' }]);
    expect(receipt).toMatchObject({ rawState: 'DELIVRD', state: 'delivered', text: 'Your parcel is on it' });
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: receipt.messageId });
    await waitFor('the acknowledgement', async () => (await pending()) === 0);
    expect(await carrier.get('/stats')).toMatchObject({ receiptsSent: 1, receiptsAcknowledged: 1 });
  });

  it('wait for a client that is away, and come over any bind of the same login', async () => {
    await carrier.behave({ receiptDelayMs: [100, 100] });
    const client = await carrier.connect('shop');
    for (let count = 0; count < 20; count++) await client.submit({ destinationAddr: `${number}${count}` });
    client.session.destroy();
    const stranger = await carrier.connect('somebody else');
    await waitFor('the session to be gone', async () => (await carrier.stat('sessions')) === 1);
    expect(await pending()).toBe(20);
    const returned = await carrier.connect('shop', 'receiver');
    await waitFor('the receipts', () => returned.receipts.length === 20);
    await waitFor('the acknowledgements', async () => (await pending()) === 0);
    expect(stranger.receipts).toEqual([]);
  });

  it('come again when the session is lost before they are acknowledged', async () => {
    const client = await carrier.connect('shop');
    client.isMute = true;
    await client.submit({ destinationAddr: number });
    await waitFor('the receipt on the wire', async () => (await carrier.stat('receiptsSent')) === 1);
    expect(await pending()).toBe(1);
    client.session.destroy();
    const returned = await carrier.connect('shop');
    await waitFor('the receipt', () => returned.receipts[0]);
    expect(await carrier.stat('receiptsSent')).toBe(2);
    await waitFor('the acknowledgement', async () => (await pending()) === 0);
  });

  it('come again a second after the client said "later"', async () => {
    const client = await carrier.connect();
    client.statuses.push(STATUS.ESME_RX_T_APPN, STATUS.ESME_RX_T_APPN);
    const start = performance.now();
    await client.submit({ destinationAddr: number });
    await waitFor('the receipt', () => client.receipts[0]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(2_000);
    await waitFor('the acknowledgement', async () => (await pending()) === 0);
    expect(await carrier.get('/stats')).toMatchObject({ receiptsSent: 3, receiptsAcknowledged: 1 });
  });

  it('are given up when the client refuses them for good', async () => {
    const client = await carrier.connect();
    client.statuses.push(STATUS.ESME_RX_R_APPN);
    await client.submit({ destinationAddr: number });
    await waitFor('the refusal', async () => (await carrier.stat('receiptsRejected')) === 1);
    expect(await pending()).toBe(0);
  });

  it('keep within the window of the session and still all arrive', async () => {
    await carrier.behave({ receiptDelayMs: [0, 0] });
    const client = await carrier.connect();
    const submits = Array.from({ length: 3_000 }, (_, index) =>
      client.submit({ destinationAddr: String(886_900_000_000 + index) }),
    );
    await Promise.all(submits);
    await waitFor('the receipts', () => client.receipts.length === 3_000);
    expect(new Set(client.receipts.map((receipt) => receipt.messageId)).size).toBe(3_000);
  });

  it('let in only the login asked for', async () => {
    const guarded = await TestCarrier.start({ credentials: { systemId: 'shop', password: 'secret' } });
    try {
      await expect(guarded.connect('thief')).rejects.toThrow(String(STATUS.ESME_RINVSYSID));
      const client = await guarded.connect('shop');
      expect(client.session.state).toBe('bound');
    } finally {
      await guarded.simulator.stop();
    }
  });
});
