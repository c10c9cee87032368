import { z } from 'zod';
import { STATUS } from '#smpp';

/** The longest delay of an answer: past it a client's response timer has long run out. */
const MAX_SUBMIT_DELAY_MS = 600_000;
/** The longest delay of a receipt: carriers keep a message for three days at most. */
const MAX_RECEIPT_DELAY_MS = 3 * 24 * 3_600_000;
const MAX_COUNT = 1_000_000_000;

const rate = z.number().min(0).max(1);
const range = (maxMs: number) => {
  const bound = z.number().int().min(0).max(maxMs);
  return z.tuple([bound, bound]).refine(([min, max]) => min <= max, 'the first must not be above the second');
};

const fields = {
  /** Wait before a submit is answered, drawn between two bounds. */
  submitDelayMs: range(MAX_SUBMIT_DELAY_MS),
  /** Wait between that answer and the receipt. */
  receiptDelayMs: range(MAX_RECEIPT_DELAY_MS),
  receiptLossRate: rate,
  receiptDuplicateRate: rate,
  /** Submits of one login within a second, above which 0x58 is answered. */
  throttleAbovePerSecond: z.number().int().min(1).max(MAX_COUNT).nullable(),
  refuseRate: rate,
  refuseStatus: z.number().int().min(1).max(0xffff_ffff),
  undeliveredRate: rate,
  expiredRate: rate,
  /** Accepted, but never answered. */
  responseLossRate: rate,
  /** So many submits from now, the connection is cut, once; then this is null again. */
  disconnectAfter: z.number().int().min(1).max(MAX_COUNT).nullable(),
  receiptOrder: z.enum(['in_order', 'shuffled', 'before_response']),
  idFormat: z.enum(['hex', 'decimal', 'zero_padded', 'uuid']),
  /** How a receipt writes the id its submit was answered with. */
  idInReceipt: z.enum(['same', 'hex', 'decimal']),
  /** False leaves receipted_message_id and message_state away: the receipt is its text alone. */
  receiptTlvs: z.boolean(),
  /** False switches the magic suffixes off: a million numbers in a row have each of them once. */
  magicNumbers: z.boolean(),
  /** Setting it starts the random numbers again; null draws one. */
  seed: z.number().int().min(0).max(0xffff_ffff).nullable(),
};

export const behaviourSchema = z.strictObject(fields);
export type Behaviour = z.output<typeof behaviourSchema>;

/** What PUT takes: any of the fields. The list of suffixes may come back with them, since GET shows it. */
export const behaviourPatchSchema = behaviourSchema
  .partial()
  .extend({ magicSuffixes: z.unknown().optional() })
  .transform(({ magicSuffixes: _ignored, ...patch }) => patch);
export type BehaviourPatch = z.output<typeof behaviourPatchSchema>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  submitDelayMs: [0, 0],
  receiptDelayMs: [150, 900],
  receiptLossRate: 0,
  receiptDuplicateRate: 0,
  throttleAbovePerSecond: null,
  refuseRate: 0,
  refuseStatus: STATUS.ESME_RSUBMITFAIL,
  undeliveredRate: 0,
  expiredRate: 0,
  responseLossRate: 0,
  disconnectAfter: null,
  receiptOrder: 'shuffled',
  idFormat: 'hex',
  idInReceipt: 'same',
  receiptTlvs: true,
  magicNumbers: true,
  seed: null,
};
