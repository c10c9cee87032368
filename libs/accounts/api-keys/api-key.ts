import type { Scope } from '../scopes.js';
import type { ApiKeyMode } from './api-key-format.js';

/** What may be shown of a key after it was made. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly mode: ApiKeyMode;
  readonly scopes: Scope[];
  readonly last4: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

export const API_KEY_COLUMNS = `id, name, mode, scopes, last4, expires_at AS "expiresAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt", created_at AS "createdAt"`;
