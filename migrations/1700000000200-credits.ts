import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wallets, the double-entry ledger behind them, holds and prices. Amounts are millipoints. */
export class Credits1700000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WALLETS);
    await runner.query(TRANSFERS);
    await runner.query(HOLDS);
    await runner.query(VERIFICATIONS);
    await runner.query(PRICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE prices, ledger_verifications, credit_operations, hold_funds, holds, transfers, ledger_entries,
                 ledger_accounts, wallets;
      DROP FUNCTION refuse_change();
    `);
  }
}

/** Money columns stand in no index and no index predicate, so that their updates stay heap-only. */
const WALLETS = `
  -- One fixed row per account: every change of its points tests and changes this row first, and so waits its turn.
  CREATE TABLE wallets (
    account_id uuid PRIMARY KEY,
    available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    entry_count bigint NOT NULL DEFAULT 0 CHECK (entry_count >= 0),
    created_at timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  CALL secure_account_table('wallets', 'SELECT');

  -- Both sides of every transfer. Funds hold a tenant's points: one for all paid points, one for each grant, because
  -- each grant has its own expiry. The others are counterparts, per tenant so that no row is hot across tenants.
  CREATE TABLE ledger_accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('fund', 'issued', 'sold', 'spent', 'expired', 'adjusted')),
    source text CHECK (source IN ('granted', 'paid')),
    expires_at timestamptz,
    -- When the sweep took what was left after expiry. Points released later expire in the release itself.
    swept_at timestamptz,
    posted_debit bigint NOT NULL DEFAULT 0 CHECK (posted_debit >= 0),
    posted_credit bigint NOT NULL DEFAULT 0 CHECK (posted_credit >= 0),
    pending_debit bigint NOT NULL DEFAULT 0 CHECK (pending_debit >= 0),
    pending_credit bigint NOT NULL DEFAULT 0 CHECK (pending_credit >= 0),
    available bigint GENERATED ALWAYS AS (posted_credit - posted_debit - pending_debit) STORED,
    created_at timestamptz NOT NULL,
    CONSTRAINT ledger_accounts_fund_has_source CHECK ((kind = 'fund') = (source IS NOT NULL)),
    CONSTRAINT ledger_accounts_paid_never_expires CHECK (expires_at IS NULL OR source = 'granted'),
    CONSTRAINT ledger_accounts_fund_covers CHECK (kind <> 'fund' OR available >= 0)
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX ledger_accounts_counterpart ON ledger_accounts (account_id, kind) WHERE kind <> 'fund';
  CREATE UNIQUE INDEX ledger_accounts_paid_fund ON ledger_accounts (account_id) WHERE source = 'paid';
  CREATE INDEX ledger_accounts_funds ON ledger_accounts (account_id) WHERE kind = 'fund';
  CREATE INDEX ledger_accounts_due ON ledger_accounts (expires_at) WHERE expires_at IS NOT NULL AND swept_at IS NULL;
  CALL secure_account_table('ledger_accounts', 'SELECT');
`;

const TRANSFERS = `
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END $$;

  -- What the customer sees: one row per operation, with the running balance after it.
  CREATE TABLE ledger_entries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL,
    -- 1, 2, 3 … per account, without gaps.
    sequence bigint NOT NULL CHECK (sequence > 0),
    kind text NOT NULL
      CHECK (kind IN ('grant', 'top_up', 'hold', 'capture', 'release', 'expiry', 'adjustment')),
    -- From the customer's side: points gained are positive, points given away, held or spent negative. A capture takes
    -- from the held points, every other kind changes the available ones.
    amount bigint NOT NULL CHECK (amount <> 0),
    available_after bigint NOT NULL CHECK (available_after >= 0),
    held_after bigint NOT NULL CHECK (held_after >= 0),
    reference_kind text,
    reference_id text,
    reason text CHECK (length(reason) <= 500),
    actor text CHECK (length(actor) <= 200),
    created_at timestamptz NOT NULL,
    UNIQUE (account_id, sequence)
  );
  CALL secure_account_table('ledger_entries', 'SELECT');

  -- One transfer debits one ledger account and credits another, so the sums are zero by construction. Its kind says
  -- what it does: a hold adds to the pending sums, a release takes from them, a capture turns pending into posted, and
  -- every other kind is posted at once. No foreign keys: only the ledger's functions write here, the rows they name are
  -- never deleted, and the verifier looks for strays.
  CREATE TABLE transfers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    kind text NOT NULL
      CHECK (kind IN ('grant', 'top_up', 'hold', 'capture', 'release', 'expiry', 'adjustment')),
    debit_ledger_account_id uuid NOT NULL,
    credit_ledger_account_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    hold_id uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT transfers_two_sides CHECK (debit_ledger_account_id <> credit_ledger_account_id),
    CONSTRAINT transfers_hold CHECK ((hold_id IS NOT NULL) = (kind IN ('hold', 'capture', 'release')))
  );
  CREATE INDEX transfers_account ON transfers (account_id);
  CALL secure_account_table('transfers', 'SELECT');

  REVOKE UPDATE, DELETE, TRUNCATE ON transfers, ledger_entries FROM carillon_system, carillon_tenant;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries EXECUTE FUNCTION refuse_change();
