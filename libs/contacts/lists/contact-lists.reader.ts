import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import { CONTACT_LIST_COLUMNS, type ContactList } from './contact-list.js';

/** Reads of contact lists. */
@Injectable()
export class ContactListsReader {
  constructor(private readonly database: Database) {}

  /**
   * Newest first.
   * @param page.before id of the last list of the page before
   */
  list(accountId: string, page: { limit: number; before?: string | undefined }): Promise<ContactList[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<ContactList>(
        `SELECT ${CONTACT_LIST_COLUMNS} FROM contact_lists
         WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
        [accountId, page.before ?? null, page.limit],
      ),
    );
  }

  /** @throws DomainError contacts.list_not_found */
  async get(accountId: string, listId: string): Promise<ContactList> {
    const [list] = await this.database.inAccount(accountId, (tx) =>
      tx.query<ContactList>(
        `SELECT ${CONTACT_LIST_COLUMNS} FROM contact_lists WHERE account_id = $1 AND id = $2`,
        [accountId, listId],
      ),
    );
    if (!list) throw new DomainError('contacts.list_not_found');
    return list;
  }
}
