/**
 * `npm run bench`: import, expansion and drain of the built code, through its own processes and its HTTP face, each
 * beside its baseline from the same run. One embedded PostgreSQL in a temporary folder serves ours and theirs.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './bench-postgres.mjs';
import { hasRedis, startRedis } from './bench-redis.mjs';
import { measureDrain, startCarrier } from './measure-drain.mjs';
import { measureExpand } from './measure-expand.mjs';
import { measureImport } from './measure-import.mjs';
import { HELP, readOptions } from './options.mjs';
import { formatReport, summarize } from './report.mjs';

/** What must be stopped or removed at the end, newest last. */
const closers = [];

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) return console.log(HELP);
  const folder = await mkdtemp(join(tmpdir(), 'carillon-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  // The server runs as another user when the bench runs as root.
  await chmod(folder, 0o755);
  const postgres = await keep(startPostgres(folder));
  const bench = { postgres, folder, profileDir: options.profileDir };
  const notes = [];
  const measurements = [];
  const add = async (work, measure) => {
    say(`${work} …`);
    try {
      measurements.push(await measure());
    } catch (error) {
      // The other works are still worth measuring; the run as a whole has failed.
      console.error(error);
      notes.push(`FAILED: ${work}: ${error.message}`);
      process.exitCode = 1;
    }
  };
  if (options.import > 0) await add('import', () => measureImport(bench, options.import));
  if (options.expand > 0) await add('expand', () => measureExpand(bench, options.expand));
  if (options.drain > 0) await drainEachQueue(bench, options, add, notes);
  const figures = summarize(measurements, notes);
  console.log(formatReport(figures));
  if (options.jsonFile) await writeFile(options.jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

async function drainEachQueue(bench, { drain, receiptDelayMs }, add, notes) {
  const carrier = await keep(startCarrier(receiptDelayMs));
  const measure = (queue) =>
    add(`drain, queue on ${queue.name}`, () => measureDrain(bench, drain, carrier, queue));
  await measure({ name: 'PostgreSQL' });
  if (!hasRedis())
    return notes.push('No redis-server on the PATH: the drain with the queue on Redis is left out.');
  const redis = await keep(startRedis(join(bench.folder, 'redis')));
  await measure({ name: 'Redis', redisUrl: redis.url });
}

/** Has it stopped at the end. */
async function keep(starting) {
  const started = await starting;
  closers.push(() => started.stop());
  return started;
}

async function cleanUp() {
  for (const close of closers.splice(0).reverse()) await close();
}

function say(text) {
  process.stderr.write(`  ${text}\n`);
}

// The programs end with this process; the database is a server of its own and has to be told.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(cleanUp);
