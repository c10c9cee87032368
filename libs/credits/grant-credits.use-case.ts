import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import type { Grant, LedgerResult } from './ledger-requests.js';
import { Ledger } from './ledger.repository.js';

/** Gives an account points it did not pay for: the trial, a promotion, goodwill. */
@Injectable()
export class GrantCreditsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError credits.key_reused | credits.amount_invalid | request.invalid for an expiry that has passed */
  async execute(grant: Grant): Promise<LedgerResult> {
    if (grant.expiresAt && grant.expiresAt <= this.clock.now())
      throw new DomainError('request.invalid', {
        fields: [{ field: 'expiresAt', message: 'The expiry must lie in the future.' }],
      });
    return this.database.inSystem((tx) => this.ledger.grant(tx, grant));
  }
}
