import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { API_KEY_COLUMNS, type ApiKey } from './api-key.js';

/** Usable keys are few by rule; of revoked and expired ones only the newest are shown. */
const MAX_LISTED_KEYS = 200;

@Injectable()
export class ApiKeysReader {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(accountId: string): Promise<ApiKey[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<ApiKey>(
        `SELECT ${API_KEY_COLUMNS} FROM api_keys WHERE account_id = $1
         ORDER BY revoked_at IS NOT NULL, created_at DESC, id DESC LIMIT $2`,
        [accountId, MAX_LISTED_KEYS],
      ),
    );
  }
}
