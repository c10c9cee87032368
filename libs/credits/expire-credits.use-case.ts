import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import { Ledger } from './ledger.repository.js';

/** Accounts one run sweeps at most; the rest waits for the next run. */
const MAX_ACCOUNTS_PER_RUN = 10_000;
const ACCOUNTS_PER_BATCH = 500;

/**
 * Takes back what is left of granted points after their expiry. What a hold has drawn of them stays usable by that hold,
 * and expires only when it is released. Spending never waits for this sweep: a hold sweeps its own account first.
 */
@Injectable()
export class ExpireCreditsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many accounts were swept, and the millipoints that expired */
  async execute(): Promise<{ accounts: number; expired: bigint }> {
    let accounts = 0;
    let expired = 0n;
    while (accounts < MAX_ACCOUNTS_PER_RUN) {
      const due = await this.#listDueAccounts();
      for (const accountId of due) {
        // A transaction per account: none waits for the wallet of another.
        expired += await this.database.inSystem((tx) => this.ledger.expire(tx, accountId));
      }
      accounts += due.length;
      if (due.length < ACCOUNTS_PER_BATCH) break;
    }
    return { accounts, expired };
  }

  async #listDueAccounts(): Promise<string[]> {
    const rows = await this.database.inSystem((tx) =>
      tx.query<{ accountId: string }>(
        `SELECT DISTINCT account_id AS "accountId" FROM ledger_accounts
         WHERE expires_at <= $1 AND swept_at IS NULL LIMIT $2`,
        [this.clock.now(), ACCOUNTS_PER_BATCH],
      ),
    );
    return rows.map(({ accountId }) => accountId);
  }
}
