import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database, type AnyTx } from '#platform';
import { endOfPrefix, toPhonePrefix } from '../phone-search.js';
import { CONTACT_LIST_COLUMNS, type ContactList } from './contact-list.js';
import { CONTACT_COLUMNS, type Contact } from './contact.js';

export interface ContactSearch {
  accountId: string;
  listId: string;
  /** Beginning of a number as people type it; empty finds all. */
  search: string;
  /** Number of the last contact of the page before. */
  after?: string | undefined;
  limit: number;
}

/** Reads of contact lists and their contacts. */
@Injectable()
export class ContactsReader {
  constructor(private readonly database: Database) {}

  /**
   * Newest first.
   * @param page.before id of the last list of the page before
   */
  lists(accountId: string, page: { limit: number; before?: string | undefined }): Promise<ContactList[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<ContactList>(
        `SELECT ${CONTACT_LIST_COLUMNS} FROM contact_lists
         WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
        [accountId, page.before ?? null, page.limit],
      ),
    );
  }

  /** @throws DomainError contacts.list_not_found */
  async list(accountId: string, listId: string): Promise<ContactList> {
    const [list] = await this.database.inAccount(accountId, (tx) =>
      tx.query<ContactList>(
        `SELECT ${CONTACT_LIST_COLUMNS} FROM contact_lists WHERE account_id = $1 AND id = $2`,
        [accountId, listId],
      ),
    );
    if (!list) throw new DomainError('contacts.list_not_found');
    return list;
  }

  /**
   * Makes sure that all these lists exist and belong to the transaction's account.
   * @throws DomainError contacts.list_not_found naming the place of each that does not
   */
  async requireLists(tx: AnyTx, listIds: readonly string[]): Promise<void> {
    const missing = await tx.query<{ place: bigint }>(
      `SELECT place FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
       WHERE NOT EXISTS (SELECT FROM contact_lists WHERE contact_lists.id = wanted.id) ORDER BY place`,
      [listIds],
    );
    if (missing.length === 0) return;
    const message = 'There is no such contact list.';
    throw new DomainError('contacts.list_not_found', {
      fields: missing.map(({ place }) => ({ field: `listIds[${place - 1n}]`, code: 'not_found', message })),
    });
  }

  /** In the order of their numbers: a range of the primary key, however large the list is. */
  contacts({ accountId, listId, search, after, limit }: ContactSearch): Promise<Contact[]> {
    const prefix = toPhonePrefix(search);
    return this.database.inAccount(accountId, (tx) =>
      tx.query<Contact>(
        `SELECT ${CONTACT_COLUMNS} FROM contacts
         WHERE list_id = $2 AND account_id = $1 AND phone > $3 AND phone >= $4 AND phone < $5
         ORDER BY phone LIMIT $6`,
        [accountId, listId, after ?? '', prefix, endOfPrefix(prefix), limit],
      ),
    );
  }
}
