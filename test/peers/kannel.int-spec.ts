import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReceipt, SmppServer, type SmppSession, type SubmitSm } from '#smpp';
import {
  askUntil,
  describeWithProgram,
  findFreePort,
  ForeignProgram,
  isInstalled,
} from './foreign-program.js';

const hasKannel = isInstalled('which', ['bearerbox']) && isInstalled('which', ['smsbox']);
/** Kannel's dlr-mask: 1 delivered, 2 not delivered, 8 accepted by the carrier, 16 refused by it. */
const DLR_DELIVERED = '1';
const DLR_FAILED = '2';
const DLR_MASK = '27';

interface KannelPorts {
  admin: number;
  smsbox: number;
  sendsms: number;
  carrier: number;
}

const configure = (ports: KannelPorts): string => `
group = core
admin-port = ${ports.admin}
admin-password = secret
smsbox-port = ${ports.smsbox}
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = ours
host = 127.0.0.1
port = ${ports.carrier}
transceiver-mode = true
smsc-username = kannel
smsc-password = secret
system-type = "VMA"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.sendsms}

group = sendsms-user
username = tester
password = secret
max-messages = 5
concatenation = true

group = sms-service
keyword = default
max-messages = 0
text = ""
`;

describeWithProgram('Kannel sending through our server', hasKannel, () => {
  const programs: ForeignProgram[] = [];
  const arrivals = new EventEmitter<{ submit: [SubmitSm]; dlr: [URLSearchParams] }>();
  const server = new SmppServer({
    session: {
      systemId: 'OURS',
      onBind: ({ systemId, password }) => (systemId === 'kannel' && password === 'secret' ? 0 : 0x0e),
    },
    onRequest: (request) => {
      if (request.pdu.command !== 'submit_sm') return 0x03;
      request.accept(`id-${request.pdu.sequence}`);
      arrivals.emit('submit', request.pdu);
      return undefined;
    },
  });
  let folder = '';
  let ports: KannelPorts;
  let dlrServer: Server;
  let session: SmppSession;

  beforeAll(async () => {
    const [admin, smsbox, sendsms] = await Promise.all([findFreePort(), findFreePort(), findFreePort()]);
    ports = { admin, smsbox, sendsms, carrier: await server.listen() };
    dlrServer = createServer((request, response) => {
      response.end('ok');
      const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
      arrivals.emit('dlr', searchParams);
    }).listen(0, '127.0.0.1');
    await once(dlrServer, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'kannel-'));
    const configuration = join(folder, 'kannel.conf');
    await writeFile(configuration, configure(ports));

    const bound = once(server, 'bound') as Promise<[SmppSession]>;
    const bearerbox = new ForeignProgram('bearerbox', ['-v', '1', configuration]);
    programs.push(bearerbox);
    await bearerbox.readLine(/Start-up done/);
    programs.push(new ForeignProgram('smsbox', ['-v', '1', configuration]));
    [session] = await bound;
  });

  afterAll(async () => {
    for (const program of programs) await program.stop();
    await server.close({ drainMs: 0, unbindMs: 0 });
    dlrServer.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** Sends through smsbox's HTTP interface; until smsbox has reached bearerbox it refuses, and nothing is sent. */
  const send = async (to: string, text: string, coding: '0' | '2'): Promise<void> => {
    const { port } = dlrServer.address() as AddressInfo;
    const dlrUrl = `http://127.0.0.1:${port}/dlr?to=${to}&state=%d&text=%A`;
    const query = new URLSearchParams({
      username: 'tester',
      password: 'secret',
      from: 'ACME',
      to,
      text,
      coding,
      charset: 'utf-8',
      'dlr-mask': DLR_MASK,
      'dlr-url': dlrUrl,
    });
    await askUntil('waiting for smsbox to take a message', async () => {
      const response = await fetch(
        `http://127.0.0.1:${ports.sendsms}/cgi-bin/sendsms?${query.toString()}`,
      ).catch(() => undefined);
      return response?.status === 202 ? true : undefined;
    });
  };
  const awaitDlr = async (state: string): Promise<URLSearchParams> => {
    for (;;) {
      const [dlr] = (await once(arrivals, 'dlr')) as [URLSearchParams];
      if (dlr.get('state') === state) return dlr;
    }
  };

  it('binds as a transceiver', () => {
    expect(session.mode).toBe('transceiver');
    expect(session.peerSystemId).toBe('kannel');
  });

  it('submits a message, and takes our receipt for the id we gave', async () => {
    const submitted = once(arrivals, 'submit') as Promise<[SubmitSm]>;
    await send('886912345678', 'Hello from Kannel', '0');
    const [pdu] = await submitted;
    expect(pdu).toMatchObject({ sourceAddr: 'ACME', destinationAddr: '886912345678' });
    expect(pdu.shortMessage.toString('latin1')).toBe('Hello from Kannel');
    expect(pdu.registeredDelivery & 1).toBe(1);

    const reported = awaitDlr(DLR_DELIVERED);
    const outcome = await session.submit({
      command: 'deliver_sm',
      sourceAddr: pdu.destinationAddr,
      destinationAddr: pdu.sourceAddr,
      ...buildReceipt({ messageId: `id-${pdu.sequence}`, state: 'delivered' }),
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const dlr = await reported;
    expect(dlr.get('to')).toBe('886912345678');
    expect(dlr.get('text')).toContain('stat:DELIVRD');
  });

  it('submits Chinese as UCS-2, and takes a receipt of failure without optional parameters', async () => {
    const submitted = once(arrivals, 'submit') as Promise<[SubmitSm]>;
    await send('886987654321', '你好', '2');
    const [pdu] = await submitted;
    expect(pdu.dataCoding).toBe(8);
    expect(pdu.shortMessage.toString('hex')).toBe('4f60597d');

    const reported = awaitDlr(DLR_FAILED);
    const receipt = buildReceipt({ messageId: `id-${pdu.sequence}`, state: 'undeliverable', hasTlvs: false });
    await session.submit({
      command: 'deliver_sm',
      sourceAddr: pdu.destinationAddr,
      destinationAddr: pdu.sourceAddr,
      ...receipt,
    });
    expect((await reported).get('to')).toBe('886987654321');
  });
});
