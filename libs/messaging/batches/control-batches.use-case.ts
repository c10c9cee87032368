import { Injectable } from '@nestjs/common';
import type { AccountTx, SystemTx } from '#platform';

/**
 * Pauses, resumes or cancels all batches of a campaign. What is on the wire ends as it will; every chunk asks again
 * before it is sent, so nothing new leaves after this commits.
 */
@Injectable()
export class ControlBatchesUseCase {
  async pause(tx: AccountTx | SystemTx, campaignId: string): Promise<void> {
    await tx.query(
      `UPDATE batches SET control = 'pause' WHERE campaign_id = $1 AND control = 'run' AND state <> 'closed'`,
      [campaignId],
    );
  }

  async resume(tx: AccountTx | SystemTx, campaignId: string): Promise<void> {
    await tx.query(`UPDATE batches SET control = 'run' WHERE campaign_id = $1 AND control = 'pause'`, [
      campaignId,
    ]);
  }

  /** The sweeper ends what waits, in steps (RecoverBatchesUseCase.endWaiting). */
  async cancel(tx: AccountTx | SystemTx, campaignId: string): Promise<void> {
    await tx.query(`UPDATE batches SET control = 'cancel' WHERE campaign_id = $1 AND state <> 'closed'`, [
      campaignId,
    ]);
  }
}
