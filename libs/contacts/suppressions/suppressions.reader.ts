import { Injectable } from '@nestjs/common';
import { Database, type AnyTx } from '#platform';
import { endOfPrefix, toPhonePrefix } from '../phone-search.js';
import { SUPPRESSION_COLUMNS, type Suppression } from './suppression.js';

export interface SuppressionSearch {
  /** Beginning of a number as people type it; empty finds all. */
  search: string;
  /** Number of the last suppression of the page before. */
  after?: string | undefined;
  limit: number;
}

/** Reads of suppressed numbers. */
@Injectable()
export class SuppressionsReader {
  constructor(private readonly database: Database) {}

  /** @param phone E.164 */
  async isSuppressed(tx: AnyTx, accountId: string, phone: string): Promise<boolean> {
    const found = await tx.query('SELECT FROM suppressions WHERE account_id = $1 AND phone = $2', [
      accountId,
      phone,
    ]);
    return found.length > 0;
  }

  /** In the order of their numbers. */
  list(accountId: string, { search, after, limit }: SuppressionSearch): Promise<Suppression[]> {
    const prefix = toPhonePrefix(search);
    return this.database.inAccount(accountId, (tx) =>
      tx.query<Suppression>(
        `SELECT ${SUPPRESSION_COLUMNS} FROM suppressions
         WHERE account_id = $1 AND phone > $2 AND phone >= $3 AND phone < $4
         ORDER BY phone LIMIT $5`,
        [accountId, after ?? '', prefix, endOfPrefix(prefix), limit],
      ),
    );
  }
}
