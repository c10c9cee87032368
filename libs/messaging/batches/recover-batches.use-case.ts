import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import { Database, LOGGER, type Logger } from '#platform';
import {
  LEASE_SECONDS,
  RECEIPT_GRACE_HOURS,
  REQUEUE_AFTER_SECONDS,
  UNKNOWN_GRACE_SECONDS,
} from './batch-limits.js';
import {
  CLOSE_UNCONFIRMED,
  END_WAITING,
  FIND_SPENT_SINGLE_HOLDS,
  FORGET_UNRESOLVED,
  RECOVER_DEAD,
  REQUEUE_FORGOTTEN,
  RESEND_UNKNOWN,
  SETTLE_UNKNOWN,
} from './recovery.sql.js';
import { settleHolds, type HoldSettlement } from './settlements.js';

/** Batches or messages per statement, so that no transaction grows with the campaign. */
const BATCHES_AT_ONCE = 40;
const MESSAGES_AT_ONCE = 2_000;
/** Somebody waits for these: a lost job is noticed sooner. */
const REQUEUE_URGENT_AFTER_SECONDS = 5;
const BY_INDEX = { prefersIndexes: true };

interface Ended {
  batches: number;
  settlements: HoldSettlement[] | null;
}

/**
 * The sweeper of messages: finds what was left lying by a crash, a lost queue or a silent carrier. Every step claims by
 * row lock and skips what others hold, so all workers may sweep at the same time.
 */
@Injectable()
export class RecoverBatchesUseCase {
  #graceSeconds = UNKNOWN_GRACE_SECONDS;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Lets tests end the grace of unknown submissions sooner. */
  setUnknownGrace(seconds: number): void {
    this.#graceSeconds = seconds;
  }

  async execute(): Promise<void> {
    await this.#recoverDead();
    await this.database.runSystemStatement(REQUEUE_FORGOTTEN, [
      REQUEUE_AFTER_SECONDS,
      REQUEUE_URGENT_AFTER_SECONDS,
    ]);
    await this.endWaiting();
    await this.database.inSystem(
      (tx) => tx.query(RESEND_UNKNOWN, [this.#graceSeconds, MESSAGES_AT_ONCE]),
      BY_INDEX,
    );
    await this.#endInSteps(SETTLE_UNKNOWN, [this.#graceSeconds, MESSAGES_AT_ONCE], MESSAGES_AT_ONCE);
    await this.closeSpentHolds();
    await this.#endInSteps(CLOSE_UNCONFIRMED, [RECEIPT_GRACE_HOURS, BATCHES_AT_ONCE], BATCHES_AT_ONCE);
  }

  /** Closes what single messages leave behind, one account per transaction as the ledger wants it. */
  async closeSpentHolds(): Promise<void> {
    const spent = await this.database.runSystemStatement<{ accountId: string; holdId: string }>(
      FIND_SPENT_SINGLE_HOLDS,
      [BATCHES_AT_ONCE],
    );
    for (const hold of spent) await this.database.inSystem((tx) => this.ledger.closeHold(tx, hold));
  }

  /** Removes what nobody will ask for again. */
  async forget(): Promise<void> {
    await this.database.runSystemStatement(FORGET_UNRESOLVED, [RECEIPT_GRACE_HOURS]);
  }

  /** Ends the messages of cancelled or overdue batches that nobody is sending. */
  async endWaiting(): Promise<void> {
    await this.#endInSteps(END_WAITING, [BATCHES_AT_ONCE], BATCHES_AT_ONCE);
  }

  async #recoverDead(): Promise<void> {
    const recovered = await this.database.inSystem(
      (tx) => tx.query<{ doubtful: number }>(RECOVER_DEAD, [LEASE_SECONDS, BATCHES_AT_ONCE]),
      BY_INDEX,
    );
    if (recovered.length === 0) return;
    const unknown = recovered.reduce((sum, { doubtful }) => sum + doubtful, 0);
    this.logger.warn(
      { batches: recovered.length, unknown },
      'took over the batches of a worker that went away',
    );
  }

  async #endInSteps(sql: string, parameters: unknown[], step: number): Promise<void> {
    for (let found = step; found === step;) {
      found = await this.database.inSystem(async (tx) => {
        const [ended] = await tx.query<Ended>(sql, parameters);
        await settleHolds(tx, this.ledger, ended?.settlements);
        return ended?.batches ?? 0;
      }, BY_INDEX);
    }
  }
}
