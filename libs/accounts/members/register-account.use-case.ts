import { Injectable } from '@nestjs/common';
import { DomainError, newUuid, type CountryCode } from '#domain';
import { constraintOf, type SystemTx } from '#platform';
import type { Account, Member } from '../account.js';
import { ACCOUNT_COLUMNS } from '../accounts.reader.js';

export interface RegisterAccountInput {
  company: string;
  email: string;
  passwordHash: string;
  country: CountryCode;
  /** E.164, not proved yet. */
  phone: string;
}

/** Makes an account with its first member, inside the sign-up's transaction. */
@Injectable()
export class RegisterAccountUseCase {
  /** @throws DomainError auth.email_taken */
  async execute(tx: SystemTx, input: RegisterAccountInput): Promise<{ account: Account; member: Member }> {
    const accountId = newUuid();
    const [account] = await tx.query<Account>(
      `INSERT INTO accounts (id, name, default_country, phone) VALUES ($1, $2, $3, $4)
       RETURNING ${ACCOUNT_COLUMNS}`,
      [accountId, input.company, input.country, input.phone],
    );
    const member = await this.#addMember(tx, accountId, input);
    if (!account) throw new Error('the new account was not returned');
    return { account, member };
  }

  async #addMember(tx: SystemTx, accountId: string, input: RegisterAccountInput): Promise<Member> {
    try {
      const [member] = await tx.query<Member>(
        `INSERT INTO members (id, account_id, email, password_hash) VALUES ($1, $2, $3, $4)
         RETURNING id, account_id AS "accountId", email, is_admin AS "isAdmin"`,
        [newUuid(), accountId, input.email, input.passwordHash],
      );
      if (!member) throw new Error('the new member was not returned');
      return member;
    } catch (error) {
      if (constraintOf(error) !== 'members_email') throw error;
      throw new DomainError('auth.email_taken', {
        fields: [{ field: 'email', code: 'taken', message: 'This address already has a member.' }],
      });
    }
  }
}
