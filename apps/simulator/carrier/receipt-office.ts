import type { DataSm, SubmitSm } from '#smpp';
import type { BehaviourStore } from '../behaviour/behaviour-store.js';
import type { Fate } from '../behaviour/fate.js';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import type { Address, Receipt } from '../deliveries/delivery.js';
import type { Login } from '../deliveries/login.js';
import type { IssuedId } from './message-ids.js';

/** A receipt repeats the start of the text (SMPP 3.4, Appendix B). */
const RECEIPT_TEXT_OCTETS = 20;
const UDH_INDICATOR = 0x40;
/** registered_delivery: 1 asks for every final state, 2 for failures alone (§5.2.17). */
const RECEIPT_ALWAYS = 1;
const RECEIPT_ON_FAILURE = 2;

/** A submit the carrier took, and what will become of it. */
export interface Accepted {
  readonly pdu: SubmitSm | DataSm;
  readonly login: Login;
  readonly fate: Fate;
  readonly id: IssuedId;
}

/** Writes the receipts an accepted submit asks for and gives them to the desk at the right time. */
export class ReceiptOffice {
  private lastSender: Address = { ton: 0, npi: 0, number: '' };

  constructor(
    private readonly behaviours: BehaviourStore,
    private readonly desk: DeliveryDesk,
  ) {}

  /** @param answeredAtMs when the submit is answered, by the clock of `performance.now()` */
  schedule(accepted: Accepted, answeredAtMs: number): void {
    const { receiptDelayMs, receiptOrder } = this.behaviours.current;
    const { login } = accepted;
    for (let count = countReceipts(accepted); count > 0; count--) {
      const delayMs = this.behaviours.random.between(receiptDelayMs);
      let dueMs = answeredAtMs + delayMs;
      if (receiptOrder === 'in_order') login.lastDueMs = dueMs = Math.max(dueMs, login.lastDueMs);
      this.desk.schedule(this.write(accepted, delayMs), dueMs);
    }
  }

  /** Sends the receipt, and answers the submit when the client has seen it or cannot be reached. */
  sendFirst(accepted: Accepted, respond: () => void): void {
    const count = countReceipts(accepted);
    if (count === 0) return respond();
    const receipt = this.write(accepted, 0);
    // A receipt may be tried again and then "answers" again; a request takes its first answer alone.
    this.desk.sendNow({ ...receipt, onTried: respond });
    if (count === 2) this.desk.sendNow(receipt);
  }

  private write({ pdu, login, fate, id }: Accepted, delayMs: number): Receipt {
    return {
      kind: 'receipt',
      login,
      messageId: id.inReceipt,
      recipient: { ton: pdu.destAddrTon, npi: pdu.destAddrNpi, number: pdu.destinationAddr },
      sender: this.senderOf(pdu),
      state: fate.state,
      submittedAtMs: Date.now(),
      tookMs: Math.round(delayMs),
      text: startOfText(pdu),
      hasTlvs: this.behaviours.current.receiptTlvs,
    };
  }

  /** A broadcast has one sender: its receipts share one address. */
  private senderOf({
    sourceAddrTon: ton,
    sourceAddrNpi: npi,
    sourceAddr: number,
  }: SubmitSm | DataSm): Address {
    const last = this.lastSender;
    if (last.number === number && last.ton === ton && last.npi === npi) return last;
    return (this.lastSender = { ton, npi, number });
  }
}

function countReceipts({ pdu, fate }: Accepted): number {
  const wanted = pdu.registeredDelivery & 0x03;
  const isForFailure = wanted === RECEIPT_ON_FAILURE && fate.state !== 'delivered';
  return wanted === RECEIPT_ALWAYS || isForFailure ? fate.receipts : 0;
}

/** GSM octets go into the GSM text of the receipt as they are; UCS-2 does not fit there and is left out. */
function startOfText(pdu: SubmitSm | DataSm): string {
  if (pdu.command === 'data_sm' || pdu.dataCoding !== 0 || (pdu.esmClass & UDH_INDICATOR) !== 0) return '';
  return pdu.shortMessage.toString('latin1', 0, RECEIPT_TEXT_OCTETS);
}
