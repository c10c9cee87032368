import { buildReceipt, type DeliverSmInput, type MessageState } from '#smpp';

/** What a delivery knows of the login it is for. */
export interface Addressee {
  /** Deliveries not yet acknowledged, those not yet due included. Kept by the desk. */
  outstanding: number;
  readonly receiverCount: number;
  enqueue(delivery: Delivery): void;
}

/** An address as the client wrote it, with its type of number and numbering plan. */
export interface Address {
  readonly ton: number;
  readonly npi: number;
  readonly number: string;
}

/** A delivery report that waits to be sent. It holds what is needed to write it, not the PDU: two million may wait. */
export interface Receipt {
  readonly kind: 'receipt';
  readonly login: Addressee;
  readonly messageId: string;
  readonly recipient: Address;
  readonly sender: Address;
  readonly state: MessageState;
  readonly submittedAtMs: number;
  /** From the submit to the final state. */
  readonly tookMs: number;
  readonly text: string;
  readonly hasTlvs: boolean;
  /** Called when it was tried once, whatever came of it. */
  readonly onTried?: () => void;
}

/** A text of a person, one part of it. */
export interface Reply {
  readonly kind: 'reply';
  readonly login: Addressee;
  readonly pdu: DeliverSmInput;
  readonly onTried?: undefined;
}

export type Delivery = Receipt | Reply;

const ERROR_CODES: Partial<Record<MessageState, string>> = { undeliverable: '011', expired: '027' };

/** The deliver_sm of a delivery. A receipt comes from the recipient's number and goes to the sender id. */
export function buildDeliverSm(delivery: Delivery): DeliverSmInput {
  if (delivery.kind === 'reply') return delivery.pdu;
  const { recipient, sender, messageId, state, submittedAtMs, tookMs, text, hasTlvs } = delivery;
  const receipt = buildReceipt({
    messageId,
    state,
    text,
    hasTlvs,
    errorCode: ERROR_CODES[state] ?? '000',
    submittedAt: new Date(submittedAtMs),
    doneAt: new Date(submittedAtMs + tookMs),
  });
  return {
    command: 'deliver_sm',
    sourceAddrTon: recipient.ton,
    sourceAddrNpi: recipient.npi,
    sourceAddr: recipient.number,
    destAddrTon: sender.ton,
    destAddrNpi: sender.npi,
    destinationAddr: sender.number,
    ...receipt,
  };
}
