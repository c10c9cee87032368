/**
 * `npm run dev`: runs everything and starts it again, freshly built, whenever a source changes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** Editors write several files at once: changes within this time make one restart. */
const QUIET_MS = 400;
let running;
let timer;
let isStopping = false;

start();
for (const folder of ['apps', 'libs', 'migrations']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (!/\.(ts|html|css|js)$/.test(file ?? '') || /spec\.ts$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(restart, QUIET_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopping = true;
    running?.kill('SIGTERM');
  });
}

function start() {
  const prepared = spawnSync(process.execPath, [join(root, 'apps/standalone/prepare.mjs')], {
    stdio: 'inherit',
  });
  if (prepared.status !== 0) return console.error('The build failed; waiting for the next change.');
  const entry = join(root, 'dist/apps/standalone/main.js');
  running = spawn(process.execPath, ['--enable-source-maps', entry], { stdio: 'inherit', detached: true });
  running.once('exit', () => {
    running = undefined;
    if (isStopping) process.exit(0);
  });
}

function restart() {
  if (!running) return start();
  running.once('exit', start);
  running.kill('SIGTERM');
}
