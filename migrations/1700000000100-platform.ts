import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles, row-level security helpers, the outbox and idempotency keys. */
export class Platform1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Roles belong to the whole cluster: another Carillon database may have made them already, perhaps right now.
      SELECT pg_advisory_xact_lock(7204116);
      DO $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carillon_tenant') THEN
          CREATE ROLE carillon_tenant NOLOGIN NOBYPASSRLS;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carillon_system') THEN
          CREATE ROLE carillon_system NOLOGIN NOBYPASSRLS;
        END IF;
        EXECUTE format('GRANT carillon_tenant, carillon_system TO %I', current_user);
      END $$;
      GRANT USAGE ON SCHEMA public TO carillon_tenant, carillon_system;
    `);
    await runner.query(`
      -- The account of the running transaction; null, and so no row at all, when none is set.
      CREATE FUNCTION current_account_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        AS $$ SELECT nullif(current_setting('app.account_id', true), '')::uuid $$;

      -- Puts a table with an account_id column under row-level security: tenants see their own rows, the system all.
      -- tenant_rights are the privileges of the tenant role, e.g. 'SELECT, INSERT'.
      CREATE PROCEDURE secure_account_table(target regclass, tenant_rights text) LANGUAGE plpgsql AS $$
      BEGIN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
        EXECUTE format('CREATE POLICY tenant ON %s TO carillon_tenant USING (account_id = current_account_id()) '
                       'WITH CHECK (account_id = current_account_id())', target);
        EXECUTE format('CREATE POLICY system ON %s TO carillon_system USING (true) WITH CHECK (true)', target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO carillon_system', target);
        IF tenant_rights <> '' THEN
          EXECUTE format('GRANT %s ON %s TO carillon_tenant', tenant_rights, target);
        END IF;
      END $$;
    `);
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      GRANT INSERT ON outbox TO carillon_tenant;
      GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO carillon_system;

      CREATE TABLE idempotency_keys (
        account_id uuid NOT NULL,
        key text NOT NULL,
        -- SHA-256 over route and body: the same key with another request is a conflict, never a silent replay.
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        response jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, key)
      );
      CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
      CALL secure_account_table('idempotency_keys', 'SELECT, INSERT');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE idempotency_keys;
      DROP TABLE outbox;
      DROP PROCEDURE secure_account_table(regclass, text);
      DROP FUNCTION current_account_id();
    `);
  }
}
