import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database, type SystemTx } from '#platform';
import { hashApiKey, readApiKeyId } from './api-keys/api-key-format.js';
import type { Principal } from './principal.js';
import { ALL_SCOPES, isScope } from './scopes.js';
import { hashSessionToken, isSessionToken } from './sessions/session-token.js';

/** "Last used" is written at most this often, so that reading stays reading. */
const TOUCH_INTERVAL = `interval '1 minute'`;

interface SessionRow {
  accountId: string;
  memberId: string;
  isAdmin: boolean;
  isPhoneVerified: boolean;
  isFrozen: boolean;
  isStale: boolean;
}

interface ApiKeyRow {
  accountId: string;
  keyHash: Buffer;
  mode: 'live' | 'test';
  scopes: string[];
  isRevoked: boolean;
  isExpired: boolean;
  isPhoneVerified: boolean;
  isFrozen: boolean;
  isStale: boolean;
}

/** Finds out who is behind a cookie or a key. Asked anew for each request, so ends take effect at once. */
@Injectable()
export class PrincipalReader {
  constructor(private readonly database: Database) {}

  /** @returns undefined when the session is unknown, unused for too long, or over */
  async findBySession(token: string): Promise<Principal | undefined> {
    if (!isSessionToken(token)) return undefined;
    const tokenHash = hashSessionToken(token);
    const session = await this.database.inSystem(async (tx) => {
      const [row] = await tx.query<SessionRow>(
        `SELECT s.account_id AS "accountId", m.id AS "memberId", m.is_admin AS "isAdmin",
                a.phone_verified_at IS NOT NULL AS "isPhoneVerified", a.frozen_at IS NOT NULL AS "isFrozen",
                s.last_seen_at < now() - ${TOUCH_INTERVAL} AS "isStale"
         FROM sessions s JOIN members m ON m.id = s.member_id JOIN accounts a ON a.id = s.account_id
         WHERE s.token_hash = $1 AND s.expires_at > now()
           AND s.last_seen_at > now() - make_interval(secs => s.idle_seconds)`,
        [tokenHash],
      );
      if (row?.isStale)
        await tx.execute(`UPDATE sessions SET last_seen_at = now() WHERE token_hash = $1`, [tokenHash]);
      return row;
    });
    if (!session) return undefined;
    const { isStale: _, ...who } = session;
    return { kind: 'member', mode: 'live', scopes: ALL_SCOPES, ...who };
  }

  /** @throws DomainError auth.required | auth.key_revoked | auth.key_expired */
  async findByApiKey(key: string): Promise<Principal> {
    const apiKeyId = readApiKeyId(key);
    if (apiKeyId === null) throw new DomainError('auth.required');
    const row = await this.database.inSystem((tx) => this.#findApiKey(tx, apiKeyId));
    if (!row || !timingSafeEqual(row.keyHash, hashApiKey(key))) throw new DomainError('auth.required');
    if (row.isRevoked) throw new DomainError('auth.key_revoked');
    if (row.isExpired) throw new DomainError('auth.key_expired');
    if (row.isStale) await this.#touchApiKey(apiKeyId);
    const { accountId, mode, isPhoneVerified, isFrozen } = row;
    const scopes = row.scopes.filter(isScope);
    return { kind: 'api_key', accountId, apiKeyId, mode, isAdmin: false, isPhoneVerified, isFrozen, scopes };
  }

  async #findApiKey(tx: SystemTx, apiKeyId: string): Promise<ApiKeyRow | undefined> {
    const [row] = await tx.query<ApiKeyRow>(
      `SELECT k.account_id AS "accountId", k.key_hash AS "keyHash", k.mode, k.scopes,
              k.revoked_at IS NOT NULL AS "isRevoked", coalesce(k.expires_at <= now(), false) AS "isExpired",
              a.phone_verified_at IS NOT NULL AS "isPhoneVerified", a.frozen_at IS NOT NULL AS "isFrozen",
              coalesce(k.last_used_at < now() - ${TOUCH_INTERVAL}, true) AS "isStale"
       FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE k.id = $1`,
      [apiKeyId],
    );
    return row;
  }

  async #touchApiKey(apiKeyId: string): Promise<void> {
    await this.database.inSystem((tx) =>
      tx.execute(`UPDATE api_keys SET last_used_at = now() WHERE id = $1`, [apiKeyId]),
    );
  }
}
