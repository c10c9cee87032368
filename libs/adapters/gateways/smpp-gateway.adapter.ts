import { setTimeout as delay } from 'node:timers/promises';
import type { Gateway, GatewayListener, OutboundMessage, SubmitOutcome } from '#domain';
import {
  nameStatus,
  SmppClient,
  STATUS,
  type IncomingRequest,
  type LateResponse,
  type RequestOutcome,
  type SubmitSmInput,
} from '#smpp';
import { LinkHealth } from './link-health.js';
import { normaliseMessageId } from './message-ids.js';
import { tellDelivery } from './smpp-deliveries.js';
import { combineOutcomes } from './smpp-outcomes.js';
import { toSubmitPdus } from './smpp-pdus.js';
import { judgeStatus, TRY_LATER_MS } from './smpp-statuses.js';
import type { SmppGatewaySettings } from './smpp-url.js';

const NOT_BOUND_RETRY_MS = 1_000;
/** Tries for the later parts of a message whose first part is already on its way. */
const PART_ATTEMPTS = 5;
const PART_RETRY_MS = 1_000;
/** Parts that leave together under a rate limit: this share of a second's worth. */
const PACE_SLICE_SECONDS = 0.02;
const DRAIN_MS = 25_000;

/** Tells what happens on the link; the apps write it to their log. */
export type LinkReporter = (level: 'info' | 'warn' | 'error', event: string, details: object) => void;

interface SubmittedPart {
  message: OutboundMessage;
  pdu: SubmitSmInput;
}

/** One bind to an SMPP 3.4 carrier (rules S1–S16). */
export class SmppGateway implements Gateway {
  readonly name: string;
  readonly window: number;
  readonly #client: SmppClient;
  readonly #health: LinkHealth;
  readonly #settings: SmppGatewaySettings;
  readonly #report: LinkReporter;
  #listener: GatewayListener | undefined;
  #reference = Math.trunc(Math.random() * 256);
  #nextSendAt = 0;
  #sentThisSecond = { second: 0, parts: 0, rate: 0 };

