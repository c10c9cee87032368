import { Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';

/** Ends an API key for good. Keys are looked up for each request, so the next one is already refused. */
@Injectable()
export class RevokeApiKeyUseCase {
  constructor(private readonly database: Database) {}

  /** Revoking twice is no error. @throws DomainError resource.not_found */
  async execute(accountId: string, apiKeyId: string): Promise<void> {
    const touched = await this.database.inAccount(accountId, (tx) =>
      tx.execute(
        `UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE account_id = $1 AND id = $2`,
        [accountId, apiKeyId],
      ),
    );
    if (touched === 0) throw new DomainError('resource.not_found');
  }
}
