import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import { lockList, recordListChange } from './lock-list.js';

export interface RemoveContactInput {
  accountId: string;
  listId: string;
  /** E.164. */
  phone: string;
}

/** Takes one number out of a list. */
@Injectable()
export class RemoveContactUseCase {
  constructor(private readonly database: Database) {}

  /** @throws DomainError contacts.list_not_found, or resource.not_found when the number is not in the list */
  async execute({ accountId, listId, phone }: RemoveContactInput): Promise<void> {
    await this.database.inAccount(accountId, async (tx) => {
      await lockList(tx, accountId, listId);
      const removed = await tx.execute(
        'DELETE FROM contacts WHERE list_id = $1 AND account_id = $2 AND phone = $3',
        [listId, accountId, phone],
      );
      if (removed === 0) throw new DomainError('resource.not_found');
      await recordListChange(tx, listId, { added: -1, variableNames: [] });
    });
  }
}
