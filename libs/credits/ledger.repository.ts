import { Inject, Injectable } from '@nestjs/common';
import { DomainError, MAX_MILLIPOINTS, newUuid, type Clock } from '#domain';
import { CLOCK, type AnyTx, type SystemTx } from '#platform';
import type {
  Addition,
  Adjustment,
  Grant,
  HoldExtension,
  HoldRequest,
  LedgerResult,
  Settlement,
} from './ledger-requests.js';
import { readOutcome, type LedgerOutcome } from './ledger-outcome.js';

/**
 * Moves points. Every method is one round trip to an SQL function (migration `credits-functions`, which explains the
 * rules) and works inside the caller's transaction, so that points and what they pay for change together or not at all.
 *
 * The wallet's row stays locked until that transaction ends and makes every other move of the account wait: lock your
 * own rows first, call the ledger last, and commit soon. In one transaction touch one account, or accounts in
 * ascending order of id. A DomainError leaves the transaction usable: nothing has moved.
 */
@Injectable()
export class Ledger {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * Sets points aside: granted before paid, soonest expiry first.
   * @throws DomainError credits.insufficient | credits.key_reused | credits.amount_invalid
   */
  async hold(tx: AnyTx, request: HoldRequest): Promise<{ holdId: string; isReplay: boolean }> {
    const { accountId, amount, key, reference, expiresAt, actor } = request;
    requireAmount(amount);
    const [outcome] = await tx.query<LedgerOutcome>(
      `SELECT outcome, result_id AS "resultId", available
       FROM credits_hold($1, $2, $3, $4, $5, ROW($6, $7, NULL, $8, $9)::entry_note)`,
      [accountId, newUuid(), amount, key, expiresAt, reference.kind, reference.id, actor, this.clock.now()],
    );
    const { resultId, isReplay } = readOutcome(outcome, amount);
    return { holdId: resultId, isReplay };
  }

  /**
   * Adds points to an open hold.
   * @throws DomainError credits.insufficient | credits.key_reused | credits.hold_closed | credits.amount_invalid
   */
  async extendHold(tx: AnyTx, request: HoldExtension): Promise<{ isReplay: boolean }> {
    const { accountId, holdId, amount, key, actor } = request;
    requireAmount(amount);
    const [outcome] = await tx.query<LedgerOutcome>(
      `SELECT outcome, result_id AS "resultId", available FROM credits_extend_hold($1, $2, $3, $4, $5, $6)`,
      [accountId, holdId, amount, key, actor, this.clock.now()],
    );
    return { isReplay: readOutcome(outcome, amount).isReplay };
  }

  /**
   * Captures and releases parts of an open hold; the hold stays open. It has no key: the caller's own state change
   * (a message leaves an open state once) in the same transaction is what keeps it from happening twice.
   * @throws DomainError credits.hold_closed when the hold is closed, not this account's, or smaller than that
   */
  async settle(tx: AnyTx, settlement: Settlement): Promise<void> {
    if (settlement.capture === 0n && settlement.release === 0n) return;
    await this.#settle(tx, settlement, false);
  }

  /**
   * Captures the last points of a hold, releases the rest and closes it: for holds of one message or verification.
   * @returns millipoints released
   * @throws DomainError credits.hold_closed as for settle
   */
  async settleLast(tx: AnyTx, settlement: Omit<Settlement, 'release'>): Promise<bigint> {
    return this.#settle(tx, { ...settlement, release: 0n }, true);
  }

  /**
   * Releases what is left of a hold and closes it. Closing a closed hold does nothing, so an owner may run twice.
   * @returns millipoints released
   * @throws DomainError credits.hold_closed when the account has no such hold
   */
  async closeHold(
    tx: AnyTx,
    request: { accountId: string; holdId: string; actor?: string },
  ): Promise<bigint> {
    const [released] = await this.#callSettle(tx, { ...request, capture: 0n, release: 0n }, true);
    if (released !== undefined) return released;
    const closed = await tx.query(
      `SELECT FROM holds WHERE id = $1 AND account_id = $2 AND status = 'closed'`,
      [request.holdId, request.accountId],
    );
    if (closed.length === 0) throw new DomainError('credits.hold_closed');
    return 0n;
  }

