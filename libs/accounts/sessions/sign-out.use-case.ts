import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { hashSessionToken } from './session-token.js';

/** Ends one session at once. Signing out twice is no error. */
@Injectable()
export class SignOutUseCase {
  constructor(private readonly database: Database) {}

  async execute(token: string): Promise<void> {
    await this.database.inSystem((tx) =>
      tx.execute(`DELETE FROM sessions WHERE token_hash = $1`, [hashSessionToken(token)]),
    );
  }
}
