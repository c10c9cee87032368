import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { endOfPrefix, toPhonePrefix } from '../phone-search.js';
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

/** Reads of single contacts. */
@Injectable()
export class ContactsReader {
  constructor(private readonly database: Database) {}

  /** In the order of their numbers: a range of the primary key, however large the list is. */
  list({ accountId, listId, search, after, limit }: ContactSearch): Promise<Contact[]> {
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
