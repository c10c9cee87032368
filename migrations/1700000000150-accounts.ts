import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, members, sessions, API keys, and the counters that slow down guessing. */
export class Accounts1700000000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        -- Reads national phone numbers of imports and forms.
        default_country text NOT NULL CHECK (default_country ~ '^[A-Z]{2}$'),
        -- E.164; proved to be the owner's when phone_verified_at is set.
        phone text,
        phone_verified_at timestamptz,
        -- Whether a text the carrier could not deliver is paid for.
        undelivered_policy text NOT NULL DEFAULT 'capture' CHECK (undelivered_policy IN ('capture', 'release')),
        frozen_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX accounts_age ON accounts (created_at DESC, id DESC);
      ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
      ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant ON accounts TO carillon_tenant USING (id = current_account_id());
      CREATE POLICY system ON accounts TO carillon_system USING (true) WITH CHECK (true);
      GRANT SELECT ON accounts TO carillon_tenant;
      GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO carillon_system;

      -- The platform's own account: its admins belong to it and it sends the texts that no customer pays for.
      -- The migration may run as a role that row-level security applies to.
      SET LOCAL ROLE carillon_system;
      INSERT INTO accounts (id, name, default_country, phone_verified_at)
        VALUES ('00000000-0000-7000-8000-000000000001', 'Carillon', 'TW', now());
      RESET ROLE;
    `);
    await runner.query(`
      CREATE TABLE members (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        email text NOT NULL CHECK (length(email) <= 254),
        -- argon2id in PHC notation.
        password_hash text NOT NULL,
        is_admin boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX members_email ON members (lower(email));
      CREATE INDEX members_account ON members (account_id);
      CALL secure_account_table('members', 'SELECT (id, account_id, email, is_admin, created_at)');

      CREATE TABLE sessions (
        -- SHA-256 of the cookie's token; the token itself is kept nowhere.
        token_hash bytea PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        member_id uuid NOT NULL REFERENCES members (id),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        idle_seconds integer NOT NULL CHECK (idle_seconds > 0),
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX sessions_member ON sessions (member_id, expires_at);
      CALL secure_account_table('sessions', '');

      CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        mode text NOT NULL CHECK (mode IN ('live', 'test')),
        scopes text[] NOT NULL,
        -- SHA-256 of the whole key: it is random, so a slow hash would protect nothing more.
        key_hash bytea NOT NULL,
        last4 text NOT NULL CHECK (length(last4) = 4),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX api_keys_account ON api_keys (account_id, created_at DESC);
      CALL secure_account_table('api_keys', 'SELECT, INSERT, UPDATE (revoked_at)');

      -- Attempts since the first one of a window, by a hash of whom they are counted for. No account: nobody is signed
      -- in yet.
      CREATE TABLE attempt_windows (
        subject bytea PRIMARY KEY,
        window_start timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL
      );
      CREATE INDEX attempt_windows_age ON attempt_windows (window_start);
      GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_windows TO carillon_system;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE attempt_windows, api_keys, sessions, members, accounts`);
  }
}
