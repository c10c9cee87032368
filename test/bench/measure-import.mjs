import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { newUuid, parseId } from '../../dist/libs/domain/index.js';
import { timeFromCheckpoint } from './bench-postgres.mjs';
import { writeCopyFile, writeCustomerCsv } from './customer-files.mjs';
import { House } from './house.mjs';
import { waitUntil } from './wait-until.mjs';

const FLOOR = 0.3;
const POLL_MS = 100;

/** A CSV through upload, reading, repair and merge, beside COPY and one merge of rows that need none of it. */
export async function measureImport(bench, count) {
  const house = await House.open(bench, 'bench_import');
  try {
    await house.startWorker();
    const folder = join(bench.folder, 'files');
    await mkdir(folder, { recursive: true });
    const oursSeconds = await importCsv(house, join(folder, 'customers.csv'), count);
    await house.proveLedger();
    const peaks = await stopAndReadPeaks(house);
    const baselineSeconds = await copyAndMerge(house, join(folder, 'customers.copy'), count);
    return {
      work: 'import a CSV into a list',
      baseline: 'COPY + one merge statement',
      unit: 'rows',
      count,
      oursSeconds,
      baselineSeconds,
      floor: FLOOR,
      peaks,
    };
  } finally {
    await house.close();
  }
}

/** Carillon's processes are gone before the baseline runs: it has the machine to itself. */
async function stopAndReadPeaks(house) {
  await house.stopWorkers();
  return house.peaks;
}

/** @returns seconds from the first byte of the upload to the last row in the list */
async function importCsv(house, path, count) {
  await writeCustomerCsv(path, count);
  const listId = await house.createEmptyList();
  await house.db.query('CHECKPOINT');
  const startedAt = Date.now();
  const form = new FormData();
  form.append('file', await openAsBlob(path, { type: 'text/csv' }), 'customers.csv');
  const { id } = await house.client.post(`/v1/contact-lists/${listId}/imports`, { form });
  const ended = await waitUntil(
    'the import',
    () => house.client.get(`/v1/imports/${id}`),
    ({ status }) => status !== 'queued' && status !== 'running',
    POLL_MS,
  );
  if (ended.status !== 'done' || ended.accepted !== count)
    throw new Error(`The import ended wrongly: ${JSON.stringify(ended)}`);
  return (Date.parse(ended.finishedAt) - startedAt) / 1000;
}

/** Tables like import_rows and contacts, keys and checks included, without row-level security. */
async function copyAndMerge({ db, accountId }, path, count) {
  await writeCopyFile(path, count, newUuid(), parseId('acc', accountId));
  await db.query(`
    CREATE UNLOGGED TABLE baseline_rows (row integer NOT NULL, list_id uuid NOT NULL, account_id uuid NOT NULL,
      phone text COLLATE "C" NOT NULL, country char(2) NOT NULL, variables jsonb NOT NULL);
    CREATE TABLE baseline_contacts (LIKE contacts INCLUDING ALL)`);
  const seconds = await timeFromCheckpoint(db, async () => {
    await pipeline(createReadStream(path), db.query(copyFrom('COPY baseline_rows FROM STDIN')));
    await db.query(MERGE);
  });
  const { rows } = await db.query('SELECT count(*)::int AS merged FROM baseline_contacts');
  if (rows[0].merged !== count) throw new Error(`The baseline merged ${rows[0].merged} rows of ${count}.`);
  return seconds;
}

const MERGE = `
INSERT INTO baseline_contacts (list_id, account_id, phone, country, variables)
SELECT DISTINCT ON (phone) list_id, account_id, phone, country, variables FROM baseline_rows ORDER BY phone, row
ON CONFLICT DO NOTHING`;
