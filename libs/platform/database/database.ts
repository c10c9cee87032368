import type { Pool, PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
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
    const runner = this.dataSource.createQueryRunner();
    const callbacks: (() => void)[] = [];
    let result: T;
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const setUp = [scopeSql, ...optionsSql(options)].filter(Boolean).join('; ');
      if (setUp) await client.query(setUp);
      result = await work(createTx(runner, client, callbacks));
      await runner.commitTransaction();
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
    for (const callback of callbacks) callback();
    return result;
  }
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

function createTx(runner: QueryRunner, client: PoolClient, callbacks: (() => void)[]): Tx {
  return {
    manager: runner.manager,
    client,
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await client.query(sql, parameters as unknown[])).rows as Row[],
    execute: async (sql, parameters = []) => (await client.query(sql, parameters as unknown[])).rowCount ?? 0,
    afterCommit: (callback) => void callbacks.push(callback),
  };
}

/** A rollback on a connection that is already gone must not hide the error that broke it. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  await runner.rollbackTransaction().catch(() => undefined);
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
