import { once } from 'node:events';
import { createRequire } from 'node:module';
import { waitFor } from '#testing';
import { TestCarrier } from './simulator.fixture-spec.js';

interface NodeSmppPdu {
  command: string;
  command_status: number;
  message_id?: string;
  source_addr?: string;
  esm_class?: number;
  receipted_message_id?: string;
  message_state?: number;
  short_message?: { message: string | Buffer };
  response(): NodeSmppPdu;
}
interface NodeSmppSession {
  bind_transceiver(fields: object, done: (pdu: NodeSmppPdu) => void): void;
  submit_sm(fields: object, done: (pdu: NodeSmppPdu) => void): void;
  unbind(done: () => void): void;
  send(pdu: NodeSmppPdu): void;
  on(event: string, listener: (pdu: NodeSmppPdu) => void): void;
  close(): void;
}

/** The package comes without types. */
const smpp = createRequire(import.meta.url)('smpp') as { connect(url: string): NodeSmppSession };

/** The npm package is an implementation nobody here wrote: what it understands, others will. */
describe('the npm package smpp as a client', () => {
  it('binds, submits, gets its receipt, takes a reply and unbinds', async () => {
    const carrier = await TestCarrier.start();
    const session = smpp.connect(`smpp://127.0.0.1:${carrier.simulator.smppPort}`);
    try {
      const incoming: NodeSmppPdu[] = [];
      session.on('deliver_sm', (pdu) => {
        incoming.push(pdu);
        session.send(pdu.response());
      });
      await once(session as unknown as NodeJS.EventEmitter, 'connect');
      const bound = await new Promise<NodeSmppPdu>((resolve) =>
        session.bind_transceiver({ system_id: 'other', password: 'secret' }, resolve),
      );
      expect(bound.command_status).toBe(0);
      const answer = await new Promise<NodeSmppPdu>((resolve) =>
        session.submit_sm(
          {
            destination_addr: '886912345678',
            source_addr: 'SHOP',
            short_message: 'Hello',
            registered_delivery: 1,
          },
          resolve,
        ),
      );
      expect(answer.command_status).toBe(0);
      const receipt = await waitFor('the receipt', () => incoming[0]);
      expect(receipt).toMatchObject({
        esm_class: 4,
        source_addr: '886912345678',
        receipted_message_id: answer.message_id,
        message_state: 2,
      });
      expect(String(receipt.short_message?.message)).toMatch(
        new RegExp(`^id:${answer.message_id} .*stat:DELIVRD`),
      );
      expect(await carrier.messagesOf('886912345678')).toMatchObject([{ from: 'SHOP', body: 'Hello' }]);

      await carrier.send('POST', '/phones/886912345678/replies', { to: 'SHOP', body: '退訂' });
      const reply = await waitFor('the reply', () => incoming[1]);
      expect(reply.short_message?.message).toBe('退訂');
      await new Promise<void>((resolve) => session.unbind(resolve));
      await waitFor('the session to be gone', async () => (await carrier.stat('sessions')) === 0);
      expect(await carrier.get('/stats')).toMatchObject({ receiptsAcknowledged: 1, repliesAcknowledged: 1 });
    } finally {
      session.close();
      await carrier.simulator.stop();
    }
  });
});
