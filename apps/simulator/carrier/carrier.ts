import { type DataSm, type IncomingRequest, type SmppSession, STATUS, type SubmitSm } from '#smpp';
import type { BehaviourStore } from '../behaviour/behaviour-store.js';
import { type Fate, Fates } from '../behaviour/fate.js';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import type { Login } from '../deliveries/login.js';
import { TimeWheel } from '../deliveries/time-wheel.js';
import { readPart } from '../phones/part.js';
import type { PhoneBook } from '../phones/phone-book.js';
import { AcceptedLog } from './accepted-log.js';
import type { Counters } from './counters.js';
import { MessageIds } from './message-ids.js';
import { PartMemory } from './part-memory.js';
import { type Accepted, ReceiptOffice } from './receipt-office.js';

/** The message centre: takes submits, decides their fate, fills phones and writes receipts. */
export class Carrier {
  readonly log = new AcceptedLog();
  private readonly ids = new MessageIds();
  private readonly fates = new Fates();
  private readonly partMemory = new PartMemory();
  private readonly receipts: ReceiptOffice;
  private readonly delayedAnswers = new TimeWheel<() => void>((answer) => answer());

  constructor(
    private readonly behaviours: BehaviourStore,
    private readonly desk: DeliveryDesk,
    private readonly phones: PhoneBook,
    private readonly counters: Counters,
  ) {
    this.receipts = new ReceiptOffice(behaviours, desk);
  }

  /** Answers one request of a client. */
  take(request: IncomingRequest, session: SmppSession): void {
    const { pdu } = request;
    switch (pdu.command) {
      case 'submit_sm':
      case 'data_sm':
        return this.submit(request, pdu, session);
      case 'query_sm':
        return request.refuse(STATUS.ESME_RQUERYFAIL);
      case 'cancel_sm':
        return request.refuse(STATUS.ESME_RCANCELFAIL);
      case 'replace_sm':
        return request.refuse(STATUS.ESME_RREPLACEFAIL);
      case 'submit_multi':
      case 'deliver_sm':
        return request.refuse(STATUS.ESME_RINVCMDID);
    }
  }

  /** Forgets phones, counts and the log. Receipts still owed stay owed. */
  reset(): void {
    this.phones.clear();
    this.counters.reset();
    this.log.clear();
    this.partMemory.forget();
    this.fates.forget();
  }

  stop(): void {
    this.delayedAnswers.clear();
  }

  private submit(request: IncomingRequest, pdu: SubmitSm | DataSm, session: SmppSession): void {
    this.counters.submitted += 1;
    const login = this.desk.loginOf(session.peerSystemId);
    const fate = this.fates.decide(pdu.destinationAddr, this.behaviours.current, this.behaviours.random);
    const refusal = this.findRefusal(pdu, login, fate);
    if (refusal !== STATUS.ESME_ROK || !login) {
      if (refusal === STATUS.ESME_RTHROTTLED) this.counters.throttled += 1;
      else this.counters.refused += 1;
      this.answer(() => request.refuse(refusal));
      return;
    }
    this.accept(request, pdu, session, login, fate);
  }

  private findRefusal(pdu: SubmitSm | DataSm, login: Login | undefined, fate: Fate): number {
    if (!login) return STATUS.ESME_RSYSERR;
    if (pdu.destinationAddr === '') return STATUS.ESME_RINVDSTADR;
    const limit = this.behaviours.current.throttleAbovePerSecond;
    if (!login.meter.isWithin(limit, performance.now())) return STATUS.ESME_RTHROTTLED;
    return fate.refusal;
  }

  private accept(
    request: IncomingRequest,
    pdu: SubmitSm | DataSm,
    session: SmppSession,
    login: Login,
    fate: Fate,
  ): void {
    const accepted: Accepted = { pdu, login, fate, id: this.ids.next(this.behaviours.current) };
    this.record(accepted);
    const respond = this.chooseResponse(request, session, accepted);
    if (fate.isReceiptFirst) this.receipts.sendFirst(accepted, respond);
    else this.receipts.schedule(accepted, this.answer(respond));
  }

  private record({ pdu, login, fate, id }: Accepted): void {
    const nowMs = Date.now();
    const part = readPart(pdu);
    const { from, to, octets, concatenation } = part;
    const sequence = concatenation?.sequence ?? 1;
    const isDuplicate = this.partMemory.remember(to, from, sequence, octets);
    this.counters.accepted += 1;
    if (isDuplicate) this.counters.duplicateParts += 1;
    this.phones.receive(part, login.systemId, fate.state === 'delivered', nowMs);
    this.log.add({
      to,
      from,
      messageId: id.inResponse,
      atMs: nowMs,
      part: sequence,
      parts: concatenation?.total ?? 1,
      isDuplicate,
    });
  }

  private chooseResponse(request: IncomingRequest, session: SmppSession, { fate, id }: Accepted): () => void {
    if (this.behaviours.isTimeToCut() || fate.isConnectionCut) return () => session.destroy();
    if (!fate.isResponseLost) return () => request.accept(id.inResponse);
    this.counters.responsesLost += 1;
    return () => request.drop();
  }

  /** Answers now or after the delay set; returns when that is, by the clock of `performance.now()`. */
  private answer(respond: () => void): number {
    const nowMs = performance.now();
    const { submitDelayMs } = this.behaviours.current;
    if (submitDelayMs[1] === 0) {
      respond();
      return nowMs;
    }
    const dueMs = nowMs + this.behaviours.random.between(submitDelayMs);
    this.delayedAnswers.add(respond, dueMs);
    return dueMs;
  }
}
