import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import type { Receipt } from '#domain';
import { Database, type SystemTx } from '#platform';
import { settleHolds, type HoldSettlement } from '../batches/settlements.js';
import { APPLY_RECEIPTS, CORRECT_LATE, KEEP_UNMATCHED } from './receipt.sql.js';

/** A receipt that says the end of a part. */
export type FinalReceipt = Receipt & { readonly state: NonNullable<Receipt['state']> };

interface Applied {
  /** Provider ids of the parts that were found. */
  matched: string[] | null;
  /** Messages that were not simply waiting for it: unknown or unconfirmed ones. */
  stragglers: bigint[] | null;
  settlements: HoldSettlement[] | null;
}

/** Applies delivery reports, many at a time: parts, messages, counters and points move in one transaction. */
@Injectable()
export class ApplyReceiptsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /**
   * Returns after the commit: from then on the carrier may forget these receipts. Applying one twice changes nothing.
   * What matches no part waits in the inbox, since a receipt may beat its submit response.
   */
  async execute(gatewayId: number, receipts: readonly FinalReceipt[]): Promise<void> {
    await this.database.inSystem((tx) => this.apply(tx, gatewayId, receipts), { prefersIndexes: true });
  }

  async apply(tx: SystemTx, gatewayId: number, receipts: readonly FinalReceipt[]): Promise<void> {
    const [applied] = await tx.query<Applied>(APPLY_RECEIPTS, [
      gatewayId,
      receipts.map(({ providerId }) => providerId),
      receipts.map(({ state }) => state),
      receipts.map(({ detail }) => detail),
    ]);
    await settleHolds(tx, this.ledger, applied?.settlements);
    if (applied?.stragglers) await tx.query(CORRECT_LATE, [applied.stragglers]);
    await this.#keepUnmatched(tx, gatewayId, receipts, applied?.matched ?? []);
  }

  async #keepUnmatched(
    tx: SystemTx,
    gatewayId: number,
    receipts: readonly FinalReceipt[],
    matched: readonly string[],
  ): Promise<void> {
    const found = new Set(matched);
    const rest = receipts.filter(({ providerId }) => !found.has(providerId));
    if (rest.length === 0) return;
    await tx.query(KEEP_UNMATCHED, [
      gatewayId,
      rest.map(({ providerId }) => providerId),
      rest.map(({ recipient }) => recipient),
      rest.map(({ state }) => state),
      rest.map(({ detail }) => detail),
    ]);
  }
}
