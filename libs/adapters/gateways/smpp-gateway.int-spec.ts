import { decodeGsm7Unpacked, decodeUcs2, parseUdh } from '#domain';
import {
  buildReceipt,
  SmppServer,
  STATUS,
  type IncomingRequest,
  type SmppSession,
  type SubmitSm,
} from '#smpp';
import { waitFor } from '#testing';
import {
  describeGatewayConformance,
  TestListener,
  textTo,
  type CarrierAnswer,
  type GatewayOptions,
  type OpenedGateway,
  type SubmittedText,
  type TestCarrier,
} from './gateway-conformance.fixture-spec.js';
import { SmppGateway } from './smpp-gateway.adapter.js';
import { parseSmppUrl } from './smpp-url.js';

/** Short, so that a test need not wait a minute for an answer that does not come. */
const RESPONSE_TIMEOUT_MS = 300;

const REFUSALS: Partial<Record<CarrierAnswer, number>> = {
  refuse: STATUS.ESME_RINVDSTADR,
  throttle: STATUS.ESME_RTHROTTLED,
  queue_full: STATUS.ESME_RX_T_APPN,
};

/** A message centre that does what it is told. */
class SmppCarrier implements TestCarrier {
  readonly taken: SubmittedText[] = [];
  readonly server: SmppServer;
  #answers = new Map<string, CarrierAnswer[]>();
  #waiting: (() => void)[] = [];
  #ids = new Map<string, string>();
  #lastId = 0;

  constructor() {
    this.server = new SmppServer({
      onRequest: (request, session) => this.#take(request, session),
    });
  }

  answer(recipient: string, ...answers: CarrierAnswer[]): void {
    this.#answers.set(recipient, answers);
  }

  answerLate(): void {
    for (const answer of this.#waiting.splice(0)) answer();
  }

  report(recipient: string, state: 'delivered' | 'undelivered' | 'expired'): Promise<boolean> {
    const messageId = this.#ids.get(recipient) ?? '';
    const smppState = state === 'undelivered' ? 'undeliverable' : state;
    return this.#deliver(recipient, 'LANTERN', buildReceipt({ messageId, state: smppState }));
  }

  reply(from: string, to: string, text: string): Promise<boolean> {
    const shortMessage = Buffer.from(text, 'utf16le').swap16();
    return this.#deliver(from, to, { shortMessage, dataCoding: 8, esmClass: 0 });
  }

  async #deliver(from: string, to: string, fields: object): Promise<boolean> {
    const [session] = this.server.sessions;
    const outcome = await session?.submit({
      command: 'deliver_sm',
      sourceAddr: from.replace('+', ''),
      destinationAddr: to,
      ...fields,
    });
    if (outcome?.kind === 'refused') expect(outcome.status).toBe(STATUS.ESME_RX_T_APPN);
    return outcome?.kind === 'accepted';
  }

  #take(request: IncomingRequest, session: SmppSession): void {
    const pdu = request.pdu as SubmitSm;
    const recipient = `+${pdu.destinationAddr}`;
    this.taken.push(readSubmitted(pdu));
    const answers = this.#answers.get(recipient) ?? ['accept'];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'accept';
    const messageId = `0A${(++this.#lastId).toString(16).toUpperCase()}`;
    const accept = () => {
      this.#ids.set(recipient, messageId);
      request.accept(messageId);
    };
    const refusal = REFUSALS[answer];
    if (refusal !== undefined) request.refuse(refusal);
    else if (answer === 'late') this.#waiting.push(accept);
    else if (answer === 'cut') session.destroy();
    else if (answer === 'accept') accept();
  }
}

function readSubmitted(pdu: SubmitSm): SubmittedText {
  const header = pdu.esmClass & 0x40 ? parseUdh(pdu.shortMessage) : null;
  const octets = pdu.shortMessage.subarray(header?.bodyOffset ?? 0);
  return {
    recipient: `+${pdu.destinationAddr}`,
    text: pdu.dataCoding === 8 ? decodeUcs2(octets) : decodeGsm7Unpacked(octets),
    part: header?.concatenation?.sequence ?? 1,
    parts: header?.concatenation?.total ?? 1,
    atMs: performance.now(),
  };
}

