import { runMigrations } from 'bullmq';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { QUEUE_SCHEMA } from '../queue/queue-backend.js';

/** Any fixed number: one lock for all processes that migrate the same database at once. */
const MIGRATION_LOCK = 7_204_115;

/**
 * Brings the schema up to date, Carillon's and the queue's. Safe to call from several processes at once: the others
 * wait on an advisory lock and find nothing left to do.
 *
 * @param dataSource initialised, with its migrations
 * @param url the same database, under a role that may create tables and roles
 */
export async function migrate(dataSource: DataSource, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}
