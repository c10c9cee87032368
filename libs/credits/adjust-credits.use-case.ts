import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '#domain';
import { Database } from '#platform';
import type { Adjustment, LedgerResult } from './ledger-requests.js';
import { Ledger } from './ledger.repository.js';

/** Corrects a balance by hand, with a reason that stays in the ledger. */
@Injectable()
export class AdjustCreditsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** @throws DomainError credits.insufficient | credits.key_reused | credits.amount_invalid | request.invalid without a reason */
  async execute(adjustment: Adjustment): Promise<LedgerResult> {
    if (adjustment.reason.trim() === '')
      throw new DomainError('request.invalid', {
        fields: [{ field: 'reason', message: 'Say why the balance is corrected.' }],
      });
    return this.database.inSystem((tx) => this.ledger.adjust(tx, adjustment));
  }
}
