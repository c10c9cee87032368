import { Inject, Injectable } from '@nestjs/common';
import { Database, Outbox } from '#platform';

/** The whole ledger is proved this often (rule R1.9). */
const EVERY_MINUTES = 5;

/** Asks for a proof when the last one is old. Workers that ask at the same moment cost one more proof, nothing else. */
@Injectable()
export class ScheduleVerificationUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async execute(): Promise<void> {
    await this.database.inSystem(async (tx) => {
      const [recent] = await tx.query(
        `SELECT FROM ledger_verifications WHERE at > now() - make_interval(mins => $1) LIMIT 1`,
        [EVERY_MINUTES],
      );
      if (!recent) await this.outbox.add(tx, { name: 'credits.verify-ledger', payload: { v: 1 } });
    });
  }
}
