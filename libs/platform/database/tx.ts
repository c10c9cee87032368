import type { PoolClient } from 'pg';

/**
 * An open transaction. Repository writes ask for it as an argument, so that nothing can slip out of the transaction
 * by mistake: the plain connection does not satisfy the type.
 */
export interface Tx {
  /** The pg client of this transaction, for COPY and cursors. */
  readonly client: PoolClient;
  /** Runs one statement and returns its rows. `bigint` columns arrive as BigInt, timestamps as Date. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement and returns the number of rows it touched. */
  execute(sql: string, parameters?: readonly unknown[]): Promise<number>;
  /** Calls back once after the commit; never when the transaction is rolled back. */
  afterCommit(callback: () => void): void;
}

/** A transaction under the tenant role: row-level security shows it the rows of one account alone. */
export interface AccountTx extends Tx {
  readonly scope: 'account';
  /** The account's uuid. */
  readonly accountId: string;
}

/** A transaction across accounts, for workers, sign-in and admins. Statements name the account themselves. */
export interface SystemTx extends Tx {
  readonly scope: 'system';
}

export type AnyTx = AccountTx | SystemTx;
