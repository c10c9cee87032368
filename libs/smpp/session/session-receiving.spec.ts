import { once } from 'node:events';
import { SessionBench } from '../../../test/peers/session-bench.js';
import { STATUS } from '../pdu/statuses.js';
import type { IncomingRequest } from './incoming-request.js';

describe('a session that receives', () => {
  const bench = new SessionBench();
  afterEach(() => bench.clear());

  it('answers a deliver_sm only when its handler has finished', async () => {
    let commit: (status: number) => void = (_status) => undefined;
    const { carrier } = await bench.open({
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
      const { carrier, session } = await bench.open({ onRequest });
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
    const { carrier, session } = await bench.open({
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
    const { carrier } = await bench.open({
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
