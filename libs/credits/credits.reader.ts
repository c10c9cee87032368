import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#domain';
import { CLOCK, type AnyTx, type SystemTx } from '#platform';
import type { LedgerReport } from './verification/ledger-report.js';

/** Millipoints. available = granted + paid: what can be spent now. Held points belong to neither until released. */
export interface Balance {
  available: bigint;
  held: bigint;
  granted: bigint;
  paid: bigint;
}

export type LedgerEntryKind = 'grant' | 'top_up' | 'hold' | 'capture' | 'release' | 'expiry' | 'adjustment';

export interface LedgerEntry {
  id: string;
  /** 1, 2, 3 … in the account. */
  sequence: bigint;
  kind: LedgerEntryKind;
  /** Millipoints. A capture takes from the held points, every other kind changes the available ones. */
  amount: bigint;
  availableAfter: bigint;
  heldAfter: bigint;
  referenceKind: string | null;
  referenceId: string | null;
  reason: string | null;
  actor: string | null;
  createdAt: Date;
}

export interface EntryPage {
  entries: LedgerEntry[];
  /** Give it to get the next, older page; null on the last page. */
  nextCursor: string | null;
}

export const MAX_ENTRIES_PER_PAGE = 200;
const CURSOR = /^[1-9][0-9]{0,17}$/;

@Injectable()
export class CreditsReader {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The balance of an account; zeros when nothing was ever added. Points past their expiry are not counted. */
  async balance(tx: AnyTx, accountId: string): Promise<Balance> {
    const [balance] = await tx.query<Balance>(
      `SELECT (coalesce(sum(available), 0))::bigint AS available,
              (coalesce(sum(available) FILTER (WHERE source = 'granted'), 0))::bigint AS granted,
              (coalesce(sum(available) FILTER (WHERE source = 'paid'), 0))::bigint AS paid,
              coalesce((SELECT held FROM wallets WHERE account_id = $1), 0) AS held
       FROM ledger_accounts
       WHERE account_id = $1 AND kind = 'fund' AND (expires_at IS NULL OR expires_at > $2)`,
      [accountId, this.clock.now()],
    );
    return balance ?? { available: 0n, held: 0n, granted: 0n, paid: 0n };
  }

  /**
   * Entries, newest first.
   * @param page limit: 1 … MAX_ENTRIES_PER_PAGE; cursor: nextCursor of the page before. An unknown cursor is the end.
   */
  async entries(tx: AnyTx, accountId: string, page: { limit: number; cursor?: string }): Promise<EntryPage> {
    if (page.cursor !== undefined && !CURSOR.test(page.cursor)) return { entries: [], nextCursor: null };
    const limit = Math.min(Math.max(page.limit, 1), MAX_ENTRIES_PER_PAGE);
    // One row more than asked for tells whether there is a next page.
    const rows = await tx.query<LedgerEntry>(
      `SELECT id, sequence, kind, amount, available_after AS "availableAfter", held_after AS "heldAfter",
              reference_kind AS "referenceKind", reference_id AS "referenceId", reason, actor, created_at AS "createdAt"
       FROM ledger_entries
       WHERE account_id = $1 AND ($2::bigint IS NULL OR sequence < $2)
       ORDER BY sequence DESC LIMIT $3`,
      [accountId, page.cursor, limit + 1],
    );
    const entries = rows.slice(0, limit);
    return { entries, nextCursor: rows.length > limit ? String(entries.at(-1)?.sequence) : null };
  }

  /** The verifier's last report on all accounts, or undefined before the first. */
  async lastVerification(tx: SystemTx): Promise<LedgerReport | undefined> {
    const [report] = await tx.query<LedgerReport>(
      `SELECT at, is_balanced AS "isBalanced", problems FROM ledger_verifications ORDER BY at DESC, id DESC LIMIT 1`,
    );
    return report;
  }
}
