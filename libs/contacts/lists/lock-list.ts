import { DomainError } from '#domain';
import type { AnyTx } from '#platform';

/**
 * Takes the lock that everybody holds who changes the contacts of a list, until the end of the transaction.
 * @throws DomainError contacts.list_not_found
 */
export async function lockList(tx: AnyTx, accountId: string, listId: string): Promise<void> {
  // NO KEY: a new import refers to the list and must not wait for a merge.
  const found = await tx.query(
    'SELECT FROM contact_lists WHERE id = $2 AND account_id = $1 FOR NO KEY UPDATE',
    [accountId, listId],
  );
  if (found.length === 0) throw new DomainError('contacts.list_not_found');
}

/** Adjusts what the list says about its contacts. The caller holds the list's lock. */
export async function recordListChange(
  tx: AnyTx,
  listId: string,
  { added, variableNames }: { added: number; variableNames: readonly string[] },
): Promise<void> {
  // New names go behind the known ones, so that the columns keep their order.
  await tx.query(
    `UPDATE contact_lists SET contact_count = contact_count + $2, revision = revision + 1,
       variable_names = (variable_names || ARRAY(
         SELECT name FROM unnest($3::text[]) WITH ORDINALITY AS brought (name, place)
         WHERE name <> ALL (variable_names) ORDER BY place))[:$4]
     WHERE id = $1`,
    [listId, added, variableNames, MAX_VARIABLE_NAMES],
  );
}

/** Names one list remembers; a file has fewer columns than this. */
const MAX_VARIABLE_NAMES = 500;
