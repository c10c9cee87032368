import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import type { Account, Member } from './account.js';

/** The columns of an Account, in its names. */
export const ACCOUNT_COLUMNS = `accounts.id, accounts.name, accounts.default_country AS "defaultCountry", accounts.phone,
  accounts.phone_verified_at AS "phoneVerifiedAt", accounts.frozen_at AS "frozenAt",
  accounts.undelivered_policy AS "undeliveredPolicy", accounts.created_at AS "createdAt"`;

export interface AccountSearch {
  /** Part of the name, of a member's e-mail address or of the phone number; empty finds all. */
  search: string;
  limit: number;
  /** Accounts made before this one, newest first; from the last answer's final row. */
  before?: { createdAt: string; id: string };
}

/** An account as admins list it. */
export type ListedAccount = Account & {
  /** Addresses of the first members. */
  emails: string[];
  /** Exact to the microsecond, for the cursor. */
  createdAtExact: string;
};

/** Reads of accounts and members. */
@Injectable()
export class AccountsReader {
  constructor(private readonly database: Database) {}

  find(accountId: string): Promise<Account | undefined> {
    return this.database.inAccount(accountId, async (tx) => {
      const [account] = await tx.query<Account>(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE id = $1`, [
        accountId,
      ]);
      return account;
    });
  }

  findMember(accountId: string, memberId: string): Promise<Member | undefined> {
    return this.database.inAccount(accountId, async (tx) => {
      const [member] = await tx.query<Member>(
        `SELECT id, account_id AS "accountId", email, is_admin AS "isAdmin" FROM members WHERE id = $1`,
        [memberId],
      );
      return member;
    });
  }

  /** Across all accounts: for admins alone. Newest first. */
  search({ search, limit, before }: AccountSearch): Promise<ListedAccount[]> {
    return this.database.inSystem((tx) =>
      tx.query<ListedAccount>(
        `SELECT ${ACCOUNT_COLUMNS}, accounts.created_at::text AS "createdAtExact",
                ARRAY(SELECT email FROM members WHERE account_id = accounts.id ORDER BY created_at LIMIT 5) AS emails
         FROM accounts
         WHERE ($1 = '' OR position(lower($1) IN lower(name)) > 0 OR position($1 IN coalesce(phone, '')) > 0
                OR EXISTS (SELECT FROM members
                           WHERE account_id = accounts.id AND position(lower($1) IN lower(email)) > 0))
           AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
         ORDER BY created_at DESC, id DESC LIMIT $4`,
        [search, before?.createdAt ?? null, before?.id ?? null, limit],
      ),
    );
  }
}
