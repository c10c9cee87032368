import { Inject, Injectable } from '@nestjs/common';
import type { FileStorage } from '#domain';
import { Database } from '#platform';
import { STORAGE } from '../storage.js';
import { lockList } from './lock-list.js';

/** A list of some million contacts takes a few seconds. */
const STATEMENT_TIMEOUT_MS = 120_000;

interface ImportFiles {
  storageKey: string | null;
  rejectedKey: string | null;
}

/** Deletes a list with its contacts, its imports and their files. Messages already made keep their numbers. */
@Injectable()
export class DeleteContactListUseCase {
  constructor(
    private readonly database: Database,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  /**
   * A running import loses its row, notices within a second and adds nothing.
   * @throws DomainError contacts.list_not_found
   */
  async execute(accountId: string, listId: string): Promise<void> {
    const imports = await this.database.inAccount(
      accountId,
      async (tx) => {
        await lockList(tx, accountId, listId);
        await tx.query('DELETE FROM contacts WHERE list_id = $1 AND account_id = $2', [listId, accountId]);
        const removed = await tx.query<ImportFiles>(
          `DELETE FROM imports WHERE list_id = $1 AND account_id = $2
           RETURNING storage_key AS "storageKey", rejected_key AS "rejectedKey"`,
          [listId, accountId],
        );
        await tx.query('DELETE FROM contact_lists WHERE id = $1 AND account_id = $2', [listId, accountId]);
        return removed;
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
    const keys = imports.flatMap(({ storageKey, rejectedKey }) => [storageKey, rejectedKey]);
    for (const key of keys) if (key) await this.storage.delete(key);
  }
}
