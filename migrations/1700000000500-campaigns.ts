import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns: one broadcast each, from draft to done. */
export class Campaigns1700000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE campaign_state AS ENUM ('draft', 'scheduled', 'sending', 'paused', 'cancelled', 'done');

      CREATE TABLE campaigns (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        name text NOT NULL,
        list_ids uuid[] NOT NULL,
        body text NOT NULL,
        sender text,
        channel text NOT NULL DEFAULT 'sms' CHECK (channel IN ('sms')),
        schedule_at timestamptz,
        rate_per_second integer CHECK (rate_per_second > 0),
        on_unknown text NOT NULL DEFAULT 'leave' CHECK (on_unknown IN ('leave', 'resend')),
        validity_seconds integer NOT NULL CHECK (validity_seconds > 0),
        state campaign_state NOT NULL DEFAULT 'draft',
        pause_reason text,
        -- Raised by every change of the draft; an estimate counts only for the revision it was made for.
        revision integer NOT NULL DEFAULT 1,
        estimate jsonb,
        estimate_key text,
        -- Fixed at launch: what a part costs by destination, and the points held for all of it.
        prices jsonb,
        undelivered_policy text NOT NULL DEFAULT 'capture',
        hold_id uuid,
        held bigint NOT NULL DEFAULT 0,
        -- Expansion into batches: everything up to the cursor (a phone number) exists.
        is_expanded boolean NOT NULL DEFAULT false,
        expand_cursor text,
        expand_epoch integer NOT NULL DEFAULT 0,
        expand_heartbeat_at timestamptz,
        expanded_price bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        launched_at timestamptz,
        started_at timestamptz,
        paused_at timestamptz,
        finished_at timestamptz
      );
      CREATE INDEX campaigns_of_account ON campaigns (account_id, id DESC);
      CREATE INDEX campaigns_scheduled ON campaigns (schedule_at) WHERE state = 'scheduled';
      CREATE INDEX campaigns_open ON campaigns (id) WHERE launched_at IS NOT NULL AND finished_at IS NULL;
      CALL secure_account_table('campaigns', 'SELECT, INSERT, UPDATE, DELETE');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE campaigns; DROP TYPE campaign_state;`);
  }
}
