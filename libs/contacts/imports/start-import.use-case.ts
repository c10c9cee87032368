import { Inject, Injectable } from '@nestjs/common';
import { DomainError, newUuid, type CountryCode, type FileStorage } from '#domain';
import { Database, Outbox, type AccountTx } from '#platform';
import type { ColumnMapping } from '../files/column-mapping.js';
import { toDisplayName } from '../files/display-name.js';
import { STORAGE } from '../storage.js';
import { TypedNumbers } from '../typed-numbers.js';
import { IMPORT_COLUMNS, type Import } from './import.js';
import { MAX_OPEN_IMPORTS } from './import-limits.js';

export interface StartImportInput {
  accountId: string;
  listId: string;
  /** What the uploader called the file. */
  fileName: string;
  /** The upload in storage; it belongs to the import from now on, and is removed when there is none. */
  storageKey: string;
  mapping: ColumnMapping | undefined;
  /** Reads national numbers; the account's own country when undefined. */
  defaultCountry: CountryCode | undefined;
}

/** Queues a file that lies in storage for import into a list. */
@Injectable()
export class StartImportUseCase {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly numbers: TypedNumbers,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  /** @throws DomainError contacts.list_not_found, or rate.limited when too many imports are open */
  async execute(input: StartImportInput): Promise<Import> {
    try {
      return await this.#start(input);
    } catch (error) {
      await this.storage.delete(input.storageKey);
      throw error;
    }
  }

  async #start(input: StartImportInput): Promise<Import> {
    const { accountId, listId, storageKey, mapping } = input;
    const country = input.defaultCountry ?? (await this.numbers.defaultCountry(accountId));
    return this.database.inAccount(accountId, async (tx) => {
      await refuseUnlessReady(tx, accountId, listId);
      const [started] = await tx.query<Import>(
        `INSERT INTO imports (id, account_id, list_id, file_name, storage_key, mapping, default_country)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${IMPORT_COLUMNS}`,
        [
          newUuid(),
          accountId,
          listId,
          toDisplayName(input.fileName),
          storageKey,
          mapping ? JSON.stringify(mapping) : null,
          country,
        ],
      );
      if (!started) throw new Error('the new import was not returned');
      await this.outbox.add(tx, { name: 'imports.run', payload: { v: 1, importId: started.id } });
      return started;
    });
  }
}

async function refuseUnlessReady(tx: AccountTx, accountId: string, listId: string): Promise<void> {
  const [state] = await tx.query<{ open: bigint }>(
    `SELECT (SELECT count(*) FROM imports WHERE account_id = $1 AND state IN ('queued', 'running')) AS open
     FROM contact_lists WHERE id = $2 AND account_id = $1`,
    [accountId, listId],
  );
  if (!state) throw new DomainError('contacts.list_not_found');
  if (state.open >= BigInt(MAX_OPEN_IMPORTS))
    throw new DomainError('rate.limited', {
      sentence: `${MAX_OPEN_IMPORTS} imports are waiting or running. Upload again when one of them is done.`,
    });
}
