import { Injectable } from '@nestjs/common';
import type { AnyTx } from '#platform';
import type { SuppressionSource } from './suppression.js';

export interface SuppressNumberInput {
  accountId: string;
  /** E.164 with "+". */
  phone: string;
  source: SuppressionSource;
}

/**
 * Adds the number unless it is there, and only then raises the account's revision, which tells previews that they are
 * out of date. The first source stays: it says when the person first asked for silence.
 */
const SUPPRESS_SQL = `
  WITH added AS (
    INSERT INTO suppressions (account_id, phone, source) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, phone) DO NOTHING
    RETURNING account_id
  )
  INSERT INTO suppression_revisions AS revisions (account_id, revision) SELECT account_id, 1 FROM added
  ON CONFLICT (account_id) DO UPDATE SET revision = revisions.revision + 1`;

const E164 = /^\+[1-9][0-9]{6,14}$/;

/** Makes sure an account never sends to a number again. */
@Injectable()
export class SuppressNumberUseCase {
  /** @returns false when nothing had to change: the number was suppressed, or is none (a reply may come from a name) */
  async execute(tx: AnyTx, { accountId, phone, source }: SuppressNumberInput): Promise<boolean> {
    if (!E164.test(phone)) return false;
    return (await tx.execute(SUPPRESS_SQL, [accountId, phone, source])) > 0;
  }
}
