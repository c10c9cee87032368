import { type DataSm, type IncomingRequest, type SmppSession, STATUS, type SubmitSm } from '#smpp';
import type { BehaviourStore } from '../behaviour/behaviour-store.js';
import { type Fate, Fates } from '../behaviour/fate.js';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import type { Receipt } from '../deliveries/delivery.js';
import type { Login } from '../deliveries/login.js';
import { TimeWheel } from '../deliveries/time-wheel.js';
import { type Part, readPart } from '../phones/part.js';
import type { PhoneBook } from '../phones/phone-book.js';
import { AcceptedLog } from './accepted-log.js';
import type { Counters } from './counters.js';
import { type IssuedId, MessageIds } from './message-ids.js';
import { PartMemory } from './part-memory.js';

/** A receipt repeats the start of the text (SMPP 3.4, Appendix B). */
const RECEIPT_TEXT_OCTETS = 20;
/** registered_delivery: 1 asks for every final state, 2 for failures alone (§5.2.17). */
const RECEIPT_ALWAYS = 1;
const RECEIPT_ON_FAILURE = 2;

/** The message centre: takes submits, decides their fate, fills phones and writes receipts. */
export class Carrier {
  readonly log = new AcceptedLog();
  private readonly ids = new MessageIds();
  private readonly fates = new Fates();
  private readonly partMemory = new PartMemory();
  private readonly delayedAnswers = new TimeWheel<() => void>((answer) => answer());

  constructor(
    private readonly behaviours: BehaviourStore,
    private readonly desk: DeliveryDesk,
    private readonly phones: PhoneBook,
    private readonly counters: Counters,
  ) {}

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
      return this.answer(() => request.refuse(refusal));
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
    const id = this.ids.next(this.behaviours.current);
    this.record(readPart(pdu), id, login, fate);
    const isCut = this.behaviours.isTimeToCut() || fate.isConnectionCut;
    const respond = this.chooseResponse(request, session, id, fate, isCut);
    const receipts = countReceipts(pdu, fate);
    if (fate.isReceiptFirst && receipts > 0) return this.sendReceiptFirst(pdu, id, login, fate, respond);
    const answeredAtMs = this.answer(respond);
    for (let count = 0; count < receipts; count++) {
      this.scheduleReceipt(pdu, id, login, fate, answeredAtMs);
    }
  }

  private record(part: Part, id: IssuedId, login: Login, fate: Fate): void {
    const nowMs = Date.now();
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

  private chooseResponse(
    request: IncomingRequest,
    session: SmppSession,
    id: IssuedId,
    fate: Fate,
    isCut: boolean,
  ): () => void {
    if (isCut) return () => session.destroy();
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

  private sendReceiptFirst(
    pdu: SubmitSm | DataSm,
    id: IssuedId,
    login: Login,
    fate: Fate,
    respond: () => void,
  ): void {
    // `respond` may be called again when the receipt is sent again; only the first answer counts.
    const receipt = this.writeReceipt(pdu, id, login, fate, 0);
    this.desk.sendNow({ ...receipt, onTried: respond });
    if (fate.receipts === 2) this.desk.sendNow(receipt);
  }

  private scheduleReceipt(
    pdu: SubmitSm | DataSm,
    id: IssuedId,
    login: Login,
    fate: Fate,
    answeredAtMs: number,
  ): void {
    const { receiptDelayMs, receiptOrder } = this.behaviours.current;
    const delayMs = this.behaviours.random.between(receiptDelayMs);
    let dueMs = answeredAtMs + delayMs;
    if (receiptOrder === 'in_order') login.lastDueMs = dueMs = Math.max(dueMs, login.lastDueMs);
    this.desk.schedule(this.writeReceipt(pdu, id, login, fate, delayMs), dueMs);
  }

  private writeReceipt(
    pdu: SubmitSm | DataSm,
    id: IssuedId,
    login: Login,
    fate: Fate,
    delayMs: number,
  ): Receipt {
    const submittedAtMs = Date.now();
    return {
      kind: 'receipt',
      login,
      messageId: id.inReceipt,
      recipient: { ton: pdu.destAddrTon, npi: pdu.destAddrNpi, number: pdu.destinationAddr },
      sender: { ton: pdu.sourceAddrTon, npi: pdu.sourceAddrNpi, number: pdu.sourceAddr },
      state: fate.state,
      submittedAtMs,
      doneAtMs: submittedAtMs + delayMs,
      text: startOfText(pdu),
      hasTlvs: this.behaviours.current.receiptTlvs,
    };
  }
}

function countReceipts({ registeredDelivery }: SubmitSm | DataSm, fate: Fate): number {
  const wanted = registeredDelivery & 0x03;
  const isWanted =
    wanted === RECEIPT_ALWAYS || (wanted === RECEIPT_ON_FAILURE && fate.state !== 'delivered');
  return isWanted ? fate.receipts : 0;
}

/** GSM octets go into the GSM text of the receipt as they are; UCS-2 does not fit there and is left out. */
function startOfText(pdu: SubmitSm | DataSm): string {
  if (pdu.command === 'data_sm' || pdu.dataCoding !== 0 || (pdu.esmClass & 0x40) !== 0) return '';
  return pdu.shortMessage.toString('latin1', 0, RECEIPT_TEXT_OCTETS);
}
