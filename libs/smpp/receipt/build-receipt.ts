import type { DeliverSmInput } from '../pdu/pdu.js';
import { MESSAGE_STATES, type MessageState, STATE_WORDS } from './receipt.js';

const DELIVERY_RECEIPT = 0x04;
const INTERMEDIATE_NOTIFICATION = 0x20;
/** Appendix B gives the start of the message, 20 characters of it. */
const TEXT_CHARACTERS = 20;

export interface ReceiptInput {
  messageId: string;
  state: MessageState;
  /** Three characters of the network, "000" when there was no error. */
  errorCode?: string;
  submittedAt?: Date;
  doneAt?: Date;
  text?: string;
  isIntermediate?: boolean;
  /** False leaves the optional parameters away, as older hosts do. Default true. */
  hasTlvs?: boolean;
}

/** The fields of a deliver_sm that is a delivery report; addresses are the caller's. Dates are written in UTC. */
export function buildReceipt(
  input: ReceiptInput,
): Pick<DeliverSmInput, 'esmClass' | 'dataCoding' | 'shortMessage' | 'tlvs'> {
  const fields = {
    esmClass: input.isIntermediate ? INTERMEDIATE_NOTIFICATION : DELIVERY_RECEIPT,
    dataCoding: 0,
    shortMessage: Buffer.from(buildReceiptText(input), 'latin1'),
  };
  if (input.hasTlvs === false) return fields;
  return {
    ...fields,
    tlvs: { receiptedMessageId: input.messageId, messageState: MESSAGE_STATES[input.state] },
  };
}

/** The text of Appendix B. */
export function buildReceiptText(input: ReceiptInput): string {
  const { messageId, state, errorCode = '000', text = '' } = input;
  const doneAt = input.doneAt ?? new Date();
  const submittedAt = input.submittedAt ?? doneAt;
  const delivered = state === 'delivered' ? '001' : '000';
  return (
    `id:${messageId} sub:001 dlvrd:${delivered} submit date:${formatMinute(submittedAt)} ` +
    `done date:${formatMinute(doneAt)} stat:${STATE_WORDS[state]} err:${errorCode} ` +
    `text:${text.slice(0, TEXT_CHARACTERS)}`
  );
}

/** YYMMDDhhmm in UTC. */
function formatMinute(date: Date): string {
  return date
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(2, 12);
}
