import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { createSqlCheck, LedgerChecks } from '#credits';

/** $1 account or null. */
const FINISHED_HOLD_NOTHING = `
SELECT 'campaign ' || c.id || ' is finished and still holds points' AS problem
  FROM campaigns c JOIN holds h ON h.id = c.hold_id
 WHERE c.finished_at IS NOT NULL AND h.status = 'open' AND ($1::uuid IS NULL OR c.account_id = $1)`;

const FINISHED_HAVE_NO_OPEN_MESSAGE = `
SELECT DISTINCT 'campaign ' || c.id || ' is finished and has open messages' AS problem
  FROM campaigns c JOIN batches b ON b.campaign_id = c.id
 WHERE c.finished_at IS NOT NULL AND b.state <> 'closed' AND ($1::uuid IS NULL OR c.account_id = $1)`;

/** Adds to the ledger's proof what only campaigns know. */
@Injectable()
export class FinishedCampaignsCheck implements OnModuleInit {
  constructor(@Inject(LedgerChecks) private readonly checks: LedgerChecks) {}

  onModuleInit(): void {
    this.checks.add(createSqlCheck({ name: 'finished campaigns hold nothing', sql: FINISHED_HOLD_NOTHING }));
    this.checks.add(
      createSqlCheck({ name: 'finished campaigns have no open message', sql: FINISHED_HAVE_NO_OPEN_MESSAGE }),
    );
  }
}
