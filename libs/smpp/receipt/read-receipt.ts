import type { DataSm, DeliverSm } from '../pdu/pdu.js';
import { type MessageState, stateOfNumber, stateOfWord } from './receipt.js';

/** A receipt is some 120 characters; what is longer than this is not looked at. */
const MAX_RECEIPT_CHARACTERS = 1_024;
const UCS2_DATA_CODING = 8;
/** Bits 5 to 2 of esm_class say what a deliver_sm is (specification §5.2.12). */
const MESSAGE_TYPE_BITS = 0x3c;
const DELIVERY_RECEIPT = 0x04;
const INTERMEDIATE_NOTIFICATION = 0x20;

/** A delivery report as the host sent it; nothing is normalised, since hosts differ in how they write ids. */
export interface Receipt {
  /** The host's id of the message, raw; '' when there is none to be found. */
  messageId: string;
  /** Undefined when the host used a word or number nobody knows: not a final state, then. */
  state: MessageState | undefined;
  /** The `stat:` word as it stood, or the number of the message_state parameter when there was no word. */
  rawState: string;
  /** The `err:` field, or the number in network_error_code; '' when neither came. */
  errorCode: string;
  submitDate: string;
  doneDate: string;
  text: string;
  isIntermediate: boolean;
}

export function isReceipt(pdu: DeliverSm | DataSm): boolean {
  const type = pdu.esmClass & MESSAGE_TYPE_BITS;
  if (type === DELIVERY_RECEIPT || type === INTERMEDIATE_NOTIFICATION) return true;
  return type === 0 && pdu.tlvs.receiptedMessageId !== undefined;
}

/**
 * Reads a delivery report (S11): the parameters receipted_message_id and message_state win, the text fills
 * what they leave open. Returns undefined for what is not a receipt but a message of a person.
 */
export function readReceipt(pdu: DeliverSm | DataSm): Receipt | undefined {
  if (!isReceipt(pdu)) return undefined;
  const { receiptedMessageId, messageState, networkErrorCode } = pdu.tlvs;
  const fields = readReceiptText(textOf(pdu));
  const rawState = fields.stat || (messageState === undefined ? '' : String(messageState));
  return {
    messageId: receiptedMessageId || fields.id,
    state: (messageState === undefined ? undefined : stateOfNumber(messageState)) ?? stateOfWord(fields.stat),
    rawState,
    errorCode: fields.err || (networkErrorCode?.length === 3 ? String(networkErrorCode.readUInt16BE(1)) : ''),
    submitDate: fields.submitDate,
    doneDate: fields.doneDate,
    text: fields.text,
    isIntermediate: (pdu.esmClass & MESSAGE_TYPE_BITS) === INTERMEDIATE_NOTIFICATION,
  };
}

function textOf(pdu: DeliverSm | DataSm): string {
  const short = 'shortMessage' in pdu ? pdu.shortMessage : undefined;
  const octets = short?.length ? short : pdu.tlvs.messagePayload;
  if (!octets) return '';
  if (pdu.dataCoding !== UCS2_DATA_CODING || octets.length % 2 !== 0) {
    return octets.toString('latin1', 0, MAX_RECEIPT_CHARACTERS);
  }
  return Buffer.from(octets.subarray(0, MAX_RECEIPT_CHARACTERS * 2))
    .swap16()
    .toString('utf16le');
}

interface ReceiptFields {
  id: string;
  stat: string;
  err: string;
  submitDate: string;
  doneDate: string;
  text: string;
}

const TEXT_KEY = /(?:^|\s)text\s*:/i;
const PATTERNS = {
  id: /(?:^|\s)id\s*:\s*(\S*)/i,
  stat: /(?:^|\s)stat\s*:\s*(\S*)/i,
  err: /(?:^|\s)err\s*:\s*(\S*)/i,
  submitDate: /(?:^|\s)submit[ _]date\s*:\s*(\S*)/i,
  doneDate: /(?:^|\s)done[ _]date\s*:\s*(\S*)/i,
} as const;

/**
 * Reads the text form of Appendix B, whatever the order, the case and the gaps. What stands before `text:`
 * wins over what stands after it, since the latter may be the start of the message a person wrote.
 */
export function readReceiptText(receipt: string): ReceiptFields {
  const key = TEXT_KEY.exec(receipt);
  const head = key ? receipt.slice(0, key.index) : receipt;
  const text = key ? receipt.slice(key.index + key[0].length) : '';
  const find = (name: keyof typeof PATTERNS): string => {
    const found = fieldValue(PATTERNS[name].exec(head)) || fieldValue(PATTERNS[name].exec(text));
    return found;
  };
  return {
    id: find('id'),
    stat: find('stat'),
    err: find('err'),
    submitDate: find('submitDate'),
    doneDate: find('doneDate'),
    text,
  };
}

/** An empty field runs into the next key ("err: text:..."), which is not its value. */
function fieldValue(match: RegExpExecArray | null): string {
  const value = match?.[1] ?? '';
  return /^(id|sub|dlvrd|submit|done|stat|err|text):/i.test(value) ? '' : value;
}