async function openSmpp(
  options: GatewayOptions = {},
  query = '',
  responseTimeoutMs = RESPONSE_TIMEOUT_MS,
): Promise<OpenedGateway & { carrier: SmppCarrier }> {
  const { ratePerSecond = 0, window = 20 } = options;
  const carrier = new SmppCarrier();
  const port = await carrier.server.listen();
  const url = `smpp://tester:secret@127.0.0.1:${port}?rate=${ratePerSecond}&window=${window}${query}`;
  const settings = { ...parseSmppUrl(url), responseTimeoutMs };
  const gateway = new SmppGateway(settings, () => undefined);
  const close = async () => {
    for (const session of carrier.server.sessions) session.destroy();
    await gateway.stop();
    await carrier.server.close({ drainMs: 0 });
  };
  return { gateway, carrier, close };
}

describeGatewayConformance('the SMPP gateway', (options) => openSmpp(options));

describe('the SMPP gateway', () => {
  let opened: OpenedGateway & { carrier: SmppCarrier };
  let listener: TestListener;

  const start = async (query = '', responseTimeoutMs?: number) => {
    opened = await openSmpp({}, query, responseTimeoutMs);
    listener = new TestListener();
    opened.gateway.start(listener);
    await waitFor('the gateway is bound', () => opened.gateway.isReady());
  };
  afterEach(() => opened.close());

  it('never has more parts on the wire than its window', async () => {
    await start('', 60_000);
    const { carrier, gateway } = opened;
    carrier.answer('+886912000001', 'late');
    const submitted = gateway.submit(Array.from({ length: 50 }, () => textTo('+886912000001')));
    await waitFor('the window is full', () => carrier.taken.length === 20);
    // By the time this is answered, anything sent beyond the window would have arrived.
    await carrier.report('+886912000001', 'delivered');
    expect(carrier.taken).toHaveLength(20);
    for (const expected of [40, 50]) {
      carrier.answerLate();
      await waitFor('the next texts leave', () => carrier.taken.length === expected);
    }
    carrier.answerLate();
    expect((await submitted).every(({ kind }) => kind === 'accepted')).toBe(true);
  });

  it('joins a receipt in decimal with a response in hex when the link says so', async () => {
    await start('&ids=decimal');
    const [outcome] = await opened.gateway.submit([textTo('+886912000001')]);
    const providerId = outcome?.kind === 'accepted' ? outcome.providerIds[0] : '';
    const [session] = opened.carrier.server.sessions;
    await session?.submit({
      command: 'deliver_sm',
      sourceAddr: '886912000001',
      destinationAddr: 'LANTERN',
      ...buildReceipt({ messageId: BigInt(`0x${providerId}`).toString(), state: 'delivered' }),
    });
    expect(listener.receipts).toMatchObject([{ providerId, state: 'delivered' }]);
  });

  it('tells an intermediate report as such', async () => {
    await start();
    await opened.gateway.submit([textTo('+886912000001')]);
    const [session] = opened.carrier.server.sessions;
    await session?.submit({
      command: 'deliver_sm',
      sourceAddr: '886912000001',
      destinationAddr: 'LANTERN',
      ...buildReceipt({ messageId: '0A1', state: 'enroute', isIntermediate: true }),
    });
    expect(listener.receipts).toMatchObject([{ providerId: 'a1', state: null }]);
  });

  it('pauses after 20 refusals in a row and says so in the log', async () => {
    await start();
    opened.carrier.answer('+886912000001', 'refuse');
    const outcomes = await opened.gateway.submit(Array.from({ length: 25 }, () => textTo('+886912000001')));
    expect(outcomes.every(({ kind }) => kind === 'refused')).toBe(true);
    expect(opened.gateway.isReady()).toBe(false);
    expect(opened.gateway.retryAfterMs).toBeGreaterThan(50_000);
  });
});
