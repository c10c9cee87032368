import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { findFreePort } from '#platform';

export type QueueKind = 'postgres' | 'redis';

const hasRedis = Boolean(process.env.REDIS_URL) || spawnSync('redis-server', ['--version']).status === 0;

/**
 * The queue backends a test must pass on: both, always. Without REDIS_URL and without a redis-server on the PATH the
 * Redis half is skipped, loudly; under CI it is kept, and fails.
 */
export function queueKinds(): QueueKind[] {
  if (hasRedis || process.env.CI) return ['postgres', 'redis'];
  console.warn('SKIPPED: the Redis half of this test. Put redis-server on the PATH or set REDIS_URL.');
  return ['postgres'];
}

/** A suite about Redis alone: skipped, loudly, where there is none; under CI it runs, and fails. */
export function describeOnRedis(name: string, suite: () => void): void {
  if (queueKinds().includes('redis')) describe(name, suite);
  else describe.skip(name, suite);
}

export interface TestRedis {
  readonly url: string;
  /** Prefix of this test's keys: the server may be shared. */
  readonly prefix: string;
  /** SIGKILL, as a crash would; only for a server of our own. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** @param isOwn a server of this test alone, which may be killed; otherwise REDIS_URL is used when set */
export async function startTestRedis(isOwn = false): Promise<TestRedis> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  if (process.env.REDIS_URL && !isOwn) return useSharedRedis(process.env.REDIS_URL, prefix);
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await launch(port);
  const kill = async () => {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url,
    prefix,
    kill,
    restart: async () => {
      server = await launch(port);
    },
    flush: () => withClient(url, async (client) => void (await client.flushall())),
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) await kill();
    },
  };
}

function useSharedRedis(url: string, prefix: string): TestRedis {
  const refuse = async () => {
    throw new Error('a shared Redis is not for killing or flushing: ask for an own server');
  };
  return { url, prefix, kill: refuse, restart: refuse, flush: refuse, stop: async () => undefined };
}

async function launch(port: number) {
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--maxmemory-policy',
    'noeviction',
  ];
  const server = spawn('redis-server', flags, { stdio: 'ignore' });
  await once(server, 'spawn');
  await withClient(`redis://127.0.0.1:${port}`, async (client) => void (await client.ping()));
  return server;
}

async function withClient(url: string, work: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}
