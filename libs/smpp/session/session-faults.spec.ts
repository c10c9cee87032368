import { once } from 'node:events';
import { SessionBench, submitSm } from '../../../test/peers/session-bench.js';
import { encodePdu } from '../pdu/encode.js';
import { STATUS } from '../pdu/statuses.js';
import type { SmppSession } from './session.js';

const kinds = (outcomes: { kind: string }[]): string[] => outcomes.map(({ kind }) => kind);
const closeOf = (session: SmppSession) => once(session, 'close') as Promise<[{ reason: string }]>;

describe('a session with a carrier that misbehaves', () => {
  const bench = new SessionBench();
  afterEach(() => bench.clear());

  it('may answer with a wrong sequence: the request waits on', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    const unmatched = once(session, 'unmatchedResponse');
    carrier.send({ command: 'submit_sm_resp', messageId: 'stray' }, sequence + 1_000);
    expect(await unmatched).toMatchObject([{ messageId: 'stray' }]);
    carrier.send({ command: 'submit_sm_resp', messageId: 'mine' }, sequence);
    expect(await outcome).toMatchObject({ messageId: 'mine' });
  });

  it('may answer twice: the second answer changes nothing', async () => {
    const { carrier, session } = await bench.open();
    const outcome = session.submit(submitSm());
    const { sequence } = await carrier.receive('submit_sm');
    const unmatched = once(session, 'unmatchedResponse');
    carrier.send({ command: 'submit_sm_resp', messageId: 'first' }, sequence);
    carrier.send({ command: 'submit_sm_resp' }, sequence, STATUS.ESME_RSYSERR);
    await unmatched;
    expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'first' });
  });

  it.each([0, 12, 0x7fffffff])('is told and left when it sends a length of %i', async (length) => {
    const { carrier, session } = await bench.open();
    const pending = session.submit(submitSm());
    await carrier.receive('submit_sm');
    const closed = closeOf(session);
    const broken = Buffer.alloc(16);
    broken.writeUInt32BE(length, 0);
    let faults = 0;
    session.on('framingFault', () => (faults += 1));
    carrier.write(broken);
    expect(await carrier.receive('generic_nack')).toMatchObject({ status: STATUS.ESME_RINVCMDLEN });
    carrier.send({ command: 'enquire_link' }, 1);
    expect(await closed).toMatchObject([{ reason: 'protocol_error' }]);
    expect(faults).toBe(1);
    expect(await pending).toMatchObject({ kind: 'lost' });
  });

  it('may send an unknown command: it is told so and the session lives on', async () => {
    const { carrier, session } = await bench.open();
    const unknown = encodePdu({ command: 'enquire_link' }, 77);
    unknown.writeUInt32BE(0x0000_0666, 4);
    carrier.write(unknown);
    expect(await carrier.receive('generic_nack')).toMatchObject({
      status: STATUS.ESME_RINVCMDID,
      sequence: 77,
    });
    expect(session.state).toBe('bound');
  });

  it('gets the right status for a deliver_sm that cannot be read, and the session lives on', async () => {
    const { carrier, session } = await bench.open({ onRequest: (request) => request.accept() });
    const whole = encodePdu({ command: 'deliver_sm', shortMessage: Buffer.from('hello') }, 5);
    const cut = whole.subarray(0, whole.length - 3);
    cut.writeUInt32BE(cut.length, 0);
    carrier.write(Buffer.from(cut));
    expect(await carrier.receive('deliver_sm_resp')).toMatchObject({
      status: STATUS.ESME_RINVMSGLEN,
      sequence: 5,
    });
    carrier.send({ command: 'deliver_sm', shortMessage: Buffer.from('hello') }, 6);
    expect(await carrier.receive('deliver_sm_resp', 2)).toMatchObject({ status: 0, sequence: 6 });
    expect(session.state).toBe('bound');
  });

  it('may cut the connection in the middle of a PDU: every request gets its outcome', async () => {
    const { carrier, session } = await bench.open({ windowSize: 3 });
    const outcomes = session.submitAll(Array.from({ length: 8 }, (_, index) => submitSm(index)));
    await carrier.receive('submit_sm', 3);
    const closed = closeOf(session);
    carrier.write(encodePdu({ command: 'submit_sm_resp', messageId: 'x' }, 2).subarray(0, 9));
    carrier.cut();
    expect(await closed).toMatchObject([{ reason: 'connection_lost' }]);
    expect(kinds(await outcomes)).toEqual([
      ...Array<string>(3).fill('lost'),
      ...Array<string>(5).fill('not_sent'),
    ]);
  });

  it('may unbind in the middle of a window', async () => {
    const { carrier, session } = await bench.open({ windowSize: 2 });
    const outcomes = session.submitAll([submitSm(0), submitSm(1), submitSm(2)]);
    const first = await carrier.receive('submit_sm', 1);
    await carrier.receive('submit_sm', 2);
    const closed = closeOf(session);
    carrier.send({ command: 'unbind' }, 900);
    expect(await carrier.receive('unbind_resp')).toMatchObject({ sequence: 900 });
    carrier.send({ command: 'submit_sm_resp', messageId: 'just in time' }, first.sequence);
    await carrier.hangUp();
    expect(await closed).toMatchObject([{ reason: 'unbound_by_peer' }]);
    expect(await outcomes).toMatchObject([
      { kind: 'accepted', messageId: 'just in time' },
      { kind: 'lost' },
      { kind: 'not_sent', reason: 'closing' },
    ]);
  });

  it('may not bind us', async () => {
    const { carrier } = await bench.open();
    carrier.send({ command: 'bind_receiver', systemId: 'who' }, 3);
    expect(await carrier.receive('bind_receiver_resp')).toMatchObject({ status: STATUS.ESME_RINVBNDSTS });
  });
});
