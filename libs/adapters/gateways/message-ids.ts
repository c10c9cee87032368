import type { ReceiptIdRule } from './smpp-url.js';

/**
 * The form in which an id of a submit response and of a receipt are compared: trimmed, lower case, without leading
 * zeros. A UUID keeps its zeros (rule S12).
 */
export function normaliseMessageId(raw: string): string {
  const id = raw.trim().toLowerCase();
  if (id.includes('-')) return id;
  return id.replace(/^0+(?=.)/, '');
}

/** The id of a receipt in the notation of the submit response. Ids of 20 digits overflow 64 bits, hence BigInt. */
export function normaliseReceiptId(raw: string, rule: ReceiptIdRule): string {
  const id = normaliseMessageId(raw);
  if (rule === 'decimal' && /^\d+$/.test(id)) return BigInt(id).toString(16);
  if (rule === 'hex' && /^[0-9a-f]+$/.test(id)) return BigInt(`0x${id}`).toString(10);
  return id;
}
