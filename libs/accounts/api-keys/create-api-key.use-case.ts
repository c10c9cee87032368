import { Injectable } from '@nestjs/common';
import { DomainError, newUuid } from '#domain';
import { Database } from '#platform';
import type { Scope } from '../scopes.js';
import { API_KEY_COLUMNS, type ApiKey } from './api-key.js';
import { generateApiKey, hashApiKey, type ApiKeyMode } from './api-key-format.js';

/** Usable keys one account may hold. */
export const MAX_API_KEYS = 50;

export interface CreateApiKeyInput {
  accountId: string;
  name: string;
  mode: ApiKeyMode;
  scopes: readonly Scope[];
  expiresAt: Date | null;
}

/** Makes an API key. The key is returned here and can never be read again. */
@Injectable()
export class CreateApiKeyUseCase {
  constructor(private readonly database: Database) {}

  /** @throws DomainError request.invalid when the expiry has passed or the account holds too many keys */
  async execute(input: CreateApiKeyInput): Promise<{ apiKey: ApiKey; key: string }> {
    const id = newUuid();
    const key = generateApiKey(input.mode, id);
    const values = [
      id,
      input.accountId,
      input.name,
      input.mode,
      input.scopes,
      hashApiKey(key),
      key.slice(-4),
    ];
    return this.database.inAccount(input.accountId, async (tx) => {
      const [state] = await tx.query<{ keys: bigint; isPast: boolean }>(
        `SELECT count(*) AS keys, coalesce($1::timestamptz <= now(), false) AS "isPast" FROM api_keys
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
        [input.expiresAt],
      );
      if (state?.isPast) throw refuse('expiresAt', 'past', 'The expiry must lie in the future.');
      if (state && state.keys >= BigInt(MAX_API_KEYS))
        throw refuse('name', 'too_many', `An account holds at most ${MAX_API_KEYS} keys. Revoke one first.`);
      const [apiKey] = await tx.query<ApiKey>(
        `INSERT INTO api_keys (id, account_id, name, mode, scopes, key_hash, last4, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${API_KEY_COLUMNS}`,
        [...values, input.expiresAt],
      );
      if (!apiKey) throw new Error('the new API key was not returned');
      return { apiKey, key };
    });
  }
}

const refuse = (field: string, code: string, message: string): DomainError =>
  new DomainError('request.invalid', { fields: [{ field, code, message }] });
