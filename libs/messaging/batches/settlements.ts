import type { Ledger } from '#credits';
import type { SystemTx } from '#platform';

/** Points of one hold that a statement captured and released; sums arrive as JSON numbers, far below 2^53. */
export interface HoldSettlement {
  accountId: string;
  holdId: string;
  capture: number;
  release: number;
}

/** Moves the points in the transaction that moved the messages, in the order given: ascending by account and hold. */
export async function settleHolds(
  tx: SystemTx,
  ledger: Ledger,
  settlements: readonly HoldSettlement[] | null | undefined,
): Promise<void> {
  for (const { accountId, holdId, capture, release } of settlements ?? []) {
    await ledger.settle(tx, { accountId, holdId, capture: BigInt(capture), release: BigInt(release) });
  }
}
