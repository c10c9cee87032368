import { once } from 'node:events';
import { connect } from 'node:net';
import { ManualClock } from '../../../test/peers/manual-clock.js';
import { SELF_SIGNED } from '../../../test/peers/self-signed-certificate.js';
import { connectSession } from '../client/connect.js';
import { decodePdu } from '../pdu/decode.js';
import { encodePdu } from '../pdu/encode.js';
import { PduFramer } from '../pdu/framer.js';
import type { Bind, Pdu, PduInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import type { SmppSession } from '../session/session.js';
import { SmppServer, type SmppServerOptions } from './server.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const BIND = { systemId: 'tester', password: 'secret' };

describe('the server', () => {
  const servers: SmppServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      for (const session of server.sessions) session.destroy();
      await server.close();
    }
  });
  const serve = async (options: SmppServerOptions = {}): Promise<SmppServer> => {
    const server = new SmppServer(options);
    servers.push(server);
    await server.listen();
    return server;
  };
  /** What a peer that is no session of ours gets for these PDUs, in order. */
  const ask = async (server: SmppServer, pdus: PduInput[], answers = pdus.length): Promise<Pdu[]> => {
    const socket = connect(server.port, '127.0.0.1');
    const framer = new PduFramer();
    const received: Pdu[] = [];
    socket.write(Buffer.concat(pdus.map((pdu, index) => encodePdu(pdu, index + 1))));
    while (received.length < answers) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      framer.push(chunk);
      for (let frame = framer.next(); frame; frame = framer.next()) {
        const result = decodePdu(frame);
        if (result.ok) received.push(result.pdu);
      }
    }
    socket.destroy();
    return received;
  };

  it('lets in whom its callback lets in, and names itself', async () => {
    const asked: Partial<Bind>[] = [];
    const server = await serve({
      session: {
        systemId: 'CARRIER',
        onBind: async (bind) => {
          asked.push(bind);
          return bind.password === 'secret' ? STATUS.ESME_ROK : STATUS.ESME_RINVPASWD;
        },
      },
    });
    const session = await connectSession({ host: '127.0.0.1', port: server.port, bind: BIND });
    expect(session.peerSystemId).toBe('CARRIER');
    expect([...server.sessions].map((peer) => peer.peerSystemId)).toEqual(['tester']);
    const wrong = connectSession({
      host: '127.0.0.1',
      port: server.port,
      bind: { systemId: 'x', password: 'y' },
    });
    await expect(wrong).rejects.toMatchObject({ result: { kind: 'refused', status: STATUS.ESME_RINVPASWD } });
    expect(asked).toMatchObject([BIND, { systemId: 'x', password: 'y' }]);
    await session.close();
  });

  it('lets nobody in when its callback fails', async () => {
    const server = await serve({ session: { onBind: () => Promise.reject(new Error('no database')) } });
    const binding = connectSession({ host: '127.0.0.1', port: server.port, bind: BIND });
    await expect(binding).rejects.toMatchObject({ result: { kind: 'refused', status: STATUS.ESME_RSYSERR } });
  });

  it('takes no message before a bind, and none on a receiver', async () => {
    const server = await serve({ onRequest: (request) => request.accept('never') });
    expect(await ask(server, [{ command: 'submit_sm' }])).toMatchObject([
      { command: 'submit_sm_resp', status: STATUS.ESME_RINVBNDSTS },
    ]);
    expect(await ask(server, [{ command: 'bind_receiver' }, { command: 'submit_sm' }])).toMatchObject([
      { command: 'bind_receiver_resp', status: 0, tlvs: { scInterfaceVersion: 0x34 } },
      { command: 'submit_sm_resp', status: STATUS.ESME_RINVBNDSTS },
    ]);
  });

  it('answers enquire_link before a bind, in order, and a second bind with "already bound"', async () => {
    const server = await serve();
    const answers = await ask(server, [
      { command: 'enquire_link' },
      { command: 'bind_transmitter' },
      { command: 'bind_transmitter' },
    ]);
    expect(answers.map(({ command, status }) => [command, status])).toEqual([
      ['enquire_link_resp', 0],
      ['bind_transmitter_resp', STATUS.ESME_ROK],
      ['bind_transmitter_resp', STATUS.ESME_RALYBND],
    ]);
  });

  it('takes a message that comes right behind the bind, without waiting for its answer', async () => {
    const server = await serve({
      session: { onBind: () => STATUS.ESME_ROK },
      onRequest: (request) => request.accept('early'),
    });
    expect(await ask(server, [{ command: 'bind_transmitter' }, { command: 'submit_sm' }])).toMatchObject([
      { command: 'bind_transmitter_resp', status: 0 },
      { command: 'submit_sm_resp', status: 0, messageId: 'early' },
    ]);
  });

  it('leaves a connection that does not bind within 30 s', async () => {
    const clock = new ManualClock();
    const server = await serve({ session: { clock } });
    const connected = once(server, 'connection');
    const socket = connect(server.port, '127.0.0.1').resume();
    await connected;
    const closed = once(server, 'sessionClosed');
    clock.advance(30_000);
    expect((await closed)[1]).toMatchObject({ reason: 'bind_timeout' });
    socket.destroy();
  });

  it('answers any request with any status and fields', async () => {
    const server = await serve({
      onRequest: (request) => {
        if (request.pdu.command === 'query_sm')
          request.respond(0, { messageId: request.pdu.messageId, messageState: 2 });
        else request.refuse(0x0400);
      },
    });
    const session = await connectSession({ host: '127.0.0.1', port: server.port, bind: BIND });
    expect(await session.submit({ command: 'query_sm', messageId: 'q1' })).toMatchObject({
      kind: 'accepted',
      response: { messageId: 'q1', messageState: 2 },
    });
    expect(await session.submit({ command: 'submit_sm' })).toMatchObject({ kind: 'refused', status: 0x0400 });
    expect(await session.submit({ command: 'submit_multi' })).toMatchObject({
      kind: 'refused',
      status: 0x0400,
    });
    await session.close();
  });

  it('can be told to keep silent, to answer with a wrong sequence, and to cut in the middle of a PDU', async () => {
    const server = await serve({
      onRequest: (request, session) => {
        if (request.pdu.sequence === 2) return request.drop();
        session.sendPdu({ command: 'submit_sm_resp', messageId: 'stray' }, 999);
        session.writeRaw(encodePdu({ command: 'submit_sm_resp', messageId: 'half' }, 3).subarray(0, 10));
        setImmediate(() => session.destroy());
      },
    });
    const session = await connectSession({ host: '127.0.0.1', port: server.port, bind: BIND });
    const stray = once(session, 'unmatchedResponse');
    const outcomes = session.submitAll([{ command: 'submit_sm' }, { command: 'submit_sm' }]);
    expect(await stray).toMatchObject([{ messageId: 'stray', sequence: 999 }]);
    expect(await outcomes).toMatchObject([{ kind: 'lost' }, { kind: 'lost' }]);
  });

  it('carries 5,000 messages each way in windows, in order', async () => {
    const received: string[] = [];
    const server = await serve({
      session: { windowSize: 50 },
      onRequest: (request) => {
        if (request.pdu.command === 'submit_sm') received.push(request.pdu.destinationAddr);
        request.accept(String(received.length));
      },
    });
    const delivered: string[] = [];
    const session = await connectSession({
      host: '127.0.0.1',
      port: server.port,
      bind: BIND,
      session: {
        windowSize: 50,
        onRequest: (request) => {
          if (request.pdu.command === 'deliver_sm') delivered.push(request.pdu.destinationAddr);
          request.accept();
        },
      },
    });
    const numbers = Array.from({ length: 5_000 }, (_, index) => String(index));
    const [peer] = server.sessions;
    const [outcomes, deliveries] = await Promise.all([
      session.submitAll(numbers.map((destinationAddr) => ({ command: 'submit_sm', destinationAddr }))),
      peer?.submitAll(numbers.map((destinationAddr) => ({ command: 'deliver_sm', destinationAddr }))),
    ]);
    expect(received).toEqual(numbers);
    expect(delivered).toEqual(numbers);
    expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.messageId)).toEqual(
      numbers.map((number) => String(Number(number) + 1)),
    );
    expect(deliveries?.every(({ kind }) => kind === 'accepted')).toBe(true);
    await session.close();
  });

  it('stops reading from a peer that asks and asks but takes no answer, and answers all in the end', async () => {
    const questions = 1_000_000;
    const maxBufferedBytes = 100_000;
    /** What one read of the socket may add after the last look, and what the outbox gathers. */
    const slackBytes = 200_000;
    const server = await serve({ session: { maxBufferedBytes } });
    const connected = once(server, 'connection') as Promise<[SmppSession]>;
    const socket = connect(server.port, '127.0.0.1');
    const [session] = await connected;
    const question = encodePdu({ command: 'enquire_link' }, 1);
    socket.write(Buffer.alloc(questions * question.length, question));
    while (session.bufferedBytes <= maxBufferedBytes) await nextTurn();
    for (let turn = 0; turn < 200; turn++) {
      expect(session.bufferedBytes).toBeLessThanOrEqual(maxBufferedBytes + slackBytes);
      await nextTurn();
    }
    let answered = 0;
    socket.on('data', (chunk: Buffer) => (answered += chunk.length));
    while (answered < questions * question.length) await once(socket, 'data');
    expect(answered).toBe(questions * question.length);
    socket.destroy();
  });

  it('speaks TLS, and a client that does not trust its certificate stays away', async () => {
    const server = await serve({ tls: SELF_SIGNED, onRequest: (request) => request.accept('over TLS') });
    const endpoint = { host: '127.0.0.1', port: server.port, bind: BIND };
    const session = await connectSession({ ...endpoint, tls: { ca: SELF_SIGNED.cert } });
    expect(await session.submit({ command: 'submit_sm' })).toMatchObject({ messageId: 'over TLS' });
    await session.close();
    await expect(connectSession({ ...endpoint, tls: {} })).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('closes in order: its peers are unbound', async () => {
    const server = await serve();
    const session = await connectSession({ host: '127.0.0.1', port: server.port, bind: BIND });
    const closed = once(session, 'close');
    await server.close();
    expect(await closed).toMatchObject([{ reason: 'unbound_by_peer' }]);
    expect(server.sessions.size).toBe(0);
  });

  it('refuses to start with a name that no bind response can carry', () => {
    expect(() => new SmppServer({ session: { systemId: 'x'.repeat(16) } })).toThrow(
      'systemId: 16 characters',
    );
  });
});
