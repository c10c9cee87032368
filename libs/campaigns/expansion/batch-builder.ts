import { countParts, type CompiledTemplate } from '#domain';
import { messageIdAt } from '#messaging';
import { formatCopyRow } from '#platform';
import { findUnsendable, type Recipient } from '../estimates/estimate.js';

/** What every batch of a campaign has in common. */
export interface BatchPlan {
  accountId: string;
  template: CompiledTemplate;
  /** Null when every recipient gets a text of their own. */
  sharedBody: string | null;
  /** Millipoints per part. */
  priceOf: (country: string) => bigint;
}

/** One batch, ready to be written: its row's numbers and its messages as COPY lines. */
export interface BuiltBatch {
  id: bigint;
  size: number;
  parts: number;
  refused: number;
  price: bigint;
  copyText: string;
}

/**
 * Renders and prices recipients into one batch. A text that cannot be sent becomes a refused message without a price,
 * so that every recipient ends in a state somebody can see.
 */
export function buildBatch(id: bigint, recipients: readonly Recipient[], plan: BatchPlan): BuiltBatch {
  const built: BuiltBatch = { id, size: recipients.length, parts: 0, refused: 0, price: 0n, copyText: '' };
  const shared = plan.sharedBody === null ? null : measure(plan.sharedBody);
  for (const [position, { phone, country, variables }] of recipients.entries()) {
    const text = plan.sharedBody ?? plan.template.render(variables).text;
    const { parts, problem } = shared ?? measure(text);
    const price = problem ? 0n : plan.priceOf(country) * BigInt(parts);
    built.parts += parts;
    built.price += price;
    if (problem) built.refused++;
    built.copyText += formatCopyRow([
      messageIdAt(id, position),
      plan.accountId,
      phone,
      plan.sharedBody === null ? text : null,
      parts,
      price,
      problem ? 'refused' : 'queued',
      problem ? 'released' : 'open',
      problem,
    ]);
  }
  return built;
}

/** Columns of the COPY lines, in order. */
export const MESSAGE_COPY_COLUMNS = 'id, account_id, recipient, body, parts, price, state, settlement, error';

function measure(text: string): { parts: number; problem: string | null } {
  const problem = findUnsendable(text);
  return { parts: problem ? 0 : countParts(text).parts, problem };
}
