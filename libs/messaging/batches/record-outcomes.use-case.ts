import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import type { SubmitOutcome } from '#domain';
import { Database, type SystemTx } from '#platform';
import { batchIdOf } from './batch-limits.js';
import type { Chunk, ClaimedBatch, QueuedMessage } from './batch.repository.js';

interface Recorded {
  moved: number;
  isIntended: boolean;
  released: bigint;
  holdId: string | null;
}

interface Resolved {
  accountId: string;
  holdId: string | null;
  price: bigint;
  isOpen: boolean;
}

/** Columns of one statement: parallel arrays, one element per message or part. */
interface OutcomeColumns {
  ids: bigint[];
  states: string[];
  errors: (string | null)[];
  partMessageIds: bigint[];
  partNumbers: number[];
  providerIds: string[];
}

/** Writes what the gateway said about one chunk of a batch: states, parts, counters and given-back points, together. */
@Injectable()
export class RecordOutcomesUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /**
   * @param outcomes one per message, in the order of the chunk
   * @param next the chunk that shall follow: its intent is committed along with this outcome
   * @returns whether that intent stands; false when the claim was lost, or the campaign paused or cancelled
   */
  async execute(
    claim: ClaimedBatch,
    gatewayId: number,
    { messages, upto }: Chunk,
    outcomes: readonly SubmitOutcome[],
    next?: Chunk,
  ): Promise<boolean> {
    const columns = toColumns(messages, outcomes);
    const intents = [upto, next?.from ?? null, next?.upto ?? null];
    const parameters = [
      claim.id,
      claim.epoch,
      gatewayId,
      claim.accountId,
      ...intents,
      ...listColumns(columns),
    ];
    const sql = messages.some(({ sealedText }) => sealedText) ? RECORD_OUTCOMES_AND_ERASE : RECORD_OUTCOMES;
    const recorded = await this.database.inSystem(
      (tx) => this.#recordAndRelease(tx, claim, sql, parameters),
      {
        prefersIndexes: true,
      },
    );
    if ((recorded?.moved ?? 0) < columns.ids.length) await this.#resolveLate(gatewayId, messages, outcomes);
    return recorded?.isIntended ?? false;
  }

  async #recordAndRelease(
    tx: SystemTx,
    claim: ClaimedBatch,
    sql: string,
    parameters: unknown[],
  ): Promise<Recorded | undefined> {
    const [recorded] = await tx.query<Recorded>(sql, parameters);
    if (recorded?.holdId && recorded.released > 0n) {
      const { holdId, released } = recorded;
      await this.ledger.settle(tx, { accountId: claim.accountId, holdId, capture: 0n, release: released });
    }
    return recorded;
  }

  /**
   * The answer to messages that were meanwhile given up as unknown: this claimant was too slow, or the carrier was.
   * The truth is still worth having: unknown moves on to accepted, or to refused with its points given back.
   */
  async resolveLate(gatewayId: number, messageId: bigint, outcome: SubmitOutcome): Promise<void> {
    await this.database.inSystem((tx) => this.resolve(tx, gatewayId, messageId, outcome));
  }

  /** The same inside the caller's transaction. */
  async resolve(tx: SystemTx, gatewayId: number, messageId: bigint, outcome: SubmitOutcome): Promise<void> {
    if (outcome.kind !== 'accepted' && outcome.kind !== 'refused') return;
    const error = outcome.kind === 'refused' ? outcome.code : null;
    const providerIds = outcome.kind === 'accepted' ? outcome.providerIds : [];
    const [resolved] = await tx.query<Resolved>(RESOLVE_UNKNOWN, [
      messageId,
      outcome.kind,
      error,
      gatewayId,
      providerIds,
      batchIdOf(messageId),
    ]);
    if (!resolved?.holdId || !resolved.isOpen || outcome.kind !== 'refused') return;
    const { accountId, holdId, price } = resolved;
    await this.ledger.settle(tx, { accountId, holdId, capture: 0n, release: price });
  }

  async #resolveLate(
    gatewayId: number,
    messages: readonly QueuedMessage[],
    outcomes: readonly SubmitOutcome[],
  ): Promise<void> {
    for (const [index, message] of messages.entries()) {
      const outcome = outcomes[index];
      if (outcome) await this.resolveLate(gatewayId, message.id, outcome);
    }
  }
}

