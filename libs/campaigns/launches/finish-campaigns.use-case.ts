import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import { Database, type SystemTx } from '#platform';

const CAMPAIGNS_AT_ONCE = 20;

interface Finishing {
  id: string;
  accountId: string;
  holdId: string;
}

/** Ends campaigns of which no message is open: whatever their hold still has goes back to the wallet. */
@Injectable()
export class FinishCampaignsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  async execute(): Promise<void> {
    for (let found = CAMPAIGNS_AT_ONCE; found === CAMPAIGNS_AT_ONCE;) {
      found = await this.database.inSystem((tx) => this.#finishSome(tx));
    }
  }

  async #finishSome(tx: SystemTx): Promise<number> {
    const finishing = await tx.query<Finishing>(
      `SELECT c.id, c.account_id AS "accountId", c.hold_id AS "holdId" FROM campaigns c
        WHERE c.launched_at IS NOT NULL AND c.finished_at IS NULL
          AND (c.state = 'cancelled' OR (c.is_expanded AND c.state IN ('sending', 'paused')))
          AND NOT EXISTS (SELECT FROM batches b WHERE b.campaign_id = c.id AND b.state <> 'closed')
        ORDER BY c.account_id, c.id LIMIT $1 FOR UPDATE OF c SKIP LOCKED`,
      [CAMPAIGNS_AT_ONCE],
    );
    for (const { id, accountId, holdId } of finishing) {
      await tx.query(
        `UPDATE campaigns SET finished_at = now(), state = CASE WHEN state = 'cancelled' THEN state ELSE 'done' END
          WHERE id = $1`,
        [id],
      );
      await tx.query('DELETE FROM campaign_pacing WHERE campaign_id = $1', [id]);
      if (holdId) await this.ledger.closeHold(tx, { accountId, holdId });
    }
    return finishing.length;
  }
}
