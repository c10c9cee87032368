import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ADD_AND_ADJUST, EXPIRE } from './credits/additions.sql.js';
import { HOLD, SETTLE } from './credits/holds.sql.js';
import { STEPS, TRANSFER } from './credits/steps.sql.js';

/**
 * How points move: the only statements that write wallets, ledger accounts, transfers, entries and holds. They are SQL
 * functions because a move touches six tables, and one round trip keeps the wallet locked for the shortest time.
 *
 * Every move locks the wallet row first, and no other statement of the product locks a row of the ledger. So moves of
 * one account wait for each other there, none holds a fund or a hold that another needs, and they cannot deadlock.
 *
 * The credits_* functions run with the rights of carillon_system. The tenant role may only read the tables and call
 * the three that hold, extend and settle: no statement of a tenant's transaction, not even an injected one, can mint
 * points.
 */
export class CreditsFunctions1700000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STEPS);
    await runner.query(TRANSFER);
    await runner.query(EXPIRE);
    await runner.query(ADD_AND_ADJUST);
    await runner.query(HOLD);
    await runner.query(SETTLE);
    await runner.query(RIGHTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION credits_settle, credits_extend_hold, credits_hold, credits_expire, credits_adjust, credits_add,
                    ledger_reserve, ledger_expire_due, ledger_transfer, ledger_draw, ledger_describe_shortage,
                    ledger_write_entry, ledger_find_operation, ledger_open_wallet, ledger_lock_wallet;
      DROP TYPE ledger_outcome, entry_note;
    `);
  }
}

/** A function may only be handed to an owner who may create in its schema, so that right is lent for a moment. */
const RIGHTS = `
  GRANT CREATE ON SCHEMA public TO carillon_system;
  DO $$
  DECLARE
    v_function regprocedure;
  BEGIN
    FOR v_function IN
      SELECT oid::regprocedure FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND (proname ~ '^ledger_' OR proname ~ '^credits_')
    LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
      EXECUTE format('ALTER FUNCTION %s OWNER TO carillon_system', v_function);
    END LOOP;
  END $$;
  REVOKE CREATE ON SCHEMA public FROM carillon_system;
  GRANT EXECUTE ON FUNCTION credits_hold, credits_extend_hold, credits_settle TO carillon_tenant;
`;
