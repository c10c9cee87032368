import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { connectSession, readReceipt, type Receipt, STATUS } from '#smpp';
import { describeWithProgram, ForeignProgram, isInstalled } from './foreign-program.js';

const SCRIPT = join(import.meta.dirname, 'net-smpp-carrier.pl');
const hasNetSmpp = isInstalled('perl', ['-MNet::SMPP', '-e', '1']);

describeWithProgram("Perl's Net::SMPP as the carrier of our client", hasNetSmpp, () => {
  let carrier: ForeignProgram | undefined;
  afterEach(async () => {
    await carrier?.stop();
  });

  const start = async (): Promise<{ carrier: ForeignProgram; port: number }> => {
    carrier = new ForeignProgram('perl', [SCRIPT]);
    const [, port] = await carrier.readLine(/^listening (\d+)$/);
    return { carrier, port: Number(port) };
  };

  it('takes our messages, and we take its receipts', async () => {
    const { carrier, port } = await start();
    const arrivals = new EventEmitter<{ receipt: [Receipt | undefined] }>();
    const session = await connectSession({
      host: '127.0.0.1',
      port,
      bind: { systemId: 'carillon', password: 'secret', systemType: 'BULK' },
      session: {
        onRequest: (request) => {
          if (request.pdu.command === 'deliver_sm') arrivals.emit('receipt', readReceipt(request.pdu));
          request.accept();
        },
      },
    });
    await carrier.readLine(/^bind carillon BULK version 52 status 0$/);
    expect(session.peerSystemId).toBe('PERL');

    const arrived = once(arrivals, 'receipt');
    const outcome = await session.submit({
      command: 'submit_sm',
      sourceAddrTon: 5,
      sourceAddr: 'ACME',
      destAddrTon: 1,
      destAddrNpi: 1,
      destinationAddr: '886912345678',
      registeredDelivery: 1,
      validityPeriod: '000001000000000R',
      dataCoding: 8,
      shortMessage: Buffer.from('你好', 'utf16le').swap16(),
      tlvs: { userMessageReference: 4711 },
    });
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: 'perl-001' });
    await carrier.readLine(
      /^submit perl-001 from ACME to 886912345678 coding 8 validity 000001000000000R reference 4711 text 4f60597d$/,
    );
    expect(await arrived).toMatchObject([{ messageId: 'perl-001', state: 'delivered', errorCode: '000' }]);
    await carrier.readLine(/^receipt answered status 0$/);

    await session.close();
    await carrier.readLine(/^unbind$/);
  });

  it('refuses one message of a window, and the others go through', async () => {
    const { port } = await start();
    const bind = { systemId: 'carillon', password: 'secret' };
    const session = await connectSession({ host: '127.0.0.1', port, bind, session: { windowSize: 50 } });
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    const outcomes = await session.submitAll(
      numbers.map((destinationAddr) => ({
        command: 'submit_sm',
        destinationAddr,
        shortMessage: Buffer.from('x'),
      })),
    );
    expect(outcomes[13]).toMatchObject({ kind: 'refused', status: STATUS.ESME_RTHROTTLED });
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(49);
    expect(outcomes[49]).toMatchObject({ messageId: 'perl-050' });
    await session.close();
  });

  it('refuses a wrong password, and we say so', async () => {
    const { port } = await start();
    const binding = connectSession({
      host: '127.0.0.1',
      port,
      bind: { systemId: 'carillon', password: 'wrong' },
    });
    await expect(binding).rejects.toMatchObject({
      result: { kind: 'refused', status: STATUS.ESME_RINVPASWD },
    });
  });
});
