import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { AccountTx, SystemTx, Tx } from './tx.js';

/** Roles without ownership of any table; created by the first migration. */
export const TENANT_ROLE = 'carillon_tenant';
export const SYSTEM_ROLE = 'carillon_system';

/** SQLSTATEs after which the whole transaction may simply run again: serialisation failure and deadlock. */
const RETRYABLE = new Set(['40001', '40P01']);
const ATTEMPTS = 4;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface TransactionOptions {
  /** Longest time one statement may take; the pool's default otherwise. */
  statementTimeoutMs?: number;
  /**
   * Plans by index whatever the statistics say. For hot statements that name their rows by key: right after a burst of
   * inserts the statistics describe a table that no longer exists, and one sequential plan costs seconds.
   */
  prefersIndexes?: boolean;
}

/**
 * The only door to PostgreSQL. A transaction runs either for one account, under row-level security, or for the system.
 * `work` may run again after a deadlock, so it must have no effect outside the database except through `afterCommit`.
 */
export class Database {
  /** @param dataSource initialised, its connections under SYSTEM_ROLE: the plain connection owns nothing either */
  constructor(readonly dataSource: DataSource) {}

  get #pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  /**
   * @param accountId uuid of the account whose rows are visible
   * @throws whatever `work` throws, after a rollback
   */
  inAccount<T>(
    accountId: string,
    work: (tx: AccountTx) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    if (!UUID.test(accountId)) throw new TypeError('account id is not a uuid');
    const scopeSql = `SET LOCAL ROLE ${TENANT_ROLE}; SET LOCAL app.account_id = '${accountId}'`;
    return this.#transact(scopeSql, options, (tx) => work({ ...tx, scope: 'account', accountId }));
  }

  inSystem<T>(work: (tx: SystemTx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#transact('', options, (tx) => work({ ...tx, scope: 'system' }));
  }

  /**
   * One statement across accounts that commits by itself: half the round trips of a transaction on hot paths.
   * @returns its rows
   */
  async runSystemStatement<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return repeatWhenRetryable(
      async () => (await this.#pool.query(sql, parameters as unknown[])).rows as Row[],
    );
  }

  /** Answers whether PostgreSQL takes statements, for readiness. */
  async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1');
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  async #transact<T>(
    scopeSql: string,
    options: TransactionOptions,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    return repeatWhenRetryable(() => this.#attempt(scopeSql, options, work));
  }

  async #attempt<T>(scopeSql: string, options: TransactionOptions, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    const callbacks: (() => void)[] = [];
    // A connection that breaks while nobody waits for it emits an error, and an unheard one ends the process. The next
    // statement on it fails by itself.
    client.on('error', ignoreError);
    let brokenBy: Error | undefined;
    let result: T;
    try {
      // One message for all of it: round trips are what a short transaction costs.
      await client.query(['BEGIN', scopeSql, ...optionsSql(options)].filter(Boolean).join('; '));
      result = await work(createTx(client, callbacks));
      await commit(client);
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (brokenBy = failure));
      throw error;
    } finally {
      client.off('error', ignoreError);
      client.release(brokenBy);
    }
    for (const callback of callbacks) callback();
    return result;
  }
}

const ignoreError = (): void => undefined;

/** PostgreSQL answers COMMIT of a failed transaction with a rollback and no error; nobody may take that for a commit. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('the transaction had failed before its commit');
}

async function repeatWhenRetryable<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !RETRYABLE.has(sqlStateOf(error))) throw error;
    }
  }
}

function optionsSql({ statementTimeoutMs, prefersIndexes }: TransactionOptions): string[] {
  return [
    statementTimeoutMs ? `SET LOCAL statement_timeout = ${Math.trunc(statementTimeoutMs)}` : '',
    prefersIndexes ? 'SET LOCAL enable_seqscan = off' : '',
  ];
}

function createTx(client: PoolClient, callbacks: (() => void)[]): Tx {
  return {
    client,
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await client.query(sql, parameters as unknown[])).rows as Row[],
    execute: async (sql, parameters = []) => (await client.query(sql, parameters as unknown[])).rowCount ?? 0,
    afterCommit: (callback) => void callbacks.push(callback),
  };
}

/** SQLSTATE of a PostgreSQL error, looked up through TypeORM's wrapper; '' for any other error. */
export function sqlStateOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : '';
}

/** Name of the violated constraint, or ''. */
export function constraintOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { constraint, driverError } = error as {
    constraint?: unknown;
    driverError?: { constraint?: unknown };
  };
  const name = driverError?.constraint ?? constraint;
  return typeof name === 'string' ? name : '';
}
