import { EventEmitter, once } from 'node:events';
import { ManualClock } from '../../../test/peers/manual-clock.js';
import { RawCarrier } from '../../../test/peers/raw-carrier.js';
import { STATUS } from '../pdu/statuses.js';
import { SmppServer, type SmppServerOptions } from '../server/server.js';
import { buildReceipt } from '../receipt/build-receipt.js';
import { readReceipt } from '../receipt/read-receipt.js';
import type { IncomingRequest } from '../session/incoming-request.js';
import type { SmppSession } from '../session/session.js';
import { SmppClient, type SmppClientOptions } from './client.js';
import { MAX_CREDENTIAL_REFUSALS, RetryDelays, SUSPENDED_DELAY_MS } from './retry-delays.js';

const BIND = { systemId: 'tester', password: 'secret' };

describe('the delays of reconnecting', () => {
  it('double from 1 s to 60 s, with the whole delay as jitter', () => {
    const longest = new RetryDelays(() => 0.999_999);
    const delays = Array.from({ length: 9 }, () => Math.ceil(longest.afterLoss().delayMs / 1_000));
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    const shortest = new RetryDelays(() => 0);
    expect(shortest.afterLoss().delayMs).toBe(0);
  });

  it('start again from 1 s after a session that lived, but not after one that was cut at once', () => {
    const delays = new RetryDelays(() => 0.5);
    for (let loss = 0; loss < 5; loss++) delays.afterLoss();
    expect(delays.afterLoss(9_999).delayMs).toBe(16_000);
    expect(delays.afterLoss(10_000).delayMs).toBe(500);
  });

  it.each([0x0d, 0x0e, 0x0f, 0x53])('become 5 minutes after three refusals with status %i', (status) => {
    const delays = new RetryDelays(() => 0.5);
    expect(delays.afterRefusal(status)).toEqual({ delayMs: 500, isSuspended: false });
    expect(delays.afterRefusal(status)).toEqual({ delayMs: 1_000, isSuspended: false });
    expect(delays.afterRefusal(status)).toEqual({ delayMs: 300_000, isSuspended: true });
    expect(delays.afterRefusal(status)).toEqual({ delayMs: 300_000, isSuspended: true });
    delays.afterLoss(60_000);
    expect(delays.afterRefusal(status).isSuspended).toBe(false);
  });

  it('treat another refusal as a loss', () => {
    const delays = new RetryDelays(() => 0.5);
    for (let refusal = 0; refusal < 5; refusal++) {
      expect(delays.afterRefusal(STATUS.ESME_RSYSERR).isSuspended).toBe(false);
    }
  });
});

