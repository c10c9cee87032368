/** Single faults a test asks for by the number it sends to. */
export type Fault =
  | 'refuse_destination'
  | 'undelivered'
  | 'expired'
  | 'lose_response'
  | 'lose_receipt'
  | 'double_receipt'
  | 'receipt_before_response'
  | 'throttle_once'
  | 'queue_full_once'
  | 'cut_once';

interface MagicSuffix {
  readonly fault: Fault;
  readonly meaning: string;
}

/** Six digits, so that the numbers of an ordinary test do not end in one by accident. */
export const MAGIC_SUFFIXES: Readonly<Record<string, MagicSuffix>> = {
  '990001': { fault: 'refuse_destination', meaning: 'refused with 0x0B (invalid destination address)' },
  '990002': { fault: 'undelivered', meaning: 'accepted; the receipt says UNDELIV' },
  '990003': { fault: 'expired', meaning: 'accepted; the receipt says EXPIRED' },
  '990004': { fault: 'lose_response', meaning: 'accepted, delivered and receipted, but never answered' },
  '990005': { fault: 'lose_receipt', meaning: 'delivered, but no receipt ever comes' },
  '990006': { fault: 'double_receipt', meaning: 'the receipt comes twice' },
  '990007': { fault: 'receipt_before_response', meaning: 'the receipt comes before the answer' },
  '990008': { fault: 'throttle_once', meaning: 'the first submit to the number gets 0x58, later ones pass' },
  '990009': {
    fault: 'queue_full_once',
    meaning: 'the first submit to the number gets 0x14, later ones pass',
  },
  '990010': {
    fault: 'cut_once',
    meaning: 'the first submit to the number is accepted, then the connection is cut instead of an answer',
  },
};

const SUFFIX_DIGITS = 6;
const faults = new Map(Object.entries(MAGIC_SUFFIXES).map(([suffix, { fault }]) => [suffix, fault]));

/** The fault a number stands for. Almost no number is magic, so the lookup comes last. */
export function faultOf(number: string): Fault | undefined {
  const start = number.length - SUFFIX_DIGITS;
  if (start < 0 || !number.startsWith('9900', start)) return undefined;
  return faults.get(number.slice(start));
}
