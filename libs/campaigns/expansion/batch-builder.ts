import type { Recipient } from '#contacts';
import { countParts, type CompiledTemplate, type ErrorCode } from '#domain';
import { messageIdAt } from '#messaging';
import { findUnsendable } from '../estimates/estimate.js';

/** What every batch of a campaign has in common. */
export interface BatchPlan {
  accountId: string;
  template: CompiledTemplate;
  /** Null when every recipient gets a text of their own. */
  sharedBody: string | null;
  /** Millipoints per part; undefined for a country nothing is sold to. */
  priceOf: (country: string) => bigint | undefined;
}

/** One batch, ready to be written: the numbers of its row, and its messages as parallel columns. */
export interface BuiltBatch {
  id: bigint;
  size: number;
  parts: number;
  refused: number;
  price: bigint;
  messages: MessageColumns;
}

/** Parallel arrays, one element per message; they travel to PostgreSQL as they are. */
export interface MessageColumns {
  ids: bigint[];
  recipients: string[];
  /** Null where the batch's shared text is meant. */
  bodies: (string | null)[];
  parts: number[];
  prices: bigint[];
  /** Why a text cannot be sent; null for all others. */
  problems: (string | null)[];
}

/** The list grew by a country the launch had no price for. */
const UNPRICED: ErrorCode = 'messages.destination_unpriced';

/**
 * Renders and prices recipients into one batch. A text that cannot be sent becomes a refused message without a price,
 * so that every recipient ends in a state somebody can see.
 */
export function buildBatch(id: bigint, recipients: readonly Recipient[], plan: BatchPlan): BuiltBatch {
  const messages: MessageColumns = {
    ids: [],
    recipients: [],
    bodies: [],
    parts: [],
    prices: [],
    problems: [],
  };
  const built: BuiltBatch = { id, size: recipients.length, parts: 0, refused: 0, price: 0n, messages };
  const shared = plan.sharedBody === null ? null : measure(plan.sharedBody);
  for (const [position, { phone, country, variables }] of recipients.entries()) {
    const text = plan.sharedBody ?? plan.template.render(variables).text;
    const measured = shared ?? measure(text);
    const partPrice = plan.priceOf(country);
    const problem = measured.problem ?? (partPrice === undefined ? UNPRICED : null);
    const parts = problem ? 0 : measured.parts;
    const price = (partPrice ?? 0n) * BigInt(parts);
    built.parts += parts;
    built.price += price;
    if (problem) built.refused++;
    messages.ids.push(messageIdAt(id, position));
    messages.recipients.push(phone);
    messages.bodies.push(plan.sharedBody === null ? text : null);
    messages.parts.push(parts);
    messages.prices.push(price);
    messages.problems.push(problem);
  }
  return built;
}

function measure(text: string): { parts: number; problem: string | null } {
  const problem = findUnsendable(text);
  return { parts: problem ? 0 : countParts(text).parts, problem };
}