  /**
   * Gives points that may expire, as a fund of their own.
   * @throws DomainError credits.key_reused | credits.amount_invalid
   */
  async grant(tx: SystemTx, grant: Grant): Promise<LedgerResult> {
    return this.#add(tx, 'grant', grant, grant.expiresAt);
  }

  /**
   * Adds paid points.
   * @throws DomainError credits.key_reused | credits.amount_invalid
   */
  async topUp(tx: SystemTx, topUp: Addition): Promise<LedgerResult> {
    return this.#add(tx, 'top_up', topUp, undefined);
  }

  /**
   * Corrects a balance: up as paid points, down from the available ones in the order of a hold.
   * @throws DomainError credits.insufficient | credits.key_reused | credits.amount_invalid
   */
  async adjust(tx: SystemTx, adjustment: Adjustment): Promise<LedgerResult> {
    const { accountId, amount, key, reason, actor } = adjustment;
    requireAmount(amount < 0n ? -amount : amount);
    const [outcome] = await tx.query<LedgerOutcome>(
      `SELECT outcome, result_id AS "resultId", available
       FROM credits_adjust($1, $2, $3, ROW(NULL, NULL, $4, $5, $6)::entry_note)`,
      [accountId, amount, key, reason, actor, this.clock.now()],
    );
    const { resultId, isReplay } = readOutcome(outcome, -amount);
    return { entryId: resultId, isReplay };
  }

  /**
   * Takes what is free in the account's expired funds.
   * @returns millipoints expired
   */
  async expire(tx: SystemTx, accountId: string): Promise<bigint> {
    const [row] = await tx.query<{ expired: bigint }>(`SELECT credits_expire($1, $2) AS expired`, [
      accountId,
      this.clock.now(),
    ]);
    return row?.expired ?? 0n;
  }

  async #add(
    tx: SystemTx,
    kind: 'grant' | 'top_up',
    addition: Addition,
    expiresAt: Date | undefined,
  ): Promise<LedgerResult> {
    const { accountId, amount, key, reason, reference, actor } = addition;
    requireAmount(amount);
    const note = [reference?.kind, reference?.id, reason, actor, this.clock.now()];
    const [outcome] = await tx.query<LedgerOutcome>(
      `SELECT outcome, result_id AS "resultId", available
       FROM credits_add($1, $2, $3, $4, $5, ROW($6, $7, $8, $9, $10)::entry_note)`,
      [accountId, kind, amount, key, expiresAt, ...note],
    );
    const { resultId, isReplay } = readOutcome(outcome, amount);
    return { entryId: resultId, isReplay };
  }

  async #settle(tx: AnyTx, settlement: Settlement, isLast: boolean): Promise<bigint> {
    const [released] = await this.#callSettle(tx, settlement, isLast);
    if (released === undefined) throw new DomainError('credits.hold_closed');
    return released;
  }

  /** @returns the points released, or nothing when the hold refuses */
  async #callSettle(tx: AnyTx, settlement: Settlement, isLast: boolean): Promise<bigint[]> {
    const { accountId, holdId, capture, release, actor } = settlement;
    const rows = await tx.query<{ released: bigint | null }>(
      `SELECT credits_settle($1, $2, $3, $4, $5, $6, $7) AS released`,
      [accountId, holdId, capture, release, isLast, actor, this.clock.now()],
    );
    return rows.flatMap(({ released }) => released ?? []);
  }
}

function requireAmount(amount: bigint): void {
  if (amount <= 0n || amount > MAX_MILLIPOINTS) throw new DomainError('credits.amount_invalid');
}
