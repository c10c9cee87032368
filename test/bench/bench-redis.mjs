import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { findFreePort } from '../../dist/libs/platform/index.js';

const START_ATTEMPTS = 100;

export const hasRedis = () => spawnSync('redis-server', ['--version']).status === 0;

/**
 * A Redis of this run's own, durable as docker-compose.yml has it: append-only file, no eviction.
 * @param {string} folder
 */
export async function startRedis(folder) {
  await mkdir(folder, { recursive: true });
  const port = await findFreePort();
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' };
  const flags = Object.entries({ ...settings, 'maxmemory-policy': 'noeviction' });
  const server = spawn(
    'redis-server',
    flags.flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  );
  await once(server, 'spawn');
  const url = `redis://127.0.0.1:${port}`;
  await waitUntilUp(url);
  return { url, stop: () => stop(server) };
}

async function waitUntilUp(url) {
  const client = new Redis(url, { maxRetriesPerRequest: START_ATTEMPTS, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping().finally(() => client.disconnect());
}

async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}
