import { Injectable } from '@nestjs/common';
import { DomainError, newUuid } from '#domain';
import { Database } from '#platform';
import { CONTACT_LIST_COLUMNS, MAX_LISTS, type ContactList } from './contact-list.js';

/** Makes an empty contact list. */
@Injectable()
export class CreateContactListUseCase {
  constructor(private readonly database: Database) {}

  /** @throws DomainError request.invalid when the account holds too many lists */
  async execute(accountId: string, name: string): Promise<ContactList> {
    return this.database.inAccount(accountId, async (tx) => {
      const [held] = await tx.query<{ lists: bigint }>(
        'SELECT count(*) AS lists FROM contact_lists WHERE account_id = $1',
        [accountId],
      );
      if (held && held.lists >= BigInt(MAX_LISTS)) throw refuseAnotherList();
      const [list] = await tx.query<ContactList>(
        `INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, $3) RETURNING ${CONTACT_LIST_COLUMNS}`,
        [newUuid(), accountId, name],
      );
      if (!list) throw new Error('the new contact list was not returned');
      return list;
    });
  }
}

function refuseAnotherList(): DomainError {
  const message = `An account holds at most ${MAX_LISTS} contact lists. Delete one first.`;
  return new DomainError('request.invalid', { fields: [{ field: 'name', code: 'too_many', message }] });
}
