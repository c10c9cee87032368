import { SessionBench, submitSm } from '../../../test/peers/session-bench.js';
import { encodePdu } from '../pdu/encode.js';
import { STATUS } from '../pdu/statuses.js';

const kinds = (outcomes: { kind: string }[]): string[] => outcomes.map(({ kind }) => kind);

describe('a session that sends', () => {
  const bench = new SessionBench();
  afterEach(() => bench.clear());

  it('never has more requests on the wire than its window, and fills each slot that is freed', async () => {
    const { carrier, session } = await bench.open({ windowSize: 5 });
    const outcomes = session.submitAll(Array.from({ length: 20 }, (_, index) => submitSm(index)));
    for (let answered = 0; answered < 20; answered++) {
      const request = await carrier.receive('submit_sm', answered + 1);
      const ahead = carrier.count('submit_sm') - answered;
      expect(ahead).toBeLessThanOrEqual(5);
      expect(session.pendingCount).toBeLessThanOrEqual(5);
      carrier.send({ command: 'submit_sm_resp', messageId: `id ${answered}` }, request.sequence);
    }
    const settled = await outcomes;
    expect(settled.map((outcome) => outcome.kind === 'accepted' && outcome.messageId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `id ${index}`),
    );
  });

  it('gives each outcome to its own request when answers come out of order', async () => {
    const { carrier, session } = await bench.open();
    const outcomes = session.submitAll([submitSm(0), submitSm(1), submitSm(2)]);
    await carrier.receive('submit_sm', 3);
    const sequences = carrier.received.flatMap((pdu) => (pdu.command === 'submit_sm' ? [pdu.sequence] : []));
    sequences.forEach((sequence, index) => expect(sequence).toBe((sequences[0] ?? 0) + index));
    for (const index of [2, 0, 1]) {
      carrier.send({ command: 'submit_sm_resp', messageId: `m${index}` }, sequences[index] ?? 0);
    }
    expect(await outcomes).toMatchObject([{ messageId: 'm0' }, { messageId: 'm1' }, { messageId: 'm2' }]);
  });

  it('passes the status of a refusal on, throttling included', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    carrier.send({ command: 'submit_sm_resp' }, sequence, STATUS.ESME_RTHROTTLED);
    expect(await outcome).toEqual({ kind: 'refused', status: STATUS.ESME_RTHROTTLED, sequence });
  });

  it('takes generic_nack for a refusal', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    carrier.send({ command: 'generic_nack' }, sequence, STATUS.ESME_RINVCMDID);
    expect(await outcome).toEqual({ kind: 'refused', status: STATUS.ESME_RINVCMDID, sequence });
  });

  it('believes the status of an answer whose body cannot be read', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    const endless = Buffer.concat([
      encodePdu({ command: 'submit_sm_resp' }, sequence).subarray(0, 16),
      Buffer.alloc(90, 0x41),
    ]);
    endless.writeUInt32BE(endless.length, 0);
    carrier.write(endless);
    expect(await outcome).toMatchObject({ kind: 'accepted', messageId: '' });
  });

  it('names the field of a request that cannot be written, and sends the others', async () => {
    const { carrier, session } = await bench.open();
    const bad = { ...submitSm(), destinationAddr: '1'.repeat(30) };
    const outcomes = session.submitAll([bad, submitSm(1)]);
    const { sequence } = await carrier.receive('submit_sm');
    carrier.send({ command: 'submit_sm_resp', messageId: 'ok' }, sequence);
    const [first, second] = await outcomes;
    expect(first).toMatchObject({ kind: 'not_sent', reason: 'invalid' });
    expect(first).toHaveProperty('detail', expect.stringContaining('destinationAddr'));
    expect(second).toMatchObject({ kind: 'accepted', messageId: 'ok' });
  });

  it('refuses what does not fit into its queue', async () => {
    const { session } = await bench.open({ windowSize: 2, maxQueued: 5 });
    const outcomes = session.submitAll(Array.from({ length: 9 }, (_, index) => submitSm(index)));
    session.destroy();
    expect(kinds(await outcomes).filter((kind) => kind === 'not_sent').length).toBeGreaterThanOrEqual(4);
    expect((await outcomes)[8]).toEqual({ kind: 'not_sent', reason: 'queue_full' });
  });

  it('tells when there is room again', async () => {
    const { carrier, session } = await bench.open({ windowSize: 1 });
    const outcome = session.submit(submitSm());
    expect(session.freeSlots).toBe(0);
    const writable = session.whenWritable();
    const { sequence } = await carrier.receive('submit_sm');
    carrier.send({ command: 'submit_sm_resp', messageId: '1' }, sequence);
    await writable;
    expect(session.freeSlots).toBe(1);
    expect(await outcome).toMatchObject({ kind: 'accepted' });
  });

  it('may not send what its kind of bind does not allow', async () => {
    const { session } = await bench.open();
    expect(await session.submit({ command: 'deliver_sm' })).toEqual({
      kind: 'not_sent',
      reason: 'not_bound',
    });
  });

  it('reads answers that come one byte at a time', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    for (const octet of encodePdu({ command: 'submit_sm_resp', messageId: 'slow' }, sequence)) {
      carrier.write(Buffer.from([octet]));
    }
    expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'slow' });
  });
});
