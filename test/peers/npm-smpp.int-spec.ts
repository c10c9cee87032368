import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { buildReceipt, connectSession, readReceipt, type Receipt, SmppServer, STATUS } from '#smpp';

/** A PDU of the npm package, which names its fields as the specification does. */
type NodePdu = Record<string, unknown> & {
  command_status: number;
  sequence_number: number;
  response(fields?: object): NodePdu;
};
interface NodeSession extends EventEmitter {
  bind_transceiver(fields: object, answer: (pdu: NodePdu) => void): void;
  submit_sm(fields: object, answer: (pdu: NodePdu) => void): void;
  deliver_sm(fields: object, answer: (pdu: NodePdu) => void): void;
  enquire_link(answer: (pdu: NodePdu) => void): void;
  unbind(answer: (pdu: NodePdu) => void): void;
  send(pdu: NodePdu): void;
  close(): void;
}
interface NodeSmpp {
  connect(options: { host: string; port: number }, connected?: () => void): NodeSession;
  createServer(listener: (session: NodeSession) => void): Server;
}
const nodeSmpp = createRequire(import.meta.url)('smpp') as NodeSmpp;

const ask = (call: (answer: (pdu: NodePdu) => void) => void): Promise<NodePdu> => new Promise(call);

describe('the npm package smpp', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it('is served by us: bind, submit, receipt, enquire_link, unbind', async () => {
    const submitted: unknown[] = [];
    const server = new SmppServer({
      session: {
        systemId: 'OURS',
        onBind: ({ password }) => (password === 'secret' ? 0 : STATUS.ESME_RINVPASWD),
      },
      onRequest: (request) => {
        submitted.push(request.pdu);
        request.accept('0A1B');
      },
    });
    const port = await server.listen();
    closers.push(() => server.close({ drainMs: 0, unbindMs: 0 }));
    const client = nodeSmpp.connect({ host: '127.0.0.1', port });
    await once(client, 'connect');

    const refused = await ask((answer) =>
      client.bind_transceiver({ system_id: 'node', password: 'no' }, answer),
    );
    expect(refused.command_status).toBe(STATUS.ESME_RINVPASWD);
    const bound = await ask((answer) =>
      client.bind_transceiver({ system_id: 'node', password: 'secret' }, answer),
    );
    expect(bound).toMatchObject({ command_status: 0, system_id: 'OURS', sc_interface_version: 0x34 });

    const answer = await ask((answer) =>
      client.submit_sm(
        {
          source_addr: 'ACME',
          destination_addr: '886912345678',
          registered_delivery: 1,
          short_message: 'hello',
          user_message_reference: 7,
        },
        answer,
      ),
    );
    expect(answer).toMatchObject({ command_status: 0, message_id: '0A1B' });
    expect(submitted).toMatchObject([
      {
        command: 'submit_sm',
        sourceAddr: 'ACME',
        destinationAddr: '886912345678',
        shortMessage: Buffer.from('hello'),
        tlvs: { userMessageReference: 7 },
      },
    ]);

    client.on('deliver_sm', (pdu: NodePdu) => client.send(pdu.response()));
    const delivered = once(client, 'deliver_sm') as Promise<[NodePdu]>;
    const [session] = server.sessions;
    const receipt = buildReceipt({ messageId: '0A1B', state: 'undeliverable', errorCode: '011' });
    const outcome = await session?.submit({ command: 'deliver_sm', sourceAddr: '886912345678', ...receipt });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect((await delivered)[0]).toMatchObject({
      esm_class: 4,
      receipted_message_id: '0A1B',
      message_state: 5,
      short_message: { message: expect.stringMatching(/^id:0A1B .* stat:UNDELIV err:011 text:$/) as string },
    });

    expect(await ask((answer) => client.enquire_link(answer))).toMatchObject({ command_status: 0 });
    const closed = once(client, 'close');
    expect(await ask((answer) => client.unbind(answer))).toMatchObject({ command_status: 0 });
    client.close();
    await closed;
  });

  it('serves us: bind, submit, refusal, receipt, unbind', async () => {
    const receiptAnswers = new EventEmitter<{ answered: [NodePdu] }>();
    const server = nodeSmpp.createServer((session) => {
      session.on('bind_transceiver', (pdu: NodePdu) => session.send(pdu.response({ system_id: 'NODE' })));
      session.on('unbind', (pdu: NodePdu) => session.send(pdu.response()));
      session.on('submit_sm', (pdu: NodePdu) => {
        if (pdu.destination_addr === '13') return session.send(pdu.response({ command_status: 0x58 }));
        session.send(pdu.response({ message_id: `node-${String(pdu.destination_addr)}` }));
        if (!pdu.registered_delivery) return;
        session.deliver_sm(
          {
            source_addr: pdu.destination_addr,
            esm_class: 4,
            receipted_message_id: `node-${String(pdu.destination_addr)}`,
            message_state: 2,
            short_message: 'id:other stat:DELIVRD err:000',
          },
          (answer) => receiptAnswers.emit('answered', answer),
        );
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());

    const receipts: (Receipt | undefined)[] = [];
    const session = await connectSession({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      bind: { systemId: 'carillon', password: 'secret' },
      session: {
        windowSize: 20,
        onRequest: (request) => {
          if (request.pdu.command === 'deliver_sm') receipts.push(readReceipt(request.pdu));
          return STATUS.ESME_ROK;
        },
      },
    });
    closers.push(() => session.destroy());
    expect(session.peerSystemId).toBe('NODE');

    const numbers = Array.from({ length: 100 }, (_, index) => String(index));
    const outcomes = await session.submitAll(
      numbers.map((destinationAddr) => ({
        command: 'submit_sm',
        destinationAddr,
        shortMessage: Buffer.from('hi'),
      })),
    );
    expect(outcomes[13]).toMatchObject({ kind: 'refused', status: STATUS.ESME_RTHROTTLED });
    expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.messageId)).toEqual(
      numbers.map((number) => number !== '13' && `node-${number}`),
    );

    const answered = once(receiptAnswers, 'answered') as Promise<[NodePdu]>;
    await session.submit({ command: 'submit_sm', destinationAddr: '777', registeredDelivery: 1 });
    expect((await answered)[0].command_status).toBe(0);
    expect(receipts).toMatchObject([{ messageId: 'node-777', state: 'delivered' }]);
    await session.close();
  });
});
