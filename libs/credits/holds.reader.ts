import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#domain';
import { CLOCK, type AnyTx, type SystemTx } from '#platform';
import type { HoldReference } from './ledger-requests.js';

export interface Hold {
  id: string;
  accountId: string;
  /** Millipoints; what is neither captured nor released is still held. */
  amount: bigint;
  captured: bigint;
  released: bigint;
  status: 'open' | 'closed';
  referenceId: string;
  expiresAt: Date;
}

const COLUMNS = `id, account_id AS "accountId", amount, captured, released, status, reference_id AS "referenceId",
  expires_at AS "expiresAt"`;

@Injectable()
export class HoldsReader {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The hold, or undefined when the account has no such hold. */
  async find(tx: AnyTx, accountId: string, holdId: string): Promise<Hold | undefined> {
    const [hold] = await tx.query<Hold>(`SELECT ${COLUMNS} FROM holds WHERE id = $1 AND account_id = $2`, [
      holdId,
      accountId,
    ]);
    return hold;
  }

  /**
   * Open holds past their expiry, oldest first. Only the feature that owns the reference knows whether its points are
   * still needed, so it looks for them here and closes what has no life behind it.
   */
  async listOverdue(tx: SystemTx, kind: HoldReference['kind'], limit: number): Promise<Hold[]> {
    return tx.query<Hold>(
      `SELECT ${COLUMNS} FROM holds
       WHERE status = 'open' AND expires_at <= $1 AND reference_kind = $2 ORDER BY expires_at LIMIT $3`,
      [this.clock.now(), kind, limit],
    );
  }
}
