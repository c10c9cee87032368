import { Injectable } from '@nestjs/common';
import type { SystemTx } from '#platform';
import { LEDGER_CHECKS } from './ledger-checks.sql.js';

/** What a check looks at: one account, or all of them. */
export interface LedgerCheckScope {
  accountId?: string;
}

/** One thing that must hold of the books. Checks read one snapshot and must be set-based: millions of rows, seconds. */
export interface LedgerCheck {
  /** A sentence of what must be true, e.g. `finished campaigns hold nothing`. */
  readonly name: string;
  /** @returns a sentence for each violation, at most MAX_PROBLEMS_PER_CHECK; none when all is well */
  run(tx: SystemTx, scope: LedgerCheckScope): Promise<string[]>;
}

export const MAX_PROBLEMS_PER_CHECK = 100;

/** All checks of the verifier. Features above add theirs when their module starts. */
@Injectable()
export class LedgerChecks {
  readonly #checks: LedgerCheck[] = LEDGER_CHECKS.map(createSqlCheck);

  /** @throws Error when a check of that name is there already */
  add(check: LedgerCheck): void {
    if (this.#checks.some(({ name }) => name === check.name))
      throw new Error(`two ledger checks are called "${check.name}"`);
    this.#checks.push(check);
  }

  list(): readonly LedgerCheck[] {
    return this.#checks;
  }
}

/** @param sql selects a column `problem`; $1 is an account's uuid or null for all */
export function createSqlCheck({ name, sql }: { name: string; sql: string }): LedgerCheck {
  return {
    name,
    run: async (tx, { accountId }) => {
      const rows = await tx.query<{ problem: string }>(`${sql} LIMIT ${MAX_PROBLEMS_PER_CHECK}`, [accountId]);
      return rows.map(({ problem }) => problem);
    },
  };
}
