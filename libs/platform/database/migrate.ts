import { runMigrations } from 'bullmq';
import pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import type { Logger } from '../observability/logger.js';
import { QUEUE_SCHEMA } from '../queue/queue-backend.js';
import { createDataSource } from './data-source.js';

/** Any fixed number: one lock for all processes that migrate the same database at once. */
const MIGRATION_LOCK = 7_204_115;
const STATEMENT_TIMEOUT_MS = 600_000;

/**
 * Brings the schema up to date, Carillon's and the queue's. Every process may call it at start: the others wait on an
 * advisory lock and find nothing left to do.
 *
 * @param url a role that may create tables and roles
 */
export async function migrate(
  url: string,
  migrations: (new () => MigrationInterface)[],
  logger: Logger,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  const applicationName = 'carillon-migrations';
  const options = { url, poolSize: 1, applicationName, migrations, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const dataSource = createDataSource(options, logger);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await client.end();
  }
}
