import pg from 'pg';
import { createLogger, migrate, startEmbeddedPostgres } from '../../dist/libs/platform/index.js';
import { migrations } from '../../dist/migrations/index.js';

/**
 * A PostgreSQL of this run's own with the settings every embedded one has: durable, fsync on. Each measurement gets a
 * database of its own, so that none works in the leftovers of another.
 *
 * @param {string} dataDir
 */
export async function startPostgres(dataDir) {
  const logger = createLogger('bench', 'error');
  const server = await startEmbeddedPostgres({ dataDir, logger });
  return {
    /** Creates and migrates a database. @returns its URL, which opens it as the owner of everything */
    async createDatabase(name) {
      const client = await connect(server.url);
      await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      await migrate(url.toString(), migrations, logger);
      return url.toString();
    },
    stop: () => server.stop(),
  };
}

/** @param {string} url */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/**
 * Runs work from a quiet database: what was written before is on the disk and counts for nobody.
 * @returns seconds
 */
export async function timeFromCheckpoint(client, work) {
  await client.query('CHECKPOINT');
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
