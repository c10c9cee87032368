import type {
  Gateway,
  GatewayListener,
  InboundMessage,
  OutboundMessage,
  Receipt,
  SubmitOutcome,
} from '#domain';
import { waitFor } from '#testing';

/** What the carrier under test shall do with the next submissions to a number. */
export type CarrierAnswer =
  | 'accept'
  | 'refuse'
  | 'throttle'
  | 'queue_full'
  /** Takes it and never answers. */
  | 'silence'
  /** Takes it and cuts the connection. */
  | 'cut'
  /** Answers only when `answerLate` is called. */
  | 'late';

export interface SubmittedText {
  recipient: string;
  text: string;
  /** 1 and 1 for a message of one part. */
  part: number;
  parts: number;
  atMs: number;
}

/** The carrier at the other end, as a suite needs it; each adapter brings its own. */
export interface TestCarrier {
  /** In the order of arrival. */
  readonly taken: SubmittedText[];
  /** @param answers one per submission to that number; the last one stays */
  answer(recipient: string, ...answers: CarrierAnswer[]): void;
  /** Answers what is still waiting. */
  answerLate(): void;
  /** Reports the end of the last submission to a number. @returns whether the gateway took the report */
  report(recipient: string, state: 'delivered' | 'undelivered' | 'expired'): Promise<boolean>;
  /** A phone replies. @returns whether the gateway took it */
  reply(from: string, to: string, text: string): Promise<boolean>;
}

export interface OpenedGateway {
  gateway: Gateway;
  carrier: TestCarrier;
  close(): Promise<void>;
}

export interface GatewayOptions {
  ratePerSecond?: number;
  window?: number;
}

/** Keeps what a gateway tells; `fails` makes the database go away. */
export class TestListener implements GatewayListener {
  readonly receipts: Receipt[] = [];
  readonly replies: InboundMessage[] = [];
  readonly late: { messageId: bigint; outcome: SubmitOutcome }[] = [];
  fails = false;
  /** Commits end when this resolves. */
  commit: Promise<void> = Promise.resolve();

  async receiveReceipt(receipt: Receipt): Promise<void> {
    await this.#store();
    this.receipts.push(receipt);
  }
  async receiveInbound(message: InboundMessage): Promise<void> {
    await this.#store();
    this.replies.push(message);
  }
  async receiveLateOutcome(messageId: bigint, outcome: SubmitOutcome): Promise<void> {
    await this.#store();
    this.late.push({ messageId, outcome });
  }
  async #store(): Promise<void> {
    await this.commit;
    if (this.fails) throw new Error('the database is away');
  }
}

let lastId = 0n;
export const textTo = (recipient: string, text = 'Hello'): OutboundMessage => ({
  id: ++lastId,
  recipient,
  sender: 'LANTERN',
  text,
  validitySeconds: 3_600,
});

const AMY = '+886912000001';
const BEN = '+886912000002';
const EVE = '+886912000003';
const LONG_TEXT = '秋季特賣全館八折'.repeat(20);