`;

const HOLDS = `
  CREATE TABLE holds (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
    released bigint NOT NULL DEFAULT 0 CHECK (released >= 0),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    -- What the points are held for. The id belongs to another feature, so it is text without a foreign key.
    reference_kind text NOT NULL CHECK (reference_kind IN ('campaign', 'message', 'verification')),
    reference_id text NOT NULL CHECK (length(reference_id) BETWEEN 1 AND 100),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT holds_within_amount CHECK (captured + released <= amount),
    CONSTRAINT holds_closed_is_settled CHECK (status = 'open' OR captured + released = amount)
  ) WITH (fillfactor = 70);
  CREATE INDEX holds_reference ON holds (reference_kind, reference_id);
  CREATE INDEX holds_overdue ON holds (expires_at) WHERE status = 'open';
  CREATE INDEX holds_account ON holds (account_id);
  CALL secure_account_table('holds', 'SELECT');

  -- Which funds a hold draws on.
  CREATE TABLE hold_funds (
    hold_id uuid NOT NULL REFERENCES holds,
    fund_id uuid NOT NULL REFERENCES ledger_accounts,
    account_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
    released bigint NOT NULL DEFAULT 0 CHECK (released >= 0),
    PRIMARY KEY (hold_id, fund_id),
    CONSTRAINT hold_funds_within_amount CHECK (captured + released <= amount)
  ) WITH (fillfactor = 70);
  CREATE INDEX hold_funds_account ON hold_funds (account_id);
  CALL secure_account_table('hold_funds', 'SELECT');

  -- One row per key of an entry point: the same key and request gives the first result again, another request is refused.
  CREATE TABLE credit_operations (
    account_id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request jsonb NOT NULL,
    -- What the operation made: the hold, or the entry.
    result_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, key)
  );
  CALL secure_account_table('credit_operations', 'SELECT');
`;

const VERIFICATIONS = `
  CREATE TABLE ledger_verifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    is_balanced boolean NOT NULL,
    problems jsonb NOT NULL
  );
  CREATE INDEX ledger_verifications_at ON ledger_verifications (at);
  GRANT SELECT, INSERT, DELETE ON ledger_verifications TO carillon_system;
`;

const PRICES = `
  -- A new price is a new row: what a campaign was launched at can always be explained.
  CREATE TABLE prices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    channel text NOT NULL CHECK (channel IN ('sms', 'mms')),
    -- ISO 3166-1 alpha-2, or * for every country without a price of its own.
    country text NOT NULL CHECK (country ~ '^([A-Z]{2}|[*])$'),
    -- Null closes the destination from effective_from on.
    millipoints_per_part bigint CHECK (millipoints_per_part > 0),
    effective_from timestamptz NOT NULL,
    UNIQUE (channel, country, effective_from)
  );
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON prices EXECUTE FUNCTION refuse_change();
  GRANT SELECT ON prices TO carillon_tenant;
  GRANT SELECT, INSERT ON prices TO carillon_system;
  INSERT INTO prices (channel, country, millipoints_per_part, effective_from) VALUES
    ('sms', 'TW', 1000, '2024-01-01Z'),
    ('sms', '*', 3000, '2024-01-01Z');
`;