describe('the client', () => {
  const opened: { close: () => unknown }[] = [];
  afterEach(async () => {
    for (const { close } of opened.splice(0).reverse()) await close();
  });

  const serve = async (options: SmppServerOptions = {}): Promise<SmppServer> => {
    const server = new SmppServer({ onRequest: (request) => request.accept('id-1'), ...options });
    await server.listen();
    opened.push({
      close: async () => {
        for (const session of server.sessions) session.destroy();
        await server.close();
      },
    });
    return server;
  };
  const connectTo = (port: number, options: Partial<SmppClientOptions> = {}): SmppClient => {
    const client = new SmppClient({ host: '127.0.0.1', port, bind: BIND, ...options });
    opened.push({ close: () => client.close({ drainMs: 0 }) });
    client.start();
    return client;
  };

  it('submits and takes the receipt on one transceiver', async () => {
    const receipts: unknown[] = [];
    const server = await serve();
    const client = connectTo(server.port, {
      session: {
        onRequest: (request) => {
          if (request.pdu.command === 'deliver_sm') receipts.push(readReceipt(request.pdu));
          return STATUS.ESME_ROK;
        },
      },
    });
    await client.whenBound();
    const outcomes = await client.submitAll([{ command: 'submit_sm' }, { command: 'submit_sm' }]);
    expect(outcomes).toMatchObject([{ messageId: 'id-1' }, { messageId: 'id-1' }]);
    const [session] = server.sessions;
    const receipt = {
      command: 'deliver_sm',
      ...buildReceipt({ messageId: 'id-1', state: 'delivered' }),
    } as const;
    expect(await session?.submit(receipt)).toMatchObject({ kind: 'accepted' });
    expect(receipts).toMatchObject([{ messageId: 'id-1', state: 'delivered' }]);
  });

  it('binds a transmitter and a receiver side by side, and each does its part', async () => {
    const delivered: string[] = [];
    const server = await serve();
    const client = connectTo(server.port, {
      bindAs: 'pair',
      session: {
        onRequest: (request) => {
          if (request.pdu.command === 'deliver_sm') delivered.push(request.pdu.sourceAddr);
          request.accept();
        },
      },
    });
    await client.whenBound();
    expect(client.transmitter?.mode).toBe('transmitter');
    expect(client.receiver?.mode).toBe('receiver');
    expect(await client.submit({ command: 'submit_sm' })).toMatchObject({ kind: 'accepted' });
    const receiving = [...server.sessions].find((session) => session.mode === 'receiver');
    const transmitting = [...server.sessions].find((session) => session.mode === 'transmitter');
    const message = { command: 'deliver_sm', sourceAddr: '88690' } as const;
    expect(await receiving?.submit(message)).toMatchObject({ kind: 'accepted' });
    expect(await transmitting?.submit(message)).toEqual({ kind: 'not_sent', reason: 'not_bound' });
    expect(await client.receiver?.submit({ command: 'submit_sm' })).toEqual({
      kind: 'not_sent',
      reason: 'not_bound',
    });
    expect(delivered).toEqual(['88690']);
  });

  it('sends nothing while it is not bound', async () => {
    const client = new SmppClient({ host: '127.0.0.1', port: 1, bind: BIND });
    expect(await client.submitAll([{ command: 'submit_sm' }])).toEqual([
      { kind: 'not_sent', reason: 'not_bound' },
    ]);
  });

  it('binds again after the carrier has cut the connection', async () => {
    const server = await serve();
    const client = connectTo(server.port, { random: () => 0 });
    await client.whenBound();
    const first = client.transmitter;
    const again = once(client, 'bound') as Promise<[SmppSession]>;
    const unbound = once(client, 'unbound');
    for (const session of server.sessions) session.destroy();
    expect((await unbound)[1]).toMatchObject({ reason: 'connection_lost' });
    const [second] = await again;
    expect(second.id).not.toBe(first?.id);
    expect(await client.submit({ command: 'submit_sm' })).toMatchObject({ kind: 'accepted' });
  });

  it('stops asking after three refused passwords, says so, and asks again 5 minutes later', async () => {
    const clock = new ManualClock();
    let isRight = false;
    const binds: string[] = [];
    const server = await serve({
      session: {
        onBind: (bind) => {
          binds.push(bind.password);
          return isRight ? STATUS.ESME_ROK : STATUS.ESME_RINVPASWD;
        },
      },
    });
    const client = connectTo(server.port, { random: () => 0, session: { clock } });
    for (let refusal = 1; refusal <= MAX_CREDENTIAL_REFUSALS; refusal++) {
      const [status, retry] = (await once(client, 'bindRefused')) as [number, { isSuspended: boolean }];
      expect(status).toBe(STATUS.ESME_RINVPASWD);
      expect(retry.isSuspended).toBe(refusal === MAX_CREDENTIAL_REFUSALS);
      if (!retry.isSuspended) clock.advance(0);
    }
    expect(clock.pendingDelaysMs).toContain(SUSPENDED_DELAY_MS);
    isRight = true;
    const bound = client.whenBound();
    clock.advance(SUSPENDED_DELAY_MS - 1);
    expect(binds).toEqual(['secret', 'secret', 'secret']);
    clock.advance(1);
    await bound;
    expect(binds).toHaveLength(4);
  });

  it('can be closed while the carrier keeps it waiting for the bind', async () => {
    const carrier = await RawCarrier.start('silent');
    opened.push({ close: () => carrier.stop() });
    const client = connectTo(carrier.port);
    await carrier.receive('bind_transceiver');
    await client.close();
    expect(client.isBound).toBe(false);
    expect(client.transmitter).toBeUndefined();
  });

  it('brings late answers with the reference of the request', async () => {
    const clock = new ManualClock();
    const asked = new EventEmitter<{ request: [IncomingRequest] }>();
    const server = await serve({ onRequest: (request) => void asked.emit('request', request) });
    const client = connectTo(server.port, { session: { clock, responseTimeoutMs: 5_000 } });
    await client.whenBound();
    const requested = once(asked, 'request') as Promise<[IncomingRequest]>;
    const outcome = client.submit({ command: 'submit_sm' }, { attempt: 9 });
    const [request] = await requested;
    clock.advance(5_500);
    expect(await outcome).toMatchObject({ kind: 'unanswered' });
    const late = once(client, 'lateResponse');
    request.accept('late-id');
    expect((await late)[0]).toMatchObject({ reference: { attempt: 9 }, outcome: { messageId: 'late-id' } });
  });
});