/** What every gateway must do, whatever it speaks (docs/ARCHITECTURE.md, "Send"). */
export function describeGatewayConformance(
  name: string,
  open: (options?: GatewayOptions) => Promise<OpenedGateway>,
): void {
  describe(`${name}, like every gateway,`, () => {
    let opened: OpenedGateway;
    let listener: TestListener;

    async function start(options?: GatewayOptions): Promise<void> {
      opened = await open(options);
      listener = new TestListener();
      opened.gateway.start(listener);
      await waitFor('the gateway is ready', () => opened.gateway.isReady());
    }
    afterEach(() => opened.close());

    const submit = (...messages: OutboundMessage[]) => opened.gateway.submit(messages);

    it('is not ready before it has started, and submits nothing', async () => {
      opened = await open();
      expect(opened.gateway.isReady()).toBe(false);
      expect(opened.gateway.retryAfterMs).toBeGreaterThan(0);
      expect(await submit(textTo(AMY))).toMatchObject([{ kind: 'deferred' }]);
      expect(opened.carrier.taken).toEqual([]);
    });

    it('gives one outcome for each message, in their order', async () => {
      await start();
      opened.carrier.answer(BEN, 'refuse');
      opened.carrier.answer(EVE, 'queue_full');
      const outcomes = await submit(textTo(AMY), textTo(BEN), textTo(EVE), textTo(AMY));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'deferred', 'accepted']);
      const ids = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.providerIds : []));
      expect(new Set(ids).size).toBe(2);
    });

    it('says why the carrier refused', async () => {
      await start();
      opened.carrier.answer(BEN, 'refuse');
      const [outcome] = await submit(textTo(BEN));
      expect(outcome).toEqual({ kind: 'refused', code: expect.stringMatching(/^\w+\.\w+/) as string });
    });

    it('defers a message whose queue is full, and goes on with the others', async () => {
      await start();
      opened.carrier.answer(EVE, 'queue_full');
      const [outcome] = await submit(textTo(EVE));
      expect(outcome).toMatchObject({ kind: 'deferred' });
      expect(outcome?.kind === 'deferred' && outcome.retryAfterMs).toBeGreaterThan(1_000);
      expect(opened.gateway.isReady()).toBe(true);
    });

    it('takes a rest as a whole when the carrier throttles', async () => {
      await start();
      opened.carrier.answer(BEN, 'throttle', 'accept');
      const [outcome] = await submit(textTo(BEN));
      expect(outcome).toMatchObject({ kind: 'deferred' });
      expect(opened.gateway.isReady()).toBe(false);
      expect(opened.gateway.retryAfterMs).toBeGreaterThan(0);
      await waitFor('the rest ends', () => opened.gateway.isReady(), 5_000);
      expect(await submit(textTo(BEN))).toMatchObject([{ kind: 'accepted' }]);
    });

    it('sends a long text in parts, in order, and names each', async () => {
      await start();
      const [outcome] = await submit(textTo(AMY, LONG_TEXT));
      expect(outcome?.kind === 'accepted' && new Set(outcome.providerIds).size).toBe(3);
      expect(opened.carrier.taken.map(({ part, parts }) => [part, parts])).toEqual([
        [1, 3],
        [2, 3],
        [3, 3],
      ]);
      expect(opened.carrier.taken.map(({ text }) => text).join('')).toBe(LONG_TEXT);
    });

    it('sends the rest of a text whose first part has left, and that part not again', async () => {
      await start();
      opened.carrier.answer(AMY, 'accept', 'queue_full', 'accept');
      const [outcome] = await submit(textTo(AMY, LONG_TEXT));
      expect(outcome?.kind === 'accepted' && outcome.providerIds.length).toBe(3);
      expect(opened.carrier.taken.map(({ part }) => part)).toEqual([1, 2, 3, 2]);
    });

    it('does not know what became of a submission without an answer, and tells the answer when it comes', async () => {
      await start();
      opened.carrier.answer(EVE, 'late');
      const message = textTo(EVE);
      expect(await submit(message)).toMatchObject([{ kind: 'unknown' }]);
      opened.carrier.answerLate();
      await waitFor('the late answer is told', () => listener.late.length > 0);
      expect(listener.late).toMatchObject([{ messageId: message.id, outcome: { kind: 'accepted' } }]);
    });

    it('does not know what became of what was on the wire when the connection broke, and connects again', async () => {
      await start();
      opened.carrier.answer(EVE, 'silence');
      opened.carrier.answer(BEN, 'cut', 'accept');
      const outcomes = await submit(textTo(EVE), textTo(BEN));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
      await waitFor('the gateway is ready again', () => opened.gateway.isReady());
      expect(await submit(textTo(BEN))).toMatchObject([{ kind: 'accepted' }]);
      expect(opened.carrier.taken.filter(({ recipient }) => recipient === EVE)).toHaveLength(1);
    });

    it('tells the end of a submission under the id it was accepted with', async () => {
      await start();
      const [outcome] = await submit(textTo(AMY));
      expect(await opened.carrier.report(AMY, 'undelivered')).toBe(true);
      expect(listener.receipts).toMatchObject([
        {
          providerId: outcome?.kind === 'accepted' && outcome.providerIds[0],
          recipient: AMY,
          state: 'undelivered',
        },
      ]);
    });

    it('acknowledges a receipt only when it is committed', async () => {
      await start();
      await submit(textTo(AMY));
      let commit = (): void => undefined;
      listener.commit = new Promise((resolve) => (commit = resolve));
      let isTaken = false;
      const reported = opened.carrier.report(AMY, 'delivered').then((taken) => (isTaken = taken));
      // A submission makes the way there and back behind the receipt; an answer would have come before it.
      await submit(textTo(BEN));
      expect(isTaken).toBe(false);
      commit();
      await reported;
      expect(isTaken).toBe(true);
    });

    it('lets the carrier bring a receipt or a reply again that could not be stored', async () => {
      await start();
      await submit(textTo(AMY));
      listener.fails = true;
      expect(await opened.carrier.report(AMY, 'delivered')).toBe(false);
      expect(await opened.carrier.reply(AMY, 'LANTERN', 'STOP')).toBe(false);
      listener.fails = false;
      expect(await opened.carrier.report(AMY, 'delivered')).toBe(true);
      expect(await opened.carrier.reply(AMY, 'LANTERN', '退訂')).toBe(true);
      expect([listener.receipts.length, listener.replies]).toEqual([
        1,
        [{ from: AMY, to: 'LANTERN', text: '退訂' }],
      ]);
    });

    it('spaces what it sends evenly when there is a rate', async () => {
      await start({ ratePerSecond: 100 });
      const messages = Array.from({ length: 60 }, () => textTo(AMY));
      await submit(...messages);
      const times = opened.carrier.taken.map(({ atMs }) => atMs);
      const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
      expect(59 / seconds).toBeLessThan(115);
      const busiest = Math.max(
        ...times.map((start) => times.filter((at) => at >= start && at < start + 100).length),
      );
      expect(busiest).toBeLessThanOrEqual(20);
    });

    it('waits for the answers under way when it stops, and takes nothing afterwards', async () => {
      await start();
      opened.carrier.answer(AMY, 'late');
      const submitted = submit(textTo(AMY));
      await waitFor('the text is on the wire', () => opened.carrier.taken.length === 1);
      const stopped = opened.gateway.stop();
      opened.carrier.answerLate();
      expect(await submitted).toMatchObject([{ kind: 'accepted' }]);
      await stopped;
      expect(opened.gateway.isReady()).toBe(false);
      expect(await submit(textTo(AMY))).toMatchObject([{ kind: 'deferred' }]);
    });
  });
}
