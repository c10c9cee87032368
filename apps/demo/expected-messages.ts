import { countTextParts, expectText } from './broadcast-text.js';
import type { CustomerCells } from './customer-cells.js';

export interface ExpectedMessage {
  text: string;
  parts: number;
}

/** What each recipient must get: E.164 -> text and parts. */
export function expectMessages(
  recipients: ReadonlyMap<string, CustomerCells>,
  coupon: string,
): Map<string, ExpectedMessage> {
  const expected = new Map<string, ExpectedMessage>();
  for (const [e164, cells] of recipients) {
    const text = expectText(coupon, cells);
    expected.set(e164, { text, parts: countTextParts(text) });
  }
  return expected;
}
