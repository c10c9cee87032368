import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gateways, batches, messages, their parts, and what carriers tell about them. */
export class Messaging1700000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE message_state AS ENUM ('queued', 'accepted', 'delivered', 'undelivered', 'expired', 'refused',
                                         'cancelled', 'unknown', 'unconfirmed');
      CREATE TYPE settlement AS ENUM ('open', 'captured', 'released');
      CREATE TYPE batch_state AS ENUM ('ready', 'queued', 'sending', 'sent', 'closed');
      CREATE TYPE batch_control AS ENUM ('run', 'pause', 'cancel');
      CREATE TYPE receipt_state AS ENUM ('delivered', 'undelivered', 'expired');

      CREATE TABLE gateways (
        id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      -- A carrier allows so many binds per login: a worker binds only while it holds a lease on a slot.
      CREATE TABLE gateway_leases (
        gateway_id smallint NOT NULL REFERENCES gateways,
        slot smallint NOT NULL,
        worker_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (gateway_id, slot)
      );
      GRANT SELECT, INSERT, UPDATE, DELETE ON gateways, gateway_leases TO carillon_system;
    `);
    await runner.query(`
      CREATE SEQUENCE batch_ids AS bigint;
      GRANT USAGE ON SEQUENCE batch_ids TO carillon_tenant, carillon_system;

      CREATE TABLE batches (
        id bigint PRIMARY KEY DEFAULT nextval('batch_ids'),
        account_id uuid NOT NULL,
        campaign_id uuid,
        lane text NOT NULL CHECK (lane IN ('otp', 'transactional', 'bulk')),
        sender text,
        -- The text of all messages that have none of their own.
        body text,
        hold_id uuid,
        undelivered_policy text NOT NULL DEFAULT 'capture' CHECK (undelivered_policy IN ('capture', 'release')),
        resend_unknown boolean NOT NULL DEFAULT false,
        state batch_state NOT NULL DEFAULT 'ready',
        control batch_control NOT NULL DEFAULT 'run',
        -- Fencing: each claim raises it, and a claimant may write only while it is still the last one.
        epoch integer NOT NULL DEFAULT 0,
        not_before timestamptz NOT NULL DEFAULT now(),
        -- Time this batch takes at its campaign's own rate; null without one.
        pace_ms integer CHECK (pace_ms > 0),
        valid_until timestamptz NOT NULL,
        queued_at timestamptz,
        heartbeat_at timestamptz,
        -- Positions [intent_from, intent_upto) may be on the wire: committed before a byte leaves, so that after a crash
        -- just these become unknown. This is the state "submitting", one row instead of one update per message.
        intent_from smallint NOT NULL DEFAULT 0,
        intent_upto smallint NOT NULL DEFAULT 0,
        gateway_id smallint REFERENCES gateways,
        submitted_at timestamptz,
        size smallint NOT NULL CHECK (size BETWEEN 1 AND 500),
        parts integer NOT NULL,
        queued_count smallint NOT NULL,
        accepted_count smallint NOT NULL DEFAULT 0,
        delivered_count smallint NOT NULL DEFAULT 0,
        undelivered_count smallint NOT NULL DEFAULT 0,
        expired_count smallint NOT NULL DEFAULT 0,
        refused_count smallint NOT NULL DEFAULT 0,
        cancelled_count smallint NOT NULL DEFAULT 0,
        unknown_count smallint NOT NULL DEFAULT 0,
        unconfirmed_count smallint NOT NULL DEFAULT 0,
        -- Unknown messages whose grace has not ended: they keep the batch open.
        unresolved_count smallint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        closed_at timestamptz,
        CHECK (queued_count >= 0 AND accepted_count >= 0 AND unknown_count >= 0 AND unresolved_count >= 0),
        CHECK (queued_count + accepted_count + delivered_count + undelivered_count + expired_count + refused_count
               + cancelled_count + unknown_count + unconfirmed_count = size)
      );
      -- When a campaign with a rate of its own may send its next batch.
      CREATE TABLE campaign_pacing (
        campaign_id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        next_at timestamptz NOT NULL DEFAULT now()
      );
      CALL secure_account_table('campaign_pacing', 'SELECT, INSERT');
      CREATE INDEX batches_of_campaign ON batches (campaign_id, id);
      CREATE INDEX batches_ready ON batches (lane, id) WHERE state = 'ready';
      CREATE INDEX batches_at_work ON batches (state) WHERE state IN ('queued', 'sending');
      CREATE INDEX batches_open ON batches (campaign_id) WHERE state <> 'closed';
      CREATE INDEX batches_of_sender ON batches (sender, id DESC) WHERE sender IS NOT NULL;
      CALL secure_account_table('batches', 'SELECT, INSERT, UPDATE');
    `);
    await runner.query(`
      -- id = batch id * 512 + position: the primary key alone finds a message, a batch's messages and their order, so
      -- states change without touching any index. Half of each page is left free for the two changes a message sees.
      CREATE TABLE messages (
        id bigint PRIMARY KEY,
        account_id uuid NOT NULL,
        recipient text NOT NULL,
        body text,
        parts smallint NOT NULL,
        -- Points of the whole message by the launch's prices, in millipoints.
        price bigint NOT NULL,
        state message_state NOT NULL DEFAULT 'queued',
        settlement settlement NOT NULL DEFAULT 'open',
        delivered_parts smallint NOT NULL DEFAULT 0,
        error text,
        submitted_at timestamptz,
        accepted_at timestamptz,
        final_at timestamptz
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);
      CALL secure_account_table('messages', 'SELECT, INSERT, UPDATE');

      -- One row per part the carrier took.
      CREATE TABLE message_parts (
        message_id bigint NOT NULL,
        part smallint NOT NULL,
        account_id uuid NOT NULL,
        gateway_id smallint NOT NULL,
        provider_id text NOT NULL,
        receipt receipt_state,
        receipt_detail text,
        receipt_at timestamptz,
        PRIMARY KEY (message_id, part)
      ) WITH (fillfactor = 60);
      CREATE INDEX message_parts_provider ON message_parts (provider_id, gateway_id);
      CALL secure_account_table('message_parts', 'SELECT');

      -- Texts that must not outlive their hand-over, such as one-time passwords: encrypted, then erased.
      CREATE TABLE message_secrets (
        message_id bigint PRIMARY KEY,
        account_id uuid NOT NULL,
        sealed bytea NOT NULL
      );
      CALL secure_account_table('message_secrets', 'INSERT');
    `);
    await runner.query(`
      -- Submissions nobody knows the end of. A receipt that names the recipient can still resolve them.
      CREATE TABLE unresolved_submissions (
        message_id bigint PRIMARY KEY,
        account_id uuid NOT NULL,
        gateway_id smallint NOT NULL,
        recipient text NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        -- Set when the grace ended: the points are settled, a late receipt may still tell the state.
        is_settled boolean NOT NULL DEFAULT false
      );
      CREATE INDEX unresolved_submissions_recipient ON unresolved_submissions (recipient, gateway_id);
      CALL secure_account_table('unresolved_submissions', 'SELECT');

      -- Receipts nothing matched yet: they may beat the submit response, or belong to an unknown submission.
      CREATE TABLE receipt_inbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        gateway_id smallint NOT NULL,
        provider_id text NOT NULL,
        recipient text,
        state receipt_state NOT NULL,
        detail text,
        received_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX receipt_inbox_provider ON receipt_inbox (provider_id, gateway_id);
      GRANT SELECT, INSERT, UPDATE, DELETE ON receipt_inbox TO carillon_system;

      CREATE TABLE inbound_messages (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        gateway_id smallint NOT NULL,
        sender text NOT NULL,
        recipient text NOT NULL,
        body text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX inbound_messages_of_account ON inbound_messages (account_id, id DESC);
      CALL secure_account_table('inbound_messages', 'SELECT');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE inbound_messages, receipt_inbox, unresolved_submissions, message_secrets, message_parts, messages,
                 batches, campaign_pacing, gateway_leases, gateways;
      DROP SEQUENCE batch_ids;
      DROP TYPE receipt_state, batch_control, batch_state, settlement, message_state;
    `);
  }
}
