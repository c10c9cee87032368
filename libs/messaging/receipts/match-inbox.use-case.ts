import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { RecordOutcomesUseCase } from '../batches/record-outcomes.use-case.js';
import { ApplyReceiptsUseCase, type FinalReceipt } from './apply-receipts.use-case.js';
import { PURGE_INBOX, TAKE_MATCHED_FROM_INBOX, TAKE_RECEIPTS_OF_UNKNOWN } from './receipt.sql.js';

const RECEIPTS_AT_ONCE = 1_000;
/** Time a receipt has to find its part by id before the recipient's number may tell it. */
const MATCH_BY_ID_SECONDS = 2;
const BY_INDEX = { prefersIndexes: true };

type InboxReceipt = FinalReceipt & { gatewayId: number };
type UnknownReceipt = InboxReceipt & { messageId: bigint };

/** Joins receipts and submissions from the other side: what came too early, or for an answer that was lost. */
@Injectable()
export class MatchInboxUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplyReceiptsUseCase) private readonly receipts: ApplyReceiptsUseCase,
    @Inject(RecordOutcomesUseCase) private readonly outcomes: RecordOutcomesUseCase,
  ) {}

  async execute(): Promise<void> {
    while ((await this.#applyMatched()) === RECEIPTS_AT_ONCE);
    await this.#resolveUnknown();
    await this.database.runSystemStatement(PURGE_INBOX);
  }

  async #applyMatched(): Promise<number> {
    return this.database.inSystem(async (tx) => {
      const taken = await tx.query<InboxReceipt>(TAKE_MATCHED_FROM_INBOX, [RECEIPTS_AT_ONCE]);
      for (const [gatewayId, receipts] of groupBy(taken, ({ gatewayId }) => gatewayId)) {
        await this.receipts.apply(tx, gatewayId, receipts);
      }
      return taken.length;
    }, BY_INDEX);
  }

  /** The receipt proves that the carrier took the message: it becomes accepted under the receipt's own ids, then ends. */
  async #resolveUnknown(): Promise<void> {
    await this.database.inSystem(async (tx) => {
      const taken = await tx.query<UnknownReceipt>(TAKE_RECEIPTS_OF_UNKNOWN, [
        RECEIPTS_AT_ONCE,
        MATCH_BY_ID_SECONDS,
      ]);
      for (const [messageId, receipts] of groupBy(taken, ({ messageId }) => messageId)) {
        const [first] = receipts;
        if (!first) continue;
        const providerIds = receipts.map(({ providerId }) => providerId);
        await this.outcomes.resolve(tx, first.gatewayId, messageId, { kind: 'accepted', providerIds });
        await this.receipts.apply(tx, first.gatewayId, receipts);
      }
    }, BY_INDEX);
  }
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
