import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import type { LedgerReport } from './ledger-report.js';
import { LedgerChecks, type LedgerCheckScope } from './ledger-checks.js';

/** Longest one check may take, ms. */
const CHECK_TIMEOUT_MS = 120_000;
const KEEP_REPORTS_DAYS = 30;

/**
 * Proves every point: runs all checks on one snapshot of the database, while others go on writing, and keeps the report.
 * A report on one account is not kept.
 */
@Injectable()
export class VerifyLedgerUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerChecks) private readonly checks: LedgerChecks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(scope: LedgerCheckScope = {}): Promise<LedgerReport> {
    const at = this.clock.now();
    const problems = await this.#runChecks(scope);
    const report = { at, isBalanced: problems.length === 0, problems };
    if (scope.accountId === undefined) await this.#keep(report);
    return report;
  }

  async #runChecks(scope: LedgerCheckScope): Promise<string[]> {
    return this.database.inSystem(
      async (tx) => {
        await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
        // Sums over millions of transfers stay in memory instead of spilling to disk.
        await tx.execute(`SET LOCAL work_mem = '64MB'`);
        const problems: string[] = [];
        for (const check of this.checks.list()) {
          for (const problem of await check.run(tx, scope)) problems.push(`${check.name}: ${problem}`);
        }
        return problems;
      },
      { statementTimeoutMs: CHECK_TIMEOUT_MS },
    );
  }

  async #keep({ at, isBalanced, problems }: LedgerReport): Promise<void> {
    await this.database.inSystem(async (tx) => {
      await tx.execute(`INSERT INTO ledger_verifications (at, is_balanced, problems) VALUES ($1, $2, $3)`, [
        at,
        isBalanced,
        JSON.stringify(problems),
      ]);
      await tx.execute(
        `DELETE FROM ledger_verifications WHERE at < $1::timestamptz - make_interval(days => $2)`,
        [at, KEEP_REPORTS_DAYS],
      );
    });
  }
}
