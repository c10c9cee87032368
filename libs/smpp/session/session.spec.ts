import { once } from 'node:events';
import { ManualClock } from '../../../test/peers/manual-clock.js';
import { RawCarrier } from '../../../test/peers/raw-carrier.js';
import { connectSession, SmppBindError } from '../client/connect.js';
import { encodePdu } from '../pdu/encode.js';
import type { SubmitSmInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import type { IncomingRequest } from './incoming-request.js';
import type { SmppSession } from './session.js';
import type { SessionOptions } from './session-options.js';

const BIND = { systemId: 'tester', password: 'secret' };
const submitSm = (index = 0): SubmitSmInput => ({
  command: 'submit_sm',
  destinationAddr: `8869${String(index).padStart(8, '0')}`,
  shortMessage: Buffer.from(`message ${index}`),
});
const kinds = (outcomes: { kind: string }[]): string[] => outcomes.map(({ kind }) => kind);

describe('a session', () => {
  const opened: { stop: () => unknown }[] = [];
  afterEach(async () => {
    for (const { stop } of opened.splice(0).reverse()) await stop();
  });

  const open = async (options: SessionOptions = {}, bindStatus = 0) => {
    const carrier = await RawCarrier.start(bindStatus);
    opened.push({ stop: () => carrier.stop() });
    const session = await connectSession({
      host: '127.0.0.1',
      port: carrier.port,
      bind: BIND,
      session: options,
    });
    opened.push({ stop: () => session.destroy() });
    return { carrier, session };
  };
  const closeOf = (session: SmppSession) => once(session, 'close') as Promise<[{ reason: string }]>;

  describe('binding', () => {
    it('is bound by status 0 and by "already bound"', async () => {
      for (const status of [STATUS.ESME_ROK, STATUS.ESME_RALYBND]) {
        const { session } = await open({}, status);
        expect(session.state).toBe('bound');
        expect(session.mode).toBe('transceiver');
      }
    });

    it('ends when the bind is refused', async () => {
      await expect(open({}, STATUS.ESME_RINVPASWD)).rejects.toMatchObject({
        name: 'SmppBindError',
        result: { kind: 'refused', status: STATUS.ESME_RINVPASWD },
      });
    });

    it('ends when the carrier accepts the connection and is silent for 30 s', async () => {
      const clock = new ManualClock();
      const carrier = await RawCarrier.start('silent');
      opened.push({ stop: () => carrier.stop() });
      const binding = connectSession({
        host: '127.0.0.1',
        port: carrier.port,
        bind: BIND,
        session: { clock },
      });
      const failure = binding.catch((error: unknown) => error);
      await carrier.receive('bind_transceiver');
      clock.advance(29_999);
      clock.advance(1);
      const error = await failure;
      expect(error).toBeInstanceOf(SmppBindError);
      expect(error).toMatchObject({ result: { kind: 'unanswered' } });
    });

    it('sends nothing before it is bound and after it is closed', async () => {
      const { session } = await open();
      await session.close();
      expect(await session.submit(submitSm())).toEqual({ kind: 'not_sent', reason: 'closed' });
    });

    it('refuses a window outside 1 to 1,000', async () => {
      await expect(open({ windowSize: 1_001 })).rejects.toThrow('windowSize: 1001');
      await expect(open({ windowSize: 0 })).rejects.toThrow('windowSize: 0');
    });
  });

  describe('sending', () => {
    it('never has more requests on the wire than its window, and fills each slot that is freed', async () => {
      const { carrier, session } = await open({ windowSize: 5 });
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
      const { carrier, session } = await open();
      const outcomes = session.submitAll([submitSm(0), submitSm(1), submitSm(2)]);
      await carrier.receive('submit_sm', 3);
      const sequences = carrier.received.flatMap((pdu) =>
        pdu.command === 'submit_sm' ? [pdu.sequence] : [],
      );
      sequences.forEach((sequence, index) => expect(sequence).toBe((sequences[0] ?? 0) + index));
      for (const index of [2, 0, 1]) {
        carrier.send({ command: 'submit_sm_resp', messageId: `m${index}` }, sequences[index] ?? 0);
      }
      expect(await outcomes).toMatchObject([{ messageId: 'm0' }, { messageId: 'm1' }, { messageId: 'm2' }]);
    });

    it('passes the status of a refusal on, throttling included', async () => {
      const { carrier, session } = await open();
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      carrier.send({ command: 'submit_sm_resp' }, sequence, STATUS.ESME_RTHROTTLED);
      expect(await outcome).toEqual({ kind: 'refused', status: STATUS.ESME_RTHROTTLED, sequence });
    });

    it('takes generic_nack for a refusal', async () => {
      const { carrier, session } = await open();
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      carrier.send({ command: 'generic_nack' }, sequence, STATUS.ESME_RINVCMDID);
      expect(await outcome).toEqual({ kind: 'refused', status: STATUS.ESME_RINVCMDID, sequence });
    });

    it('believes the status of an answer whose body cannot be read', async () => {
      const { carrier, session } = await open();
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
      const { carrier, session } = await open();
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
      const { session } = await open({ windowSize: 2, maxQueued: 5 });
      const outcomes = session.submitAll(Array.from({ length: 9 }, (_, index) => submitSm(index)));
      session.destroy();
      expect(kinds(await outcomes).filter((kind) => kind === 'not_sent').length).toBeGreaterThanOrEqual(4);
      expect((await outcomes)[8]).toEqual({ kind: 'not_sent', reason: 'queue_full' });
    });

    it('tells when there is room again', async () => {
      const { carrier, session } = await open({ windowSize: 1 });
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
      const { session } = await open();
      expect(await session.submit({ command: 'deliver_sm' })).toEqual({
        kind: 'not_sent',
        reason: 'not_bound',
      });
    });

    it('reads answers that come one byte at a time', async () => {
      const { carrier, session } = await open();
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      for (const octet of encodePdu({ command: 'submit_sm_resp', messageId: 'slow' }, sequence)) {
        carrier.write(Buffer.from([octet]));
      }
      expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'slow' });
    });
  });

  describe('time', () => {
    it('reports an answer that never came, and later the answer that came too late', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await open({ clock, windowSize: 1, enquireIdleMs: 600_000 });
      const outcome = session.submit(submitSm(), 'attempt 17');
      const next = session.submit(submitSm(1));
      const { sequence } = await carrier.receive('submit_sm');
      clock.advance(61_000);
      expect(await outcome).toEqual({ kind: 'unanswered', sequence });
      await carrier.receive('submit_sm', 2);
      const late = once(session, 'lateResponse');
      carrier.send({ command: 'submit_sm_resp', messageId: 'after all' }, sequence);
      expect(await late).toMatchObject([
        { sequence, reference: 'attempt 17', outcome: { kind: 'accepted', messageId: 'after all' } },
      ]);
      session.destroy();
      expect(await next).toMatchObject({ kind: 'lost' });
    });

    it('does not let a blocked event loop run out the timers', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await open({ clock });
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      clock.block(120_000);
      expect(session.pendingCount).toBe(1);
      carrier.send({ command: 'submit_sm_resp', messageId: 'in time' }, sequence);
      expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'in time' });
    });

    it('asks a silent carrier, and leaves after two misses', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await open({ clock });
      const pending = session.submit(submitSm());
      const closed = closeOf(session);
      await carrier.receive('submit_sm');
      clock.advance(30_250);
      await carrier.receive('enquire_link', 1);
      clock.advance(10_000);
      await carrier.receive('enquire_link', 2);
      clock.advance(10_000);
      expect(await closed).toMatchObject([{ reason: 'peer_silent' }]);
      expect(await pending).toMatchObject({ kind: 'lost' });
    });

    it('stays with a carrier that answers enquire_link', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await open({ clock });
      for (let round = 1; round <= 4; round++) {
        clock.advance(30_250);
        const { sequence } = await carrier.receive('enquire_link', round);
        carrier.send({ command: 'enquire_link_resp' }, sequence);
        carrier.send({ command: 'enquire_link' }, round);
        await carrier.receive('enquire_link_resp', round);
      }
      expect(session.state).toBe('bound');
    });
  });

  describe('a carrier that misbehaves', () => {
    it('may answer with a wrong sequence: the request waits on', async () => {
      const { carrier, session } = await open();
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      const unmatched = once(session, 'unmatchedResponse');
      carrier.send({ command: 'submit_sm_resp', messageId: 'stray' }, sequence + 1_000);
      expect(await unmatched).toMatchObject([{ messageId: 'stray' }]);
      carrier.send({ command: 'submit_sm_resp', messageId: 'mine' }, sequence);
      expect(await outcome).toMatchObject({ messageId: 'mine' });
    });

    it('may answer twice: the second answer changes nothing', async () => {
      const { carrier, session } = await open();
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      const unmatched = once(session, 'unmatchedResponse');
      carrier.send({ command: 'submit_sm_resp', messageId: 'first' }, sequence);
      carrier.send({ command: 'submit_sm_resp' }, sequence, STATUS.ESME_RSYSERR);
      await unmatched;
      expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'first' });
    });

    it.each([0, 12, 0x7fffffff])('is told and left when it sends a length of %i', async (length) => {
      const { carrier, session } = await open();
      const pending = session.submit(submitSm());
      await carrier.receive('submit_sm');
      const closed = closeOf(session);
      const broken = Buffer.alloc(16);
      broken.writeUInt32BE(length, 0);
      carrier.write(broken);
      expect(await carrier.receive('generic_nack')).toMatchObject({ status: STATUS.ESME_RINVCMDLEN });
      expect(await closed).toMatchObject([{ reason: 'protocol_error' }]);
      expect(await pending).toMatchObject({ kind: 'lost' });
    });

    it('may send an unknown command: it is told so and the session lives on', async () => {
      const { carrier, session } = await open();
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
      const { carrier, session } = await open({ onRequest: (request) => request.accept() });
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
      const { carrier, session } = await open({ windowSize: 3 });
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
      const { carrier, session } = await open({ windowSize: 2 });
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
      const { carrier } = await open();
      carrier.send({ command: 'bind_receiver', systemId: 'who' }, 3);
      expect(await carrier.receive('bind_receiver_resp')).toMatchObject({ status: STATUS.ESME_RINVBNDSTS });
    });
  });

  describe('closing', () => {
    it('waits for the answers, unbinds, and sends nothing new', async () => {
      const { carrier, session } = await open({ windowSize: 1 });
      const outcomes = session.submitAll([submitSm(0), submitSm(1)]);
      const { sequence } = await carrier.receive('submit_sm');
      const closing = session.close();
      expect(await session.submit(submitSm(2))).toEqual({ kind: 'not_sent', reason: 'closing' });
      expect(carrier.count('unbind')).toBe(0);
      carrier.send({ command: 'submit_sm_resp', messageId: 'last' }, sequence);
      const unbind = await carrier.receive('unbind');
      carrier.send({ command: 'unbind_resp' }, unbind.sequence);
      await closing;
      expect(await outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'not_sent', reason: 'closing' }]);
      expect(carrier.count('submit_sm')).toBe(1);
    });

    it('ends in its time against a carrier that says nothing at all, and settles everything', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await open({ clock });
      const outcome = session.submit(submitSm());
      await carrier.receive('submit_sm');
      const closing = session.close({ drainMs: 3_000, unbindMs: 2_000 });
      clock.advance(3_000);
      await carrier.receive('unbind');
      clock.advance(2_000);
      await carrier.whenHungUp();
      await closing;
      expect(await outcome).toMatchObject({ kind: 'lost' });
    });

    it('lets a deliver_sm that is being stored be answered first', async () => {
      const requests: IncomingRequest[] = [];
      const { carrier, session } = await open({ onRequest: (request) => void requests.push(request) });
      carrier.send({ command: 'deliver_sm' }, 1);
      carrier.send({ command: 'enquire_link' }, 2);
      await carrier.receive('enquire_link_resp');
      const closing = session.close();
      expect(carrier.count('unbind')).toBe(0);
      requests[0]?.accept();
      const { sequence } = await carrier.receive('unbind');
      expect(carrier.count('deliver_sm_resp')).toBe(1);
      carrier.send({ command: 'unbind_resp' }, sequence);
      await closing;
    });
  });

  describe('receiving', () => {
    it('answers a deliver_sm only when its handler has finished', async () => {
      let commit: (status: number) => void = (_status) => undefined;
      const { carrier } = await open({
        onRequest: () => new Promise<number>((resolve) => (commit = resolve)),
      });
      carrier.send({ command: 'deliver_sm' }, 41);
      carrier.send({ command: 'enquire_link' }, 42);
      await carrier.receive('enquire_link_resp');
      expect(carrier.count('deliver_sm_resp')).toBe(0);
      commit(STATUS.ESME_ROK);
      expect(await carrier.receive('deliver_sm_resp')).toMatchObject({ status: 0, sequence: 41 });
    });

    it.each([
      [
        'throws',
        () => {
          throw new Error('the database is down');
        },
      ],
      ['rejects', () => Promise.reject(new Error('the database is down'))],
    ] as [string, () => void | Promise<void>][])(
      'asks for it again when the handler %s',
      async (_, onRequest) => {
        const { carrier, session } = await open({ onRequest });
        const failed = once(session, 'handlerFailed');
        carrier.send({ command: 'deliver_sm' }, 1);
        expect(await carrier.receive('deliver_sm_resp')).toMatchObject({ status: STATUS.ESME_RX_T_APPN });
        expect(await failed).toMatchObject([{ message: 'the database is down' }]);
      },
    );

    it('stops reading when too many wait for an answer, and loses none', async () => {
      const waiting: IncomingRequest[] = [];
      const numbers: string[] = [];
      const arrived = { wake: (): void => undefined };
      const { carrier, session } = await open({
        maxUnansweredIncoming: 10,
        onRequest: (request) => {
          waiting.push(request);
          if ('destinationAddr' in request.pdu) numbers.push(request.pdu.destinationAddr);
          arrived.wake();
        },
      });
      for (let index = 0; index < 200; index++) {
        carrier.send({ command: 'deliver_sm', destinationAddr: String(index) }, index + 1);
      }
      for (let accepted = 0; accepted < 200;) {
        if (waiting.length === 0) await new Promise<void>((resolve) => (arrived.wake = resolve));
        expect(session.unansweredIncomingCount).toBeLessThanOrEqual(10);
        for (const request of waiting.splice(0)) {
          request.accept();
          accepted += 1;
        }
      }
      await carrier.receive('deliver_sm_resp', 200);
      expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
    });

    it('answers once, however often it is told to', async () => {
      const { carrier } = await open({
        onRequest: (request) => {
          request.accept();
          request.refuse(STATUS.ESME_RSYSERR);
          return STATUS.ESME_RX_P_APPN;
        },
      });
      carrier.send({ command: 'deliver_sm' }, 1);
      carrier.send({ command: 'enquire_link' }, 2);
      await carrier.receive('enquire_link_resp');
      expect(carrier.received.filter((pdu) => pdu.command === 'deliver_sm_resp')).toMatchObject([
        { status: 0 },
      ]);
    });
  });

  it('leaves a half-open peer that never closes its side', async () => {
    const clock = new ManualClock();
    const { carrier, session } = await open({ clock });
    const closed = closeOf(session);
    carrier.send({ command: 'unbind' }, 1);
    await carrier.receive('unbind_resp');
    clock.advance(1_000);
    expect(await closed).toMatchObject([{ reason: 'unbound_by_peer' }]);
    expect(session.state).toBe('closed');
  });

  it('reads nothing into a bind_resp nobody asked for', async () => {
    const carrier = await RawCarrier.start('silent');
    opened.push({ stop: () => carrier.stop() });
    const clock = new ManualClock();
    const binding = connectSession({ host: '127.0.0.1', port: carrier.port, bind: BIND, session: { clock } });
    const failure = binding.catch((error: unknown) => error);
    const { sequence } = await carrier.receive('bind_transceiver');
    carrier.send({ command: 'bind_transceiver_resp', systemId: 'EVIL' }, sequence + 5);
    carrier.send({ command: 'enquire_link' }, 1);
    await carrier.receive('enquire_link_resp');
    clock.advance(30_000);
    expect(await failure).toMatchObject({ result: { kind: 'unanswered' } });
  });

  it('cannot reach a port nobody listens on', async () => {
    await expect(connectSession({ host: '127.0.0.1', port: 1, bind: BIND })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