/** In the order of the statement's parameters. */
function listColumns({
  ids,
  states,
  errors,
  partMessageIds,
  partNumbers,
  providerIds,
}: OutcomeColumns): unknown[] {
  return [ids, states, errors, partMessageIds, partNumbers, providerIds];
}

function toColumns(messages: readonly QueuedMessage[], outcomes: readonly SubmitOutcome[]): OutcomeColumns {
  const columns: OutcomeColumns = {
    ids: [],
    states: [],
    errors: [],
    partMessageIds: [],
    partNumbers: [],
    providerIds: [],
  };
  for (const [index, { id }] of messages.entries()) {
    const outcome = outcomes[index] ?? { kind: 'unknown', code: 'gateway.no_outcome' };
    if (outcome.kind === 'deferred') continue;
    columns.ids.push(id);
    columns.states.push(outcome.kind);
    columns.errors.push(outcome.kind === 'accepted' ? null : outcome.code);
    if (outcome.kind !== 'accepted') continue;
    for (const [part, providerId] of outcome.providerIds.entries()) {
      columns.partMessageIds.push(id);
      columns.partNumbers.push(part + 1);
      columns.providerIds.push(providerId);
    }
  }
  return columns;
}

/** The claim stands and nobody has paused or cancelled: the next chunk may be announced. */
const MAY_GO_ON = `($6::int IS NOT NULL AND b.epoch = $2 AND b.state = 'sending' AND b.control = 'run'
                    AND b.valid_until > now())`;

/**
 * One statement per chunk. Only messages that still wait are moved, so a claimant that lost its batch changes nothing
 * here; the batch's counters follow what really moved. Uses the primary keys of messages and batches.
 * $1 batch, $2 epoch, $3 gateway, $4 account, $5 end of the chunk, $6 and $7 the next chunk or null, then the columns.
 */
const recordOutcomes = (erasure: string): string => `
WITH outcome AS (
  SELECT * FROM unnest($8::bigint[], $9::message_state[], $10::text[]) AS o(id, state, error)
), moved AS (
  UPDATE messages m
     SET state = o.state, error = o.error, submitted_at = now(),
         accepted_at = CASE WHEN o.state = 'accepted' THEN now() END,
         final_at = CASE WHEN o.state = 'refused' THEN now() END,
         settlement = CASE WHEN o.state = 'refused' THEN 'released'::settlement ELSE m.settlement END
    FROM outcome o
   WHERE m.id = o.id AND m.state = 'queued'
  RETURNING m.id, m.state, m.price, m.recipient
), part AS (
  INSERT INTO message_parts (message_id, part, account_id, gateway_id, provider_id)
  SELECT p.message_id, p.part, $4, $3, p.provider_id
    FROM unnest($11::bigint[], $12::smallint[], $13::text[]) AS p(message_id, part, provider_id)
   WHERE EXISTS (SELECT FROM moved WHERE moved.id = p.message_id)
  ON CONFLICT DO NOTHING
), unresolved AS (
  INSERT INTO unresolved_submissions (message_id, account_id, gateway_id, recipient)
  SELECT id, $4, $3, recipient FROM moved WHERE state = 'unknown'
  ON CONFLICT DO NOTHING
)${erasure}, counted AS (
  SELECT count(*)::int AS moved,
         count(*) FILTER (WHERE state = 'accepted') AS accepted,
         count(*) FILTER (WHERE state = 'refused') AS refused,
         count(*) FILTER (WHERE state = 'unknown') AS unknown,
         coalesce(sum(price) FILTER (WHERE state = 'refused'), 0)::bigint AS released
    FROM moved
)
UPDATE batches b
   SET queued_count = b.queued_count - c.moved,
       accepted_count = b.accepted_count + c.accepted,
       refused_count = b.refused_count + c.refused,
       unknown_count = b.unknown_count + c.unknown,
       unresolved_count = b.unresolved_count + c.unknown,
       intent_from = CASE WHEN b.epoch <> $2 THEN b.intent_from WHEN ${MAY_GO_ON} THEN $6 ELSE $5 END,
       intent_upto = CASE WHEN ${MAY_GO_ON} THEN $7 ELSE b.intent_upto END,
       heartbeat_at = CASE WHEN b.epoch = $2 THEN now() ELSE b.heartbeat_at END
  FROM counted c
 WHERE b.id = $1
RETURNING c.moved, c.released, b.hold_id AS "holdId", ${MAY_GO_ON} AS "isIntended"`;

