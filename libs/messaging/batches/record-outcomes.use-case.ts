import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import type { SubmitOutcome } from '#domain';
import { Database, type SystemTx } from '#platform';
import { batchIdOf } from './batch-limits.js';
import type { Chunk, ClaimedBatch, QueuedMessage } from './batch.repository.js';
import { RECORD_OUTCOMES, RECORD_OUTCOMES_AND_ERASE, RESOLVE_UNKNOWN } from './outcome.sql.js';

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
