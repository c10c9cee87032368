import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#platform';
import type { Addition, LedgerResult } from './ledger-requests.js';
import { Ledger } from './ledger.repository.js';

/** Adds points an account paid for. They never expire. */
@Injectable()
export class TopUpCreditsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** @throws DomainError credits.key_reused | credits.amount_invalid */
  async execute(topUp: Addition): Promise<LedgerResult> {
    return this.database.inSystem((tx) => this.ledger.topUp(tx, topUp));
  }
}
