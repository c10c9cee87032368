import { STATUS } from '#smpp';
import { waitFor } from '#testing';
import { TestCarrier, type TestClient } from '../simulator.fixture-spec.js';
import { DEFAULT_BEHAVIOUR } from './behaviour.js';

describe('the behaviour of the carrier', () => {
  let carrier: TestCarrier;
  let client: TestClient;
  let lastNumber = 886_900_000_000;
  const nextNumber = () => ({ destinationAddr: String(++lastNumber) });
  const submitMany = (count: number) =>
    Promise.all(Array.from({ length: count }, () => client.submit(nextNumber())));

  beforeAll(async () => {
    carrier = await TestCarrier.start();
  });
  afterAll(() => carrier.simulator.stop());
  beforeEach(async () => {
    await carrier.reset();
    client = await carrier.connect();
  });
  afterEach(async () => {
    await waitFor('all receipts', async () => (await carrier.stat('receiptsPending')) === 0);
    client.session.destroy();
  });

  it('keeps what a change does not name, and goes back to normal as a whole', async () => {
    await carrier.behave({ refuseRate: 0.5 });
    const changed = await (await carrier.send('PUT', '/behaviour', { idFormat: 'uuid' })).json();
    expect(changed).toMatchObject({ refuseRate: 0.5, idFormat: 'uuid', receiptDelayMs: [0, 20] });
    const normal = await (await carrier.send('DELETE', '/behaviour')).json();
    expect(normal).toMatchObject({ ...DEFAULT_BEHAVIOUR, seed: 1 });
  });

  it.each([
    [{ refuseRate: 1.1 }, 'refuseRate'],
    [{ receiptDelayMs: [20, 10] }, 'receiptDelayMs'],
    [{ receiptOrder: 'random' }, 'receiptOrder'],
    [{ refuseStatus: 0 }, 'refuseStatus'],
    [{ seed: 'x' }, 'seed'],
  ])('refuses %j and names the field', async (patch, field) => {
    const response = await carrier.send('PUT', '/behaviour', patch);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as { errors: { field: string }[] };
    expect(problem.errors.map((error) => error.field)).toEqual([field]);
  });

  it('refuses a field it does not know', async () => {
    expect((await carrier.send('PUT', '/behaviour', { speed: 1 })).status).toBe(422);
  });

  it('takes its own answer back', async () => {
    const shown = await carrier.get('/behaviour');
    expect((await carrier.send('PUT', '/behaviour', shown)).status).toBe(200);
  });

  it('refuses the share asked for, with the status asked for, and the same ones for the same seed', async () => {
    const refusals: boolean[][] = [];
    for (let round = 0; round < 2; round++) {
      await carrier.behave({ refuseRate: 0.3, refuseStatus: STATUS.ESME_RSYSERR, seed: 42 });
      const outcomes = await submitMany(200);
      const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
      expect(refused.length).toBeGreaterThan(30);
      expect(refused.length).toBeLessThan(90);
      expect(refused.every(({ status }) => status === STATUS.ESME_RSYSERR)).toBe(true);
      refusals.push(outcomes.map(({ kind }) => kind === 'refused'));
      // The receipts draw from the same dice; without them the second round begins where the first did.
      await waitFor('all receipts', async () => (await carrier.stat('receiptsPending')) === 0);
    }
    expect(refusals[0]).toEqual(refusals[1]);
  });

  it('throttles what is above the rate, and only that', async () => {
    await carrier.behave({ throttleAbovePerSecond: 10 });
    const outcomes = await submitMany(25);
    const throttled = outcomes.filter(
      (outcome) => outcome.kind === 'refused' && outcome.status === STATUS.ESME_RTHROTTLED,
    );
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(10);
    expect(throttled).toHaveLength(15);
    expect(await carrier.get('/stats')).toMatchObject({
      submitted: 25,
      accepted: 10,
      throttled: 15,
      refused: 0,
    });
  });

  it.each([
    ['undeliveredRate', 'undeliverable'],
    ['expiredRate', 'expired'],
  ] as const)('gives every receipt of a %s of 1 the state %s', async (rate, state) => {
    await carrier.behave({ [rate]: 1 });
    await submitMany(5);
    await waitFor('the receipts', () => client.receipts.length === 5);
    expect(new Set(client.receipts.map((receipt) => receipt.state))).toEqual(new Set([state]));
  });

  it('loses receipts and sends others twice', async () => {
    await carrier.behave({ receiptLossRate: 1 });
    await submitMany(5);
    expect(await carrier.stat('receiptsPending')).toBe(0);
    await carrier.behave({ receiptLossRate: 0, receiptDuplicateRate: 1 });
    await submitMany(5);
    await waitFor('the receipts', () => client.receipts.length === 10);
    expect(new Set(client.receipts.map((receipt) => receipt.messageId)).size).toBe(5);
  });

  it('accepts without ever answering', async () => {
    await carrier.behave({ responseLossRate: 1 });
    const outcome = client.submit(nextNumber());
    await waitFor('the receipt', () => client.receipts[0]);
    expect(client.session.pendingCount).toBe(1);
    expect(await carrier.get('/stats')).toMatchObject({ accepted: 1, responsesLost: 1 });
    client.session.destroy();
    expect((await outcome).kind).toBe('lost');
  });

  it('cuts the connection once, after the submits asked for', async () => {
    await carrier.behave({ disconnectAfter: 3 });
    const first = await client.submit(nextNumber());
    const second = await client.submit(nextNumber());
    const third = await client.submit(nextNumber());
    expect([first.kind, second.kind, third.kind]).toEqual(['accepted', 'accepted', 'lost']);
    expect(await carrier.stat('accepted')).toBe(3);
    expect(await carrier.get('/behaviour')).toMatchObject({ disconnectAfter: null });
    client = await carrier.connect();
    const after = await submitMany(5);
    expect(after.every(({ kind }) => kind === 'accepted')).toBe(true);
  });

  it('answers later when told to, and not before', async () => {
    await carrier.behave({ submitDelayMs: [200, 200] });
    const start = performance.now();
    expect((await client.submit(nextNumber())).kind).toBe('accepted');
    expect(performance.now() - start).toBeGreaterThanOrEqual(199);
  });

  it('waits for the shortest delay of a receipt', async () => {
    await carrier.behave({ receiptDelayMs: [200, 250] });
    await client.submit(nextNumber());
    const answeredAt = performance.now();
    await waitFor('the receipt', () => client.receipts[0]);
    // The answer reaches us a little after the carrier begins to count.
    expect(performance.now() - answeredAt).toBeGreaterThan(150);
  });

  it('sends receipts in the order of the submits, or shuffled', async () => {
    await carrier.behave({ receiptDelayMs: [0, 200], receiptOrder: 'in_order' });
    const ordered = await submitMany(50);
    await waitFor('the receipts', () => client.receipts.length === 50);
    const idsOf = (outcomes: typeof ordered) =>
      outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.messageId : outcome.kind));
    expect(client.receipts.map((receipt) => receipt.messageId)).toEqual(idsOf(ordered));
    client.receipts.length = 0;
    await carrier.behave({ receiptOrder: 'shuffled' });
    const shuffled = await submitMany(50);
    await waitFor('the receipts', () => client.receipts.length === 50);
    const received = client.receipts.map((receipt) => receipt.messageId);
    expect(received).not.toEqual(idsOf(shuffled));
    expect(received.sort()).toEqual(idsOf(shuffled).sort());
  });

  it('sends each receipt before its response', async () => {
    await carrier.behave({ receiptOrder: 'before_response' });
    for (let count = 0; count < 5; count++) await client.submit(nextNumber());
    expect(client.order).toEqual(Array.from({ length: 5 }, () => ['receipt', 'response']).flat());
  });

  it.each([
    ['hex', 'decimal', /^[0-9a-f]{13,}$/, (id: string) => BigInt(`0x${id}`).toString()],
    ['decimal', 'hex', /^[0-9]{16,}$/, (id: string) => BigInt(id).toString(16)],
    ['zero_padded', 'same', /^[0-9]{20}$/, (id: string) => id],
    ['zero_padded', 'decimal', /^0[0-9]{19}$/, (id: string) => BigInt(id).toString()],
    ['uuid', 'hex', /^[0-9a-f-]{36}$/, (id: string) => id],
  ] as const)('writes ids as %s and in receipts as %s', async (idFormat, idInReceipt, pattern, convert) => {
    await carrier.behave({ idFormat, idInReceipt });
    const outcome = await client.submit(nextNumber());
    const receipt = await waitFor('the receipt', () => client.receipts[0]);
    const messageId = outcome.kind === 'accepted' ? outcome.messageId : outcome.kind;
    expect(messageId).toMatch(pattern);
    expect(receipt.messageId).toBe(convert(messageId));
  });

  it('leaves the optional parameters of receipts away when told to', async () => {
    await carrier.behave({ receiptTlvs: false });
    const outcome = await client.submit(nextNumber());
    const receipt = await waitFor('the receipt', () => client.receipts[0]);
    expect(outcome).toMatchObject({ messageId: receipt.messageId });
    expect(receipt).toMatchObject({ state: 'delivered' });
  });

  it('sends no receipt that was not asked for, and one for failures alone when asked so', async () => {
    await client.submit({ ...nextNumber(), registeredDelivery: 0 });
    await client.submit({ ...nextNumber(), registeredDelivery: 2 });
    expect(await carrier.stat('receiptsPending')).toBe(0);
    await client.submit({ destinationAddr: '886912990002', registeredDelivery: 2 });
    await waitFor('the receipt', () => client.receipts[0]);
    expect(client.receipts).toHaveLength(1);
  });
});
