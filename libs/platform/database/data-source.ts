import pg from 'pg';
import { DataSource, type EntityTarget, type MigrationInterface, type ObjectLiteral } from 'typeorm';
import type { Logger } from '../observability/logger.js';

/** PostgreSQL type id of bigint, which pg would otherwise hand over as text. */
const INT8_OID = 20;

export interface DataSourceOptions {
  url: string;
  poolSize: number;
  applicationName: string;
  entities?: EntityTarget<ObjectLiteral>[];
  migrations?: (new () => MigrationInterface)[];
  /** Longest time one statement may take, ms. */
  statementTimeoutMs?: number;
  /** Role every connection takes on at once; the migrations' own connection keeps the owner's. */
  role?: string;
}

/** Limits of every connection (rule Q5 in the reliability reference). */
const LOCK_TIMEOUT_MS = 3_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const CONNECTION_TIMEOUT_MS = 10_000;

/** A TypeORM data source over one pg pool with Carillon's limits. Does not connect yet. */
export function createDataSource(options: DataSourceOptions, logger: Logger): DataSource {
  const limits = [
    `-c statement_timeout=${options.statementTimeoutMs ?? 15_000}`,
    `-c lock_timeout=${LOCK_TIMEOUT_MS}`,
    `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
    ...(options.role ? [`-c role=${options.role}`] : []),
  ].join(' ');
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.applicationName,
    entities: (options.entities ?? []) as never[],
    migrations: options.migrations ?? [],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    poolSize: options.poolSize,
    connectTimeoutMS: CONNECTION_TIMEOUT_MS,
    poolErrorHandler: (error: unknown) => logger.warn({ err: error }, 'idle database connection failed'),
    extra: {
      options: limits,
      keepAlive: true,
      types: { getTypeParser },
    },
  });
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8_OID && format !== 'binary') return BigInt;
  return pg.types.getTypeParser(oid, format);
}
