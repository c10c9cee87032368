import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';

/** Removes the number and, only when it was there, raises the account's revision. */
const LIFT_SQL = `
  WITH lifted AS (DELETE FROM suppressions WHERE account_id = $1 AND phone = $2 RETURNING account_id)
  UPDATE suppression_revisions SET revision = revision + 1 WHERE account_id IN (SELECT account_id FROM lifted)`;

/** Allows a number to be sent to again. */
@Injectable()
export class LiftSuppressionUseCase {
  constructor(private readonly database: Database) {}

  /**
   * @param phone E.164
   * @throws DomainError resource.not_found when the number is not suppressed
   */
  async execute(accountId: string, phone: string): Promise<void> {
    const lifted = await this.database.inAccount(accountId, (tx) => tx.execute(LIFT_SQL, [accountId, phone]));
    if (lifted === 0) throw new DomainError('resource.not_found');
  }
}
