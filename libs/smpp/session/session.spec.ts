import { EventEmitter, once } from 'node:events';
import { ManualClock } from '../../../test/peers/manual-clock.js';
import { SessionBench, submitSm, TESTER } from '../../../test/peers/session-bench.js';
import { connectSession, SmppBindError } from '../client/connect.js';
import { STATUS } from '../pdu/statuses.js';
import type { IncomingRequest } from './incoming-request.js';
import type { SmppSession } from './session.js';

const closeOf = (session: SmppSession) => once(session, 'close') as Promise<[{ reason: string }]>;

describe('a session', () => {
  const bench = new SessionBench();
  afterEach(() => bench.clear());

  describe('binding', () => {
    it('is bound by status 0 and by "already bound"', async () => {
      for (const status of [STATUS.ESME_ROK, STATUS.ESME_RALYBND]) {
        const { session } = await bench.open({}, status);
        expect(session.state).toBe('bound');
        expect(session.mode).toBe('transceiver');
      }
    });

    it('ends when the bind is refused', async () => {
      await expect(bench.open({}, STATUS.ESME_RINVPASWD)).rejects.toMatchObject({
        name: 'SmppBindError',
        result: { kind: 'refused', status: STATUS.ESME_RINVPASWD },
      });
    });

    it('ends when the carrier accepts the connection and is silent for 30 s', async () => {
      const clock = new ManualClock();
      const carrier = await bench.startCarrier('silent');
      const binding = bench.connect(carrier, { clock });
      const failure = binding.catch((error: unknown) => error);
      await carrier.receive('bind_transceiver');
      clock.advance(29_999);
      clock.advance(1);
      const error = await failure;
      expect(error).toBeInstanceOf(SmppBindError);
      expect(error).toMatchObject({ result: { kind: 'unanswered' } });
    });

    it('sends nothing after it is closed', async () => {
      const { carrier, session } = await bench.open();
      const closing = session.close();
      const { sequence } = await carrier.receive('unbind');
      carrier.send({ command: 'unbind_resp' }, sequence);
      await closing;
      expect(await session.submit(submitSm())).toEqual({ kind: 'not_sent', reason: 'closed' });
    });

    it('refuses a window outside 1 to 1,000', async () => {
      await expect(bench.open({ windowSize: 1_001 })).rejects.toThrow('windowSize: 1001');
      await expect(bench.open({ windowSize: 0 })).rejects.toThrow('windowSize: 0');
    });
  });

  describe('time', () => {
    it('reports an answer that never came, and later the answer that came too late', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await bench.open({ clock, windowSize: 1, enquireIdleMs: 600_000 });
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
      const { carrier, session } = await bench.open({ clock });
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      clock.block(120_000);
      expect(session.pendingCount).toBe(1);
      carrier.send({ command: 'submit_sm_resp', messageId: 'in time' }, sequence);
      expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'in time' });
    });

    it('does not count the time in which it refuses to read', async () => {
      const clock = new ManualClock();
      const held: IncomingRequest[] = [];
      const arrived = new EventEmitter();
      const { carrier, session } = await bench.open({
        clock,
        maxUnansweredIncoming: 1,
        onRequest: (request) => {
          held.push(request);
          arrived.emit('request');
        },
      });
      const outcome = session.submit(submitSm());
      const { sequence } = await carrier.receive('submit_sm');
      const holding = once(arrived, 'request');
      carrier.send({ command: 'deliver_sm' }, 1);
      await holding;
      carrier.send({ command: 'submit_sm_resp', messageId: 'behind it' }, sequence);
      clock.advance(120_000);
      expect(session.pendingCount).toBe(1);
      for (const request of held) request.accept();
      expect(await outcome).toMatchObject({ kind: 'accepted', messageId: 'behind it' });
    });

    it('asks a silent carrier, and leaves after two misses', async () => {
      const clock = new ManualClock();
      const { carrier, session } = await bench.open({ clock });
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
      const { carrier, session } = await bench.open({ clock });
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

  describe('closing', () => {
    it('waits for the answers, unbinds, and sends nothing new', async () => {
      const { carrier, session } = await bench.open({ windowSize: 1 });
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
      const { carrier, session } = await bench.open({ clock });
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
      const { carrier, session } = await bench.open({ onRequest: (request) => void requests.push(request) });
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

  it('leaves a half-open peer that never closes its side', async () => {
    const clock = new ManualClock();
    const { carrier, session } = await bench.open({ clock });
    const closed = closeOf(session);
    carrier.send({ command: 'unbind' }, 1);
    await carrier.receive('unbind_resp');
    clock.advance(1_000);
    expect(await closed).toMatchObject([{ reason: 'unbound_by_peer' }]);
    expect(session.state).toBe('closed');
  });

  it('reads nothing into a bind_resp nobody asked for', async () => {
    const carrier = await bench.startCarrier('silent');
    const clock = new ManualClock();
    const binding = bench.connect(carrier, { clock });
    const failure = binding.catch((error: unknown) => error);
    const { sequence } = await carrier.receive('bind_transceiver');
    carrier.send({ command: 'bind_transceiver_resp', systemId: 'EVIL' }, sequence + 5);
    carrier.send({ command: 'deliver_sm' }, 1);
    expect(await carrier.receive('deliver_sm_resp')).toMatchObject({ status: STATUS.ESME_RINVBNDSTS });
    clock.advance(30_000);
    expect(await failure).toMatchObject({ result: { kind: 'unanswered' } });
  });

  it('cannot reach a port nobody listens on', async () => {
    await expect(connectSession({ host: '127.0.0.1', port: 1, bind: TESTER })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
