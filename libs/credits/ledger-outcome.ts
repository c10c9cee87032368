import { DomainError, formatPoints } from '#domain';

/** What the ledger's SQL functions answer; see type ledger_outcome in the migration. */
export interface LedgerOutcome {
  outcome: 'done' | 'replayed' | 'key_reused' | 'insufficient' | 'hold_closed';
  resultId: string | null;
  /** Millipoints there were, when they were not enough. */
  available: bigint | null;
}

/**
 * Turns the answer of the ledger into a result or the error it stands for.
 * @param needed millipoints, for the sentence of credits.insufficient
 */
export function readOutcome(
  outcome: LedgerOutcome | undefined,
  needed: bigint,
): { resultId: string; isReplay: boolean } {
  if (!outcome) throw new Error('the ledger gave no answer');
  switch (outcome.outcome) {
    case 'key_reused':
      throw new DomainError('credits.key_reused');
    case 'hold_closed':
      throw new DomainError('credits.hold_closed');
    case 'insufficient':
      throw new DomainError('credits.insufficient', {
        sentence: describeShortage(needed, outcome.available ?? 0n),
      });
    case 'done':
    case 'replayed':
      if (outcome.resultId === null) throw new Error('the ledger named no result');
      return { resultId: outcome.resultId, isReplay: outcome.outcome === 'replayed' };
  }
}

function describeShortage(needed: bigint, available: bigint): string {
  return `This needs ${formatPoints(needed)} points, and ${formatPoints(available)} are available.`;
}
