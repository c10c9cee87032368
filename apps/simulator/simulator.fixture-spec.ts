import { encodeMessage } from '#domain';
import { createLogger } from '#platform';
import {
  type BindMode,
  connectSession,
  type DeliverSm,
  type IncomingRequest,
  readReceipt,
  type Receipt,
  type RequestOutcome,
  type SmppSession,
  type SubmitSmInput,
} from '#smpp';
import type { Behaviour } from './behaviour/behaviour.js';
import type { PhoneMessage } from './phones/phone-book.js';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';

/** Short delays, so that a test waits for a receipt and not for the clock. */
const FAST: Partial<Behaviour> = { receiptDelayMs: [0, 20] };

/** A simulator of one test, with what a test asks it over HTTP. */
export class TestCarrier {
  private constructor(readonly simulator: Simulator) {}

  static async start(options: Partial<SimulatorOptions> = {}): Promise<TestCarrier> {
    const logger = createLogger('simulator', 'silent');
    const carrier = new TestCarrier(await createSimulator({ logger, seed: 1, ...options }));
    await carrier.behave(FAST);
    return carrier;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.simulator.httpUrl}/simulator${path}`, init);
  }

  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await (await this.fetch(`/api${path}`)).json()) as T;
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.fetch(`/api${path}`, {
      method,
      ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
    });
  }

  async behave(patch: Partial<Behaviour>): Promise<void> {
    const response = await this.send('PUT', '/behaviour', patch);
    if (!response.ok) throw new Error(await response.text());
  }

  /** Everything back to a good day, and empty. */
  async reset(): Promise<void> {
    await this.send('DELETE', '/behaviour');
    await this.behave(FAST);
    await this.send('DELETE', '/phones');
  }

  async messagesOf(number: string): Promise<PhoneMessage[]> {
    return (await this.get<{ data: PhoneMessage[] }>(`/phones/${encodeURIComponent(number)}/messages`)).data;
  }

  async stat(name: string): Promise<number> {
    return Number((await this.get('/stats'))[name]);
  }

  async connect(systemId = 'tester', mode: BindMode = 'transceiver'): Promise<TestClient> {
    return TestClient.connect(this.simulator.smppPort, systemId, mode);
  }
}

/** A client of the carrier that keeps what it receives and the order it came in. */
export class TestClient {
  readonly receipts: Receipt[] = [];
  readonly texts: { from: string; to: string; dataCoding: number; esmClass: number; octets: Buffer }[] = [];
  readonly receiptAddresses: { from: string; to: string }[] = [];
  /** "receipt" and "response", as they came. */
  readonly order: string[] = [];
  /** Statuses to answer the next deliveries with; 0 when there is none. */
  readonly statuses: number[] = [];

  /** Set to take deliveries without ever answering them. */
  isMute = false;
  session!: SmppSession;

  static async connect(port: number, systemId: string, mode: BindMode): Promise<TestClient> {
    const client = new TestClient();
    client.session = await connectSession({
      host: '127.0.0.1',
      port,
      mode,
      bind: { systemId, password: 'secret' },
      session: { windowSize: 100, onRequest: (request) => client.take(request) },
    });
    return client;
  }

  /** Submits one PDU that asks for a receipt. */
  async submit(fields: Partial<SubmitSmInput> & { destinationAddr: string }): Promise<RequestOutcome> {
    const outcome = await this.session.submit({
      command: 'submit_sm',
      sourceAddrTon: 5,
      sourceAddr: 'SHOP',
      destAddrTon: 1,
      destAddrNpi: 1,
      registeredDelivery: 1,
      shortMessage: Buffer.from('Hello'),
      ...fields,
    });
    if (outcome.kind === 'accepted') this.order.push('response');
    return outcome;
  }

  /** Submits a text in as many parts as it needs, the parts in the order `arrange` gives. */
  submitText(
    destinationAddr: string,
    text: string,
    { reference = 7, arrange = (parts: Buffer[]) => parts } = {},
  ): Promise<RequestOutcome[]> {
    const { payloads, dataCoding, esmClassUdhi } = encodeMessage(text, reference);
    const esmClass = esmClassUdhi ? 0x40 : 0;
    return Promise.all(
      arrange(payloads).map((shortMessage) =>
        this.submit({ destinationAddr, dataCoding, esmClass, shortMessage }),
      ),
    );
  }

  private take(request: IncomingRequest): void {
    const { pdu } = request;
    if (pdu.command !== 'deliver_sm' || this.isMute) return request.drop();
    const status = this.statuses.shift() ?? 0;
    if (status === 0) this.keep(pdu);
    request.respond(status);
  }

  private keep(pdu: DeliverSm): void {
    const { sourceAddr: from, destinationAddr: to, dataCoding, esmClass } = pdu;
    const receipt = readReceipt(pdu);
    if (receipt) {
      this.receipts.push(receipt);
      this.receiptAddresses.push({ from, to });
      this.order.push('receipt');
    } else {
      this.texts.push({ from, to, dataCoding, esmClass, octets: Buffer.from(pdu.shortMessage) });
    }
  }
}
