import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import type { Account, Member } from '../account.js';
import { ACCOUNT_COLUMNS } from '../accounts.reader.js';
import { AttemptLimiter } from '../attempts/attempt-limiter.js';
import { PasswordHasher } from '../members/password-hasher.js';
import { OpenSessionUseCase, type OpenedSession } from './open-session.use-case.js';

export interface SignInInput {
  email: string;
  password: string;
  /** Address of the caller, for the limits against guessing. */
  ip: string;
}

export interface SignedIn {
  account: Account;
  member: Member;
  session: OpenedSession;
}

/** Checks e-mail address and password and opens a session. */
@Injectable()
export class SignInUseCase {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptLimiter,
    private readonly hasher: PasswordHasher,
    private readonly openSession: OpenSessionUseCase,
  ) {}

  /** @throws DomainError auth.invalid_credentials, the same for a wrong password and an unknown address; rate.limited */
  async execute(input: SignInInput): Promise<SignedIn> {
    const guess = [input.email.toLowerCase(), input.ip];
    await this.attempts.count('signInByIp', [input.ip]);
    await this.attempts.count('signInByEmailAndIp', guess);
    const found = await this.database.inSystem((tx) =>
      tx.query<Member & { passwordHash: string }>(
        `SELECT id, account_id AS "accountId", email, is_admin AS "isAdmin", password_hash AS "passwordHash"
         FROM members WHERE lower(email) = lower($1)`,
        [input.email],
      ),
    );
    const { passwordHash, ...member } = found[0] ?? {};
    const isRight = await this.hasher.matches(input.password, passwordHash);
    if (!isRight) throw new DomainError('auth.invalid_credentials');
    await this.attempts.forget('signInByEmailAndIp', guess);
    return this.#open(member as Member);
  }

  #open(member: Member): Promise<SignedIn> {
    return this.database.inSystem(async (tx) => {
      const [account] = await tx.query<Account>(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE id = $1`, [
        member.accountId,
      ]);
      if (!account) throw new DomainError('auth.invalid_credentials');
      return { account, member, session: await this.openSession.execute(tx, member) };
    });
  }
}