const RECORD_OUTCOMES = recordOutcomes('');

/** For chunks with secret texts: what was handed over is erased (docs/adr/0003). */
const RECORD_OUTCOMES_AND_ERASE = recordOutcomes(`, handed_over AS (
  DELETE FROM message_secrets s USING moved WHERE s.message_id = moved.id
)`);

/** The refusal ends the only message that kept the batch open. */
const WAS_LAST_OPEN = `b.state = 'sent' AND moved.is_open AND moved.state <> 'accepted'
                       AND b.accepted_count + b.unresolved_count = 1`;

/**
 * One unknown message gets its late answer; $2 is accepted or refused. Once its grace has ended the points are settled
 * and its batch may be closed: then an accepted message ends as unconfirmed, which a late receipt may still correct.
 */
const RESOLVE_UNKNOWN = `
WITH gone AS (
  DELETE FROM unresolved_submissions WHERE message_id = $1 RETURNING is_settled
), moved AS (
  UPDATE messages m
     SET state = CASE WHEN $2 = 'accepted' AND gone.is_settled THEN 'unconfirmed' ELSE $2::message_state END,
         error = $3,
         accepted_at = CASE WHEN $2 = 'accepted' THEN now() END,
         final_at = CASE WHEN $2 = 'refused' OR gone.is_settled THEN now() END,
         settlement = CASE WHEN $2 = 'refused' THEN 'released'::settlement ELSE m.settlement END
    FROM gone
   WHERE m.id = $1 AND m.state = 'unknown'
  RETURNING m.id, m.account_id, m.price, m.state, NOT gone.is_settled AS is_open
), part AS (
  INSERT INTO message_parts (message_id, part, account_id, gateway_id, provider_id)
  SELECT moved.id, p.part, moved.account_id, $4, p.provider_id
    FROM moved, unnest($5::text[]) WITH ORDINALITY AS p(provider_id, part)
  ON CONFLICT DO NOTHING
)
UPDATE batches b
   SET unknown_count = b.unknown_count - 1,
       unresolved_count = b.unresolved_count - CASE WHEN moved.is_open THEN 1 ELSE 0 END,
       accepted_count = b.accepted_count + CASE WHEN moved.state = 'accepted' THEN 1 ELSE 0 END,
       unconfirmed_count = b.unconfirmed_count + CASE WHEN moved.state = 'unconfirmed' THEN 1 ELSE 0 END,
       refused_count = b.refused_count + CASE WHEN moved.state = 'refused' THEN 1 ELSE 0 END,
       state = CASE WHEN ${WAS_LAST_OPEN} THEN 'closed' ELSE b.state END,
       closed_at = CASE WHEN ${WAS_LAST_OPEN} THEN now() ELSE b.closed_at END
  FROM moved
 WHERE b.id = $6
RETURNING moved.account_id AS "accountId", b.hold_id AS "holdId", moved.price, moved.is_open AS "isOpen"`;
