import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database, type AccountTx } from '#platform';
import { TypedNumbers } from '../typed-numbers.js';
import { lockList, recordListChange } from './lock-list.js';
import { CONTACT_COLUMNS, type Contact } from './contact.js';

export interface AddContactInput {
  accountId: string;
  listId: string;
  /** As a person types it. */
  phone: string;
  variables: Readonly<Record<string, string>>;
}

/** Adds one contact to a list; a number that is in it already gets the new variables. */
@Injectable()
export class AddContactUseCase {
  constructor(
    private readonly database: Database,
    private readonly numbers: TypedNumbers,
  ) {}

  /** @throws DomainError contacts.list_not_found, or request.invalid on the field phone */
  async execute(input: AddContactInput): Promise<Contact> {
    const number = await this.numbers.read(input.accountId, input.phone);
    return this.database.inAccount(input.accountId, async (tx) => {
      await lockList(tx, input.accountId, input.listId);
      await refuseSuppressed(tx, input.accountId, number.e164);
      const [contact] = await tx.query<Contact & { isNew: boolean }>(
        `INSERT INTO contacts (list_id, account_id, phone, country, variables) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (list_id, phone) DO UPDATE SET variables = excluded.variables
         RETURNING ${CONTACT_COLUMNS}, xmax = 0 AS "isNew"`,
        [input.listId, input.accountId, number.e164, number.country, JSON.stringify(input.variables)],
      );
      if (!contact) throw new Error('the new contact was not returned');
      const variableNames = Object.keys(input.variables);
      await recordListChange(tx, input.listId, { added: contact.isNew ? 1 : 0, variableNames });
      return contact;
    });
  }
}

async function refuseSuppressed(tx: AccountTx, accountId: string, phone: string): Promise<void> {
  const found = await tx.query('SELECT FROM suppressions WHERE account_id = $1 AND phone = $2', [
    accountId,
    phone,
  ]);
  if (found.length === 0) return;
  const message = 'This number asked not to be sent to.';
  throw new DomainError('request.invalid', { fields: [{ field: 'phone', code: 'suppressed', message }] });
}
