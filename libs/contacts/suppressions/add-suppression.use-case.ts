import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { TypedNumbers } from '../typed-numbers.js';
import { SuppressNumberUseCase } from './suppress-number.use-case.js';
import { SUPPRESSION_COLUMNS, type Suppression, type SuppressionSource } from './suppression.js';

export interface AddSuppressionInput {
  accountId: string;
  /** As a person types it. */
  phone: string;
  source: SuppressionSource;
}

/** Suppresses a number that somebody typed; one that is suppressed already stays as it is. */
@Injectable()
export class AddSuppressionUseCase {
  constructor(
    private readonly database: Database,
    private readonly numbers: TypedNumbers,
    private readonly suppress: SuppressNumberUseCase,
  ) {}

  /** @throws DomainError request.invalid on the field phone */
  async execute({ accountId, phone, source }: AddSuppressionInput): Promise<Suppression> {
    const { e164 } = await this.numbers.read(accountId, phone);
    return this.database.inAccount(accountId, async (tx) => {
      await this.suppress.execute(tx, { accountId, phone: e164, source });
      const [added] = await tx.query<Suppression>(
        `SELECT ${SUPPRESSION_COLUMNS} FROM suppressions WHERE account_id = $1 AND phone = $2`,
        [accountId, e164],
      );
      if (!added) throw new Error('the suppression was not returned');
      return added;
    });
  }
}
