import {
  decodeGsm7Unpacked,
  decodeUcs2,
  parseUdh,
  receiptStateOf,
  type GatewayListener,
  type InboundMessage,
  type Receipt,
} from '#domain';
import { readReceipt, type DataSm, type DeliverSm } from '#smpp';
import { normaliseReceiptId } from './message-ids.js';
import type { ReceiptIdRule } from './smpp-url.js';

const UCS2_CODING = 8;
const ESM_UDHI = 0x40;

/** Tells the listener what a deliver_sm or data_sm says. Resolves when it is safe to acknowledge. */
export function tellDelivery(
  listener: GatewayListener,
  pdu: DeliverSm | DataSm,
  receiptIds: ReceiptIdRule,
): Promise<void> {
  const receipt = toReceipt(pdu, receiptIds);
  return receipt ? listener.receiveReceipt(receipt) : listener.receiveInbound(toInbound(pdu));
}

/** Undefined for a message of a person. */
function toReceipt(pdu: DeliverSm | DataSm, receiptIds: ReceiptIdRule): Receipt | undefined {
  const receipt = readReceipt(pdu);
  if (!receipt) return undefined;
  return {
    providerId: normaliseReceiptId(receipt.messageId, receiptIds),
    recipient: pdu.sourceAddr ? toE164(pdu.sourceAddr) : null,
    state: receipt.isIntermediate ? null : receiptStateOf(receipt.rawState),
    detail: [receipt.rawState, receipt.errorCode].filter(Boolean).join(' ') || null,
  };
}

function toInbound(pdu: DeliverSm | DataSm): InboundMessage {
  return { from: toE164(pdu.sourceAddr), to: pdu.destinationAddr, text: readText(pdu) };
}

function toE164(address: string): string {
  return /^\d{7,15}$/.test(address) ? `+${address}` : address;
}

function readText(pdu: DeliverSm | DataSm): string {
  const octets =
    pdu.tlvs.messagePayload ?? (pdu.command === 'deliver_sm' ? pdu.shortMessage : Buffer.alloc(0));
  const offset = (pdu.esmClass & ESM_UDHI) !== 0 ? (parseUdh(octets)?.bodyOffset ?? 0) : 0;
  const body = octets.subarray(offset);
  return pdu.dataCoding === UCS2_CODING ? decodeUcs2(body) : decodeGsm7Unpacked(body);
}
