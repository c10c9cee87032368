import type { SystemTx } from '#platform';

export interface UnprovedPhone {
  /** E.164. */
  phone: string;
  defaultCountry: string;
}

/**
 * The number an account still has to prove; undefined when it is proved. The account's row stays locked, so that the
 * number cannot be changed between the check of its code and the note that it is proved.
 */
export async function lockUnprovedPhone(tx: SystemTx, accountId: string): Promise<UnprovedPhone | undefined> {
  const [account] = await tx.query<UnprovedPhone & { isProved: boolean }>(
    `SELECT phone, default_country AS "defaultCountry", phone_verified_at IS NOT NULL AS "isProved"
     FROM accounts WHERE id = $1 AND phone IS NOT NULL FOR NO KEY UPDATE`,
    [accountId],
  );
  return account?.isProved ? undefined : account;
}
