import { encodeMessage, type OutboundMessage } from '#domain';
import type { SubmitSmInput } from '#smpp';

const TON_INTERNATIONAL = 1;
const TON_NETWORK_SPECIFIC = 3;
const TON_ALPHANUMERIC = 5;
const NPI_ISDN = 1;
const ESM_UDHI = 0x40;
const RECEIPT_WANTED = 1;
/** A number of this length or longer is a phone number, a shorter one a short code. */
const MIN_PHONE_DIGITS = 7;
const MAX_VALIDITY_SECONDS = 7 * 86_400;

/**
 * The submit_sm PDUs of one message, one per part and in order.
 * @param reference number that ties the parts together on the phone
 */
export function toSubmitPdus(message: OutboundMessage, reference: number): SubmitSmInput[] {
  const { dataCoding, esmClassUdhi, payloads } = encodeMessage(message.text, reference);
  const common = {
    ...toSourceFields(message.sender),
    destAddrTon: TON_INTERNATIONAL,
    destAddrNpi: NPI_ISDN,
    destinationAddr: message.recipient.replace(/^\+/, ''),
    esmClass: esmClassUdhi ? ESM_UDHI : 0,
    validityPeriod: formatValidity(message.validitySeconds),
    registeredDelivery: RECEIPT_WANTED,
    dataCoding,
  };
  return payloads.map((shortMessage) => ({ command: 'submit_sm' as const, ...common, shortMessage }));
}

/** Address type of a sender id (rule S16). */
function toSourceFields(sender: string | null) {
  if (!sender) return { sourceAddrTon: 0, sourceAddrNpi: 0, sourceAddr: '' };
  const digits = sender.replace(/^\+/, '');
  if (!/^\d+$/.test(digits)) return { sourceAddrTon: TON_ALPHANUMERIC, sourceAddrNpi: 0, sourceAddr: sender };
  if (digits.length < MIN_PHONE_DIGITS)
    return { sourceAddrTon: TON_NETWORK_SPECIFIC, sourceAddrNpi: 0, sourceAddr: digits };
  return { sourceAddrTon: TON_INTERNATIONAL, sourceAddrNpi: NPI_ISDN, sourceAddr: digits };
}

/** Relative time of SMPP 3.4 §7.1.1: YYMMDDhhmmss000R. */
export function formatValidity(seconds: number): string {
  const total = Math.max(1, Math.min(MAX_VALIDITY_SECONDS, Math.trunc(seconds)));
  const pad = (value: number) => String(value).padStart(2, '0');
  const days = Math.trunc(total / 86_400);
  const hours = Math.trunc((total % 86_400) / 3_600);
  const minutes = Math.trunc((total % 3_600) / 60);
  return `0000${pad(days)}${pad(hours)}${pad(minutes)}${pad(total % 60)}000R`;
}
