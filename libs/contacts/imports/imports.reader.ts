import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DomainError, type FileStorage } from '#domain';
import { Database } from '#platform';
import { STORAGE } from '../storage.js';
import { IMPORT_COLUMNS, type Import } from './import.js';

export interface RejectedRowsFile {
  readonly fileName: string;
  readonly content: Readable;
}

/** Reads of imports and of the files they leave. */
@Injectable()
export class ImportsReader {
  constructor(
    private readonly database: Database,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  /** @throws DomainError resource.not_found */
  async get(accountId: string, importId: string): Promise<Import> {
    const [found] = await this.database.inAccount(accountId, (tx) =>
      tx.query<Import>(`SELECT ${IMPORT_COLUMNS} FROM imports WHERE account_id = $1 AND id = $2`, [
        accountId,
        importId,
      ]),
    );
    if (!found) throw new DomainError('resource.not_found');
    return found;
  }

  /**
   * Imports into one list, newest first.
   * @param page.before id of the last import of the page before
   */
  list(
    accountId: string,
    listId: string,
    page: { limit: number; before?: string | undefined },
  ): Promise<Import[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<Import>(
        `SELECT ${IMPORT_COLUMNS} FROM imports
         WHERE account_id = $1 AND list_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
        [accountId, listId, page.before ?? null, page.limit],
      ),
    );
  }

  /**
   * The rows that were not imported, as a CSV to repair and upload again.
   * @throws DomainError resource.not_found before the import is done
   */
  async openRejectedRows(accountId: string, importId: string): Promise<RejectedRowsFile> {
    const [found] = await this.database.inAccount(accountId, (tx) =>
      tx.query<{ fileName: string; key: string | null }>(
        `SELECT file_name AS "fileName", rejected_key AS key FROM imports WHERE account_id = $1 AND id = $2`,
        [accountId, importId],
      ),
    );
    if (!found?.key)
      throw new DomainError('resource.not_found', {
        sentence: 'There is no file of rejected rows: the import does not exist or is not done.',
      });
    return { fileName: found.fileName, content: await this.storage.open(found.key) };
  }
}
