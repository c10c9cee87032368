import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contact lists, their contacts, suppressions, and imports with their staging rows. */
export class Contacts1700000000180 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_lists (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        contact_count integer NOT NULL DEFAULT 0 CHECK (contact_count >= 0),
        -- Raised by every change of the contacts, so that a preview can tell that it is out of date.
        revision bigint NOT NULL DEFAULT 0,
        -- Columns that imports brought, in their order: what a template may use.
        variable_names text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now()
      );
      -- Ids are UUIDv7, so their order is the order of creation.
      CREATE INDEX contact_lists_account ON contact_lists (account_id, id DESC);
      CALL secure_account_table('contact_lists', 'SELECT, INSERT, UPDATE, DELETE');

      -- No foreign key to the list: it would cost a look-up per row of an import. Everybody who changes contacts holds
      -- the lock of the list's row instead, which also keeps contact_count and revision right.
      CREATE TABLE contacts (
        list_id uuid NOT NULL,
        account_id uuid NOT NULL,
        -- E.164. Byte order serves prefix search and pages, and is the fastest to sort.
        phone text COLLATE "C" NOT NULL CHECK (phone LIKE '+%'),
        country char(2) NOT NULL,
        variables jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (list_id, phone)
      );
      CALL secure_account_table('contacts', 'SELECT, INSERT, UPDATE, DELETE');

      CREATE TABLE suppressions (
        account_id uuid NOT NULL REFERENCES accounts (id),
        phone text COLLATE "C" NOT NULL CHECK (phone ~ '^[+][1-9][0-9]{6,14}$'),
        source text NOT NULL CHECK (source IN ('reply', 'import', 'api', 'member')),
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, phone)
      );
      CALL secure_account_table('suppressions', 'SELECT, INSERT, DELETE');

      CREATE TABLE suppression_revisions (
        account_id uuid PRIMARY KEY REFERENCES accounts (id),
        revision bigint NOT NULL
      );
      CALL secure_account_table('suppression_revisions', 'SELECT, INSERT, UPDATE');
    `);
    await runner.query(`
      CREATE TYPE import_state AS ENUM ('queued', 'running', 'done', 'failed', 'cancelled');

      CREATE TABLE imports (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        list_id uuid NOT NULL REFERENCES contact_lists (id) ON DELETE CASCADE,
        file_name text NOT NULL,
        -- The upload in storage; null once it is no longer needed and removed.
        storage_key text,
        mapping jsonb,
        default_country text NOT NULL CHECK (default_country ~ '^[A-Z]{2}$'),
        state import_state NOT NULL DEFAULT 'queued',
        -- Fencing: each run draws a number of its own, and may write only while it is still the last one.
        epoch bigint,
        attempts smallint NOT NULL DEFAULT 0,
        heartbeat_at timestamptz,
        queued_at timestamptz NOT NULL DEFAULT now(),
        rows integer NOT NULL DEFAULT 0,
        accepted integer NOT NULL DEFAULT 0,
        repaired integer NOT NULL DEFAULT 0,
        duplicates integer NOT NULL DEFAULT 0,
        suppressed integer NOT NULL DEFAULT 0,
        invalid integer NOT NULL DEFAULT 0,
        -- How much of the file has been read, 0 to 1.
        read_share real NOT NULL DEFAULT 0,
        detected jsonb,
        -- {code, sentence, fields} of a failed import.
        error jsonb,
        rejected_key text,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        CHECK (state <> 'done' OR rows = accepted + duplicates + suppressed + invalid),
        CHECK (repaired <= accepted)
      );
      CREATE INDEX imports_list ON imports (list_id, id DESC);
      CREATE INDEX imports_open ON imports (account_id) WHERE state IN ('queued', 'running');
      CREATE INDEX imports_spent ON imports (finished_at) WHERE storage_key IS NOT NULL AND finished_at IS NOT NULL;
      CALL secure_account_table('imports', 'SELECT, INSERT, UPDATE (state, finished_at), DELETE');

      -- Rows of running imports on their way into contacts. Unlogged: after a crash of the server an import starts again
      -- from its file. The epoch is unique over all imports, so a run that lost its claim cannot mix its rows in.
      CREATE SEQUENCE import_epochs AS bigint;
      CREATE UNLOGGED TABLE import_rows (
        epoch bigint NOT NULL,
        row integer NOT NULL,
        phone text COLLATE "C" NOT NULL,
        country char(2) NOT NULL,
        variables jsonb NOT NULL,
        is_rewritten boolean NOT NULL
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);
      GRANT USAGE ON SEQUENCE import_epochs TO carillon_system;
      GRANT SELECT, INSERT, DELETE ON import_rows TO carillon_system;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE import_rows, imports, suppression_revisions, suppressions, contacts, contact_lists;
      DROP SEQUENCE import_epochs;
      DROP TYPE import_state;
    `);
  }
}
