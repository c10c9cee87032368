import type { Json } from '../e2e/api-harness.js';
import { parseId } from '#domain';
import type { World } from './world.js';

/** States that say the carrier has the message. */
const TAKEN = new Set(['accepted', 'delivered', 'undelivered', 'unconfirmed']);
/** States that say it never had it. */
const NEVER_TAKEN = new Set(['queued', 'refused', 'cancelled']);

interface BookedMessage {
  recipient: string;
  state: string;
}

interface AcceptedPage {
  data: { to: string; part: number }[];
  nextCursor: number;
  missed: number;
}

/**
 * Holds the books of a campaign against the carrier's own log: nobody was sent to twice, nothing was denied that the
 * carrier has, nothing claimed that it never saw. For numbers that belong to this campaign alone.
 * @returns a sentence for each contradiction
 */
export async function findContradictions(world: World, campaignId: string): Promise<string[]> {
  const messages = await readMessages(world, campaignId);
  const submissions = await countSubmissions(world);
  return messages.flatMap(({ recipient, state }) => {
    const times = submissions.get(recipient) ?? 0;
    if (times > 1) return [`${recipient} was sent to ${times} times`];
    if (times === 0 && TAKEN.has(state)) return [`${recipient} is ${state}, but the carrier never saw it`];
    if (times === 1 && NEVER_TAKEN.has(state)) return [`${recipient} is ${state}, but the carrier has it`];
    return [];
  });
}

function readMessages(world: World, campaignId: string): Promise<BookedMessage[]> {
  return world.api.database.runSystemStatement<BookedMessage>(
    `SELECT m.recipient, m.state::text FROM batches b JOIN messages m ON m.id / 512 = b.id WHERE b.campaign_id = $1`,
    [parseId('cmp', campaignId)],
  );
}

/** How often the carrier took the first part for each number. */
export async function countSubmissions(world: World): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let cursor = 0; ;) {
    const response = await fetch(
      `${world.simulator.httpUrl}/simulator/api/accepted?cursor=${cursor}&limit=10000`,
    );
    const { data, nextCursor, missed } = (await response.json()) as AcceptedPage;
    if (missed > 0) throw new Error(`the carrier's log has lost ${missed} parts; the scenario is too large`);
    for (const { to, part } of data) {
      const recipient = `+${to.replace(/^\+/, '')}`;
      if (part === 1) times.set(recipient, (times.get(recipient) ?? 0) + 1);
    }
    if (data.length === 0) return times;
    cursor = nextCursor;
  }
}

/** Messages that may be on the wire by the books: what would be unknown if the worker were killed now. */
export async function countInDoubt(world: World): Promise<number> {
  const [row] = await world.api.database.runSystemStatement<{ inDoubt: number }>(
    `SELECT count(*)::int AS "inDoubt" FROM batches b JOIN messages m
         ON m.id >= b.id * 512 + b.intent_from AND m.id < b.id * 512 + b.intent_upto
      WHERE b.state = 'sending' AND m.state = 'queued'`,
  );
  return row?.inDoubt ?? 0;
}

/**
 * What is wrong with the points of a finished campaign whose messages cost one point each. A message that was given up as
 * unknown has its point back even when a late receipt proves its delivery, so delivered ones may outnumber the charges.
 */
export function findChargeProblems(points: Json | undefined, counters: Json | undefined): string[] {
  const [held, captured, released] = [points?.held, points?.captured, points?.released].map(Number);
  const [delivered, unknown] = [counters?.delivered, counters?.unknown].map(Number);
  const sums = JSON.stringify({ held, captured, released, delivered, unknown });
  const problems: string[] = [];
  if (held !== 0) problems.push(`points are still held: ${sums}`);
  if (Number(captured) + Number(released) !== Number(delivered) + Number(unknown))
    problems.push(`the sums differ: ${sums}`);
  if (Number(captured) > Number(delivered)) problems.push(`charged for what was not delivered: ${sums}`);
  return problems;
}
