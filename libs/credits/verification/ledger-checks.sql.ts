/** One account when $1 is given, else every account; PostgreSQL folds it away before it plans. */
const IN_SCOPE = '($1::uuid IS NULL OR account_id = $1)';

/** All transfers, summed per pair of ledger accounts and kind: the one pass over the largest table. */
const MOVED = `
  moved AS (
    SELECT account_id, debit_ledger_account_id AS debit_id, credit_ledger_account_id AS credit_id, kind, sum(amount) AS amount
    FROM transfers WHERE ${IN_SCOPE}
    GROUP BY account_id, debit_ledger_account_id, credit_ledger_account_id, kind
  )`;

/**
 * The proof that every point is where the books say. Each check is one statement, so it sees one moment, and selects a
 * sentence for each violation; a limit is added when it runs.
 */
export const LEDGER_CHECKS: readonly { name: string; sql: string }[] = [
  {
    name: 'sums of ledger accounts equal their transfers',
    sql: `
      WITH ${MOVED}, effects AS (
        SELECT account_id, debit_id, credit_id,
               CASE WHEN kind IN ('hold', 'release') THEN 0 ELSE amount END AS posted,
               CASE WHEN kind = 'hold' THEN amount WHEN kind IN ('capture', 'release') THEN -amount ELSE 0 END AS pending
        FROM moved
      ), sides AS (
        SELECT account_id, debit_id AS id, posted AS posted_debit, 0 AS posted_credit, pending AS pending_debit, 0 AS pending_credit
        FROM effects
        UNION ALL
        SELECT account_id, credit_id, 0, posted, 0, pending FROM effects
      ), proven AS (
        SELECT account_id, id, sum(posted_debit) AS posted_debit, sum(posted_credit) AS posted_credit,
               sum(pending_debit) AS pending_debit, sum(pending_credit) AS pending_credit
        FROM sides GROUP BY account_id, id
      )
      SELECT format('ledger account %s of account %s: posted %s/%s, pending %s/%s, but its transfers say %s/%s and %s/%s',
                    coalesce(stored.id, proven.id), coalesce(stored.account_id, proven.account_id),
                    stored.posted_debit, stored.posted_credit, stored.pending_debit, stored.pending_credit,
                    proven.posted_debit, proven.posted_credit, proven.pending_debit, proven.pending_credit) AS problem
      FROM (SELECT * FROM ledger_accounts WHERE ${IN_SCOPE}) AS stored
      FULL JOIN proven ON proven.id = stored.id AND proven.account_id = stored.account_id
      WHERE stored.id IS NULL
         OR stored.posted_debit <> coalesce(proven.posted_debit, 0)
         OR stored.posted_credit <> coalesce(proven.posted_credit, 0)
         OR stored.pending_debit <> coalesce(proven.pending_debit, 0)
         OR stored.pending_credit <> coalesce(proven.pending_credit, 0)`,
  },
  {
    name: 'debits equal credits',
    sql: `
      SELECT format('account %s: posted debits %s, credits %s; pending debits %s, credits %s', account_id,
                    sum(posted_debit), sum(posted_credit), sum(pending_debit), sum(pending_credit)) AS problem
      FROM ledger_accounts WHERE ${IN_SCOPE} GROUP BY account_id
      HAVING sum(posted_debit) <> sum(posted_credit) OR sum(pending_debit) <> sum(pending_credit)`,
  },
  {
    name: 'transfers run between the right accounts',
    sql: `
      WITH ${MOVED}
      SELECT format('a %s of account %s runs from %s to %s', moved.kind, moved.account_id, debit.kind, credit.kind) AS problem
      FROM moved
      JOIN ledger_accounts AS debit ON debit.id = moved.debit_id
      JOIN ledger_accounts AS credit ON credit.id = moved.credit_id
      WHERE debit.account_id <> moved.account_id OR credit.account_id <> moved.account_id
         OR (moved.kind, debit.kind, credit.kind) NOT IN (
              ('grant', 'issued', 'fund'), ('top_up', 'sold', 'fund'), ('hold', 'fund', 'spent'), ('capture', 'fund', 'spent'),
              ('release', 'fund', 'spent'), ('expiry', 'fund', 'expired'), ('adjustment', 'fund', 'adjusted'),
              ('adjustment', 'adjusted', 'fund'))`,
  },
  {
    name: 'wallets equal their funds',
    sql: `
      SELECT format('account %s: available %s, held %s, but its funds say %s and %s', account_id,
                    wallet.available, wallet.held, funds.available, funds.held) AS problem
      FROM (SELECT * FROM wallets WHERE ${IN_SCOPE}) AS wallet
      FULL JOIN (SELECT account_id, sum(available) AS available, sum(pending_debit) AS held
                 FROM ledger_accounts WHERE kind = 'fund' AND ${IN_SCOPE} GROUP BY account_id) AS funds USING (account_id)
      WHERE wallet.available IS DISTINCT FROM funds.available OR wallet.held IS DISTINCT FROM funds.held`,
  },
  {
    name: 'nothing is negative',
    sql: `
      SELECT problem FROM (
        SELECT format('account %s: available %s, held %s', account_id, available, held) AS problem
        FROM wallets WHERE ${IN_SCOPE} AND least(available, held) < 0
        UNION ALL
        SELECT format('ledger account %s of account %s is below zero', id, account_id)
        FROM ledger_accounts
        WHERE ${IN_SCOPE} AND (least(posted_debit, posted_credit, pending_debit, pending_credit) < 0
                               OR kind = 'fund' AND available < 0)
      ) AS negative`,
  },
  {
    name: 'holds equal their funds and transfers',
    sql: `
      SELECT format('hold %s of account %s (%s): %s = %s captured + %s released, its funds say %s/%s/%s, its transfers %s/%s/%s',
                    hold.id, hold.account_id, hold.status, hold.amount, hold.captured, hold.released,
                    funds.amount, funds.captured, funds.released, moved.amount, moved.captured, moved.released) AS problem
      FROM (SELECT * FROM holds WHERE ${IN_SCOPE}) AS hold
      FULL JOIN (SELECT hold_id, sum(amount) AS amount, sum(captured) AS captured, sum(released) AS released
                 FROM hold_funds WHERE ${IN_SCOPE} GROUP BY hold_id) AS funds ON funds.hold_id = hold.id
      FULL JOIN (SELECT hold_id, sum(amount) FILTER (WHERE kind = 'hold') AS amount,
                        coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
                        coalesce(sum(amount) FILTER (WHERE kind = 'release'), 0) AS released
                 FROM transfers WHERE hold_id IS NOT NULL AND ${IN_SCOPE} GROUP BY hold_id) AS moved ON moved.hold_id = hold.id
      WHERE hold.id IS NULL
         OR hold.captured + hold.released > hold.amount
         OR (hold.status = 'closed' AND hold.captured + hold.released <> hold.amount)
         OR (hold.amount, hold.captured, hold.released) IS DISTINCT FROM (funds.amount, funds.captured, funds.released)
         OR (hold.amount, hold.captured, hold.released) IS DISTINCT FROM (moved.amount, moved.captured, moved.released)`,
  },
  {
    name: 'open holds add up to what is held',
    sql: `
      SELECT format('account %s: held %s, open holds %s', account_id, wallet.held, coalesce(open.held, 0)) AS problem
      FROM (SELECT * FROM wallets WHERE ${IN_SCOPE}) AS wallet
      FULL JOIN (SELECT account_id, sum(amount - captured - released) AS held
                 FROM holds WHERE status = 'open' AND ${IN_SCOPE} GROUP BY account_id) AS open USING (account_id)
      WHERE coalesce(wallet.held, 0) <> coalesce(open.held, 0)`,
  },
  {
    name: 'pledges of holds add up to what funds have pending',
    sql: `
      SELECT format('fund %s of account %s: pending %s, pledged %s', fund.id, fund.account_id, fund.pending_debit,
                    coalesce(pledged.open, 0)) AS problem
      FROM (SELECT * FROM ledger_accounts WHERE kind = 'fund' AND ${IN_SCOPE}) AS fund
      LEFT JOIN (SELECT fund_id, sum(amount - captured - released) AS open
                 FROM hold_funds WHERE ${IN_SCOPE} GROUP BY fund_id) AS pledged ON pledged.fund_id = fund.id
      WHERE fund.pending_debit <> coalesce(pledged.open, 0)`,
  },
  {
    name: 'entries equal their transfers',
    sql: `
      SELECT format('entry %s of account %s: %s of %s, but its transfers say %s of %s', coalesce(entry.id, moved.entry_id),
                    coalesce(entry.account_id, moved.account_id), entry.kind, entry.amount, moved.kind, moved.amount) AS problem
      FROM (SELECT * FROM ledger_entries WHERE ${IN_SCOPE}) AS entry
      FULL JOIN (SELECT entry_id, account_id, kind, sum(amount) AS amount FROM transfers WHERE ${IN_SCOPE}
                 GROUP BY entry_id, account_id, kind) AS moved
        ON moved.entry_id = entry.id AND moved.account_id = entry.account_id AND moved.kind = entry.kind
      WHERE entry.id IS NULL OR moved.amount IS DISTINCT FROM abs(entry.amount)`,
  },
  {
    name: 'entries carry a running balance without gaps',
    sql: `
      SELECT format('entry %s (number %s) of account %s: %s after a %s of %s does not follow %s', id, sequence, account_id,
                    concat(available_after, '/', held_after), kind, amount, concat(available_before, '/', held_before)) AS problem
      FROM (
        SELECT *, row_number() OVER entry_order AS expected_sequence,
               lag(available_after, 1, 0::bigint) OVER entry_order AS available_before,
               lag(held_after, 1, 0::bigint) OVER entry_order AS held_before
        FROM ledger_entries WHERE ${IN_SCOPE}
        WINDOW entry_order AS (PARTITION BY account_id ORDER BY sequence)
      ) AS entry
      WHERE sequence <> expected_sequence
         OR available_after <> available_before + CASE WHEN kind = 'capture' THEN 0 ELSE amount END
         OR held_after <> held_before
              + CASE WHEN kind IN ('hold', 'release') THEN -amount WHEN kind = 'capture' THEN amount ELSE 0 END`,
  },
  {
    name: 'wallets stand at their last entry',
    sql: `
      SELECT format('account %s: %s entries, available %s, held %s, but entry %s says %s and %s', account_id,
                    wallet.entry_count, wallet.available, wallet.held, last.sequence, last.available_after, last.held_after) AS problem
      FROM (SELECT * FROM wallets WHERE ${IN_SCOPE}) AS wallet
      FULL JOIN (SELECT DISTINCT ON (account_id) account_id, sequence, available_after, held_after
                 FROM ledger_entries WHERE ${IN_SCOPE} ORDER BY account_id, sequence DESC) AS last USING (account_id)
      WHERE (wallet.entry_count, wallet.available, wallet.held)
            IS DISTINCT FROM (coalesce(last.sequence, 0), coalesce(last.available_after, 0), coalesce(last.held_after, 0))`,
  },
];
