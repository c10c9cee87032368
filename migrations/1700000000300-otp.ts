import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Verifications (one-time passwords), their send and failure counters, and the trial that a proved phone earns. */
export class Otp1700000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE verifications (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        to_number text NOT NULL,
        purpose text NOT NULL CHECK (purpose IN ('registration')),
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'failed', 'cancelled')),
        -- HMAC-SHA256 under a key outside the database; the code itself is stored nowhere.
        code_mac bytea NOT NULL CHECK (octet_length(code_mac) = 32),
        attempts smallint NOT NULL DEFAULT 0,
        max_attempts smallint NOT NULL,
        sends smallint NOT NULL DEFAULT 1,
        last_sent_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (attempts <= max_attempts)
      );
      CREATE INDEX verifications_number ON verifications (account_id, to_number, created_at DESC);
      CREATE UNIQUE INDEX verifications_one_pending ON verifications (account_id, to_number, purpose)
        WHERE status = 'pending';
      CALL secure_account_table('verifications', 'SELECT');

      -- One row per text with a code: the limits per number and per account count these.
      CREATE TABLE verification_sends (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account_id uuid NOT NULL,
        to_number text NOT NULL,
        sent_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX verification_sends_number ON verification_sends (to_number, sent_at);
      CREATE INDEX verification_sends_account ON verification_sends (account_id, sent_at);
      CALL secure_account_table('verification_sends', '');

      -- Wrong codes per account and number. A new code never resets them; a right one does.
      CREATE TABLE verification_failures (
        account_id uuid NOT NULL,
        to_number text NOT NULL,
        failures integer NOT NULL,
        window_start timestamptz NOT NULL DEFAULT now(),
        locked_until timestamptz,
        PRIMARY KEY (account_id, to_number)
      );
      CALL secure_account_table('verification_failures', '');

      -- The free points: once per account and once per phone number, kept as a MAC so that it may outlive the number.
      CREATE TABLE trial_grants (
        account_id uuid PRIMARY KEY REFERENCES accounts (id),
        phone_mac bytea NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CALL secure_account_table('trial_grants', '');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE trial_grants, verification_failures, verification_sends, verifications`);
  }
}
