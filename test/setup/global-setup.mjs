/**
 * Runs once before all tests, on the built code: finds PostgreSQL (DATABASE_URL, else an embedded one in a temporary
 * folder) and migrates a template database. Each test file clones it (libs/testing/test-database.ts).
 */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  createDataSource,
  createLogger,
  migrate,
  startEmbeddedPostgres,
} from '../../dist/libs/platform/index.js';
import { migrations } from '../../dist/migrations/index.js';

/** Throwaway data: a crash of the machine may lose it. */
const FAST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '400',
};

export default async function setUp() {
  const logger = createLogger('tests', 'warn');
  const server = process.env.DATABASE_URL ? undefined : await startServer(logger);
  const serverUrl = process.env.DATABASE_URL ?? server.url;
  const template = `carillon_template_${process.pid}`;
  await runSql(serverUrl, `CREATE DATABASE ${template}`);
  const url = withDatabase(serverUrl, template);
  await migrate(url, migrations, logger);
  process.env.CARILLON_TEST_SERVER = serverUrl;
  process.env.CARILLON_TEST_TEMPLATE = template;
  globalThis.carillonTests = { server, serverUrl, template };
}

async function startServer(logger) {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-tests-'));
  // The server runs as another user when the tests run as root.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: FAST_SETTINGS, logger });
  return { ...server, folder };
}

export async function runSql(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function withDatabase(url, name) {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
