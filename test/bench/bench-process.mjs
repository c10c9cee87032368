import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const START_TIMEOUT_MS = 60_000;
const PROGRAMS = join(import.meta.dirname, '..', '..', 'dist', 'apps');

/** One of Carillon's own programs, as `npm start` runs it. */
export class BenchProcess {
  constructor(name, child, ready) {
    this.name = name;
    /** What it told when it was ready. */
    this.ready = ready;
    this.child = child;
  }

  /**
   * Resolves when the program is ready.
   *
   * @param {'api' | 'worker' | 'simulator'} name
   * @param {Record<string, string>} environment settings
   * @param {string[]} nodeOptions options of Node.js itself
   */
  static async start(name, environment, nodeOptions = []) {
    const child = fork(join(PROGRAMS, name, 'main.js'), [], {
      env: { PATH: process.env.PATH, NODE_ENV: 'development', LOG_LEVEL: 'error', ...environment },
      execArgv: ['--enable-source-maps', ...nodeOptions],
      // What goes wrong is shown, and standard output stays free for the table.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the ${name} ended while starting`);
    });
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    const [ready] = await Promise.race([once(child, 'message', { signal }), ended]);
    // From now on an end is noticed by whoever talks to it.
    ended.catch(() => undefined);
    return new BenchProcess(name, child, ready);
  }

  /** The most memory it ever had, MiB; undefined where the system does not tell (only Linux does). */
  async readPeakMegabytes() {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }
}