  constructor(settings: SmppGatewaySettings, report: LinkReporter) {
    this.name = settings.name;
    this.window = settings.window;
    this.#settings = settings;
    this.#report = report;
    this.#health = new LinkHealth(settings.ratePerSecond / settings.maxBinds);
    this.#client = new SmppClient({
      host: settings.host,
      port: settings.port,
      ...(settings.hasTls ? { tls: { servername: settings.host } } : {}),
      bindAs: settings.bindAs,
      bind: { systemId: settings.systemId, password: settings.password, systemType: settings.systemType },
      session: {
        windowSize: settings.window,
        enquireIdleMs: settings.enquireIdleSeconds * 1000,
        ...(settings.responseTimeoutMs ? { responseTimeoutMs: settings.responseTimeoutMs } : {}),
        onRequest: (request) => this.#receive(request),
      },
    });
    this.#followLink();
  }

  isReady(): boolean {
    return this.#client.isBound && this.#health.isUsable;
  }

  get retryAfterMs(): number {
    return this.#client.isBound ? this.#health.pauseLeftMs : NOT_BOUND_RETRY_MS;
  }

  start(listener: GatewayListener): void {
    this.#listener = listener;
    this.#client.start();
  }

  async stop(): Promise<void> {
    await this.#client.close({ drainMs: DRAIN_MS });
  }

  async submit(messages: readonly OutboundMessage[]): Promise<SubmitOutcome[]> {
    const parts: SubmittedPart[] = [];
    const spans: { start: number; end: number }[] = [];
    for (const message of messages) {
      this.#reference = (this.#reference + 1) & 0xff;
      const start = parts.length;
      for (const pdu of toSubmitPdus(message, this.#reference)) parts.push({ message, pdu });
      spans.push({ start, end: parts.length });
    }
    const answers = await this.#submitPaced(parts);
    const outcomes: SubmitOutcome[] = [];
    for (const { start, end } of spans) {
      const ofMessage = answers.slice(start, end);
      outcomes.push(
        end - start === 1
          ? this.#judge(ofMessage[0])
          : await this.#judgeParts(parts.slice(start, end), ofMessage),
      );
    }
    return outcomes;
  }

  /** Spaces parts evenly when there is a rate: "n, then wait a second" is what makes carriers throttle (rule S3). */
  async #submitPaced(parts: readonly SubmittedPart[]): Promise<RequestOutcome[]> {
    const rate = this.#health.ratePerSecond;
    if (rate === 0) return this.#send(parts);
    const slice = Math.max(1, Math.floor(rate * PACE_SLICE_SECONDS));
    const waiting: Promise<RequestOutcome[]>[] = [];
    for (let start = 0; start < parts.length; start += slice) {
      const now = performance.now();
      const at = Math.max(now, this.#nextSendAt);
      const ready = parts.slice(start, start + slice);
      this.#nextSendAt = at + (ready.length / rate) * 1000;
      if (at > now) await delay(at - now);
      waiting.push(this.#send(ready));
    }
    return (await Promise.all(waiting)).flat();
  }

  #send(parts: readonly SubmittedPart[]): Promise<RequestOutcome[]> {
    this.#countSent(parts.length);
    return this.#client.submitAll(
      parts.map(({ pdu }) => pdu),
      parts.map(({ message }) => message),
    );
  }

  #judge(answer: RequestOutcome | undefined): SubmitOutcome {
    switch (answer?.kind) {
      case 'accepted':
        this.#health.recordAccepted();
        return { kind: 'accepted', providerIds: [normaliseMessageId(answer.messageId)] };
      case 'refused':
        return this.#judgeRefusal(answer.status);
      case 'not_sent':
        if (answer.reason === 'invalid')
          return { kind: 'refused', code: `smpp.invalid: ${answer.detail ?? ''}`.trim() };
        return { kind: 'deferred', code: `smpp.${answer.reason}`, retryAfterMs: NOT_BOUND_RETRY_MS };
      case 'unanswered':
      case 'lost':
        return { kind: 'unknown', code: `smpp.${answer.kind}` };
      case undefined:
        return { kind: 'unknown', code: 'smpp.no_outcome' };
    }
  }

  #judgeRefusal(status: number): SubmitOutcome {
    const code = `smpp.${nameStatus(status)}`;
    const verdict = judgeStatus(status);
    if (verdict === 'throttled') {
      this.#health.recordThrottled(this.#sentThisSecond.rate);
      return { kind: 'deferred', code, retryAfterMs: Math.max(1, this.#health.pauseLeftMs) };
    }
    if (verdict === 'try_later')
      return { kind: 'deferred', code, retryAfterMs: TRY_LATER_MS[status] ?? NOT_BOUND_RETRY_MS };
    if (this.#health.recordRefused()) {
      this.#report('error', 'the carrier refuses nearly everything; the link is paused', {
        gateway: this.name,
        code,
      });
    }
    return { kind: 'refused', code };
  }

  /**
   * A message of several parts is one thing to its recipient: once a part is on its way, the others are tried again
   * here rather than sent from the start later.
   */
  async #judgeParts(parts: readonly SubmittedPart[], first: RequestOutcome[]): Promise<SubmitOutcome> {
    const judged = first.map((answer) => this.#judge(answer));
    for (let attempt = 1; ; attempt++) {
      const deferred = judged.flatMap((outcome, index) => (outcome.kind === 'deferred' ? [index] : []));
      const hasGone = judged.some(({ kind }) => kind === 'accepted' || kind === 'unknown');
      if (deferred.length === 0 || !hasGone || attempt === PART_ATTEMPTS)
        return combineOutcomes(judged, hasGone);
      await delay(Math.max(PART_RETRY_MS, this.#health.pauseLeftMs));
      const again = await this.#send(deferred.flatMap((index) => parts[index] ?? []));
      for (const [place, index] of deferred.entries()) judged[index] = this.#judge(again[place]);
    }
  }

  #receive(request: IncomingRequest): void {
    const { pdu } = request;
    if (pdu.command !== 'deliver_sm' && pdu.command !== 'data_sm')
      return request.refuse(STATUS.ESME_RINVCMDID);
    if (!this.#listener) return request.refuse(STATUS.ESME_RX_T_APPN);
    // Only what is committed is acknowledged; otherwise the carrier shall bring it again (rule S10).
    tellDelivery(this.#listener, pdu, this.#settings.receiptIds).then(
      () => request.accept(),
      () => request.refuse(STATUS.ESME_RX_T_APPN),
    );
  }

  #followLink(): void {
    const gateway = this.name;
    this.#client.on('bound', () => this.#report('info', 'bound to the carrier', { gateway }));
    this.#client.on('unbound', (_session, { reason }) =>
      this.#report('warn', 'the link ended', { gateway, reason }),
    );
    this.#client.on('connectFailed', (error, retry) =>
      this.#report('warn', 'the carrier cannot be reached', {
        gateway,
        error: error.message,
        retryInMs: retry.delayMs,
      }),
    );
    this.#client.on('bindRefused', (status, retry) =>
      this.#report('error', 'the carrier refuses the bind', {
        gateway,
        status: nameStatus(status),
        retryInMs: retry.delayMs,
      }),
    );
    this.#client.on('lateResponse', (late) => this.#tellLate(late));
  }

  /** A late answer to one part of several proves nothing about the whole; receipts will tell. */
  #tellLate({ reference, outcome }: LateResponse): void {
    const message = reference as OutboundMessage;
    if (!this.#listener || toSubmitPdus(message, 0).length > 1) return;
    this.#listener.receiveLateOutcome(message.id, this.#judge(outcome)).catch((error: unknown) => {
      this.#report('warn', 'a late answer could not be stored', { gateway: this.name, error: String(error) });
    });
  }

  #countSent(parts: number): void {
    const second = Math.trunc(performance.now() / 1000);
    const { parts: before } = this.#sentThisSecond;
    if (second === this.#sentThisSecond.second) this.#sentThisSecond.parts += parts;
    else this.#sentThisSecond = { second, parts, rate: before };
  }
}
