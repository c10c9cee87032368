import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import { CONTACT_LIST_COLUMNS, type ContactList } from './contact-list.js';

export interface RenameContactListInput {
  accountId: string;
  listId: string;
  name: string;
}

@Injectable()
export class RenameContactListUseCase {
  constructor(private readonly database: Database) {}

  /** @throws DomainError contacts.list_not_found */
  async execute({ accountId, listId, name }: RenameContactListInput): Promise<ContactList> {
    return this.database.inAccount(accountId, async (tx) => {
      const [list] = await tx.query<ContactList>(
        `UPDATE contact_lists SET name = $3 WHERE id = $2 AND account_id = $1 RETURNING ${CONTACT_LIST_COLUMNS}`,
        [accountId, listId, name],
      );
      if (!list) throw new DomainError('contacts.list_not_found');
      return list;
    });
  }
}
