import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import { IMPORT_COLUMNS, type Import } from './import.js';

/** Ends an import that is not done. A run in progress notices within a second; nothing of it reaches the list. */
@Injectable()
export class CancelImportUseCase {
  constructor(private readonly database: Database) {}

  /** @throws DomainError resource.not_found, or imports.not_running when it has finished */
  async execute(accountId: string, importId: string): Promise<Import> {
    return this.database.inAccount(accountId, async (tx) => {
      const [cancelled] = await tx.query<Import>(
        `UPDATE imports SET state = 'cancelled', finished_at = now()
         WHERE id = $2 AND account_id = $1 AND state IN ('queued', 'running') RETURNING ${IMPORT_COLUMNS}`,
        [accountId, importId],
      );
      if (cancelled) return cancelled;
      const found = await tx.query('SELECT FROM imports WHERE id = $2 AND account_id = $1', [
        accountId,
        importId,
      ]);
      throw new DomainError(found.length > 0 ? 'imports.not_running' : 'resource.not_found');
    });
  }
}
