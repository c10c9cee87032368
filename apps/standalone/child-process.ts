import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Logger } from '#platform';

const FIRST_RESTART_MS = 500;
const MAX_RESTART_MS = 10_000;
/** A child that lived so long is trusted again. */
const STABLE_MS = 60_000;
const READY_TIMEOUT_MS = 120_000;

/** One of Carillon's processes under supervision: started, restarted when it dies, stopped on request. */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  #isStopping = false;
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly name: 'api' | 'worker' | 'simulator',
    private readonly environment: NodeJS.ProcessEnv,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the process says that it is ready.
   * @throws Error when it ends before that
   */
  async start(): Promise<void> {
    const child = this.#spawn();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the ${this.name} did not become ready`)),
        READY_TIMEOUT_MS,
      );
      child.once('exit', () => reject(new Error(`the ${this.name} ended while starting`)));
      child.once('message', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#watch(child);
  }

  /** Asks the process to end and waits for it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  #spawn(): ChildProcess {
    const entry = join(import.meta.dirname, '..', this.name, 'main.js');
    // A group of its own: Ctrl-C reaches the supervisor alone, which then stops everything in the right order.
    this.#child = fork(entry, [], {
      env: { ...this.environment, FORCE_COLOR: '0' },
      execArgv: ['--enable-source-maps'],
      detached: true,
    });
    return this.#child;
  }

  #watch(child: ChildProcess): void {
    const startedAt = Date.now();
    child.once('exit', (code, signal) => {
      if (this.#isStopping) return;
      if (Date.now() - startedAt > STABLE_MS) this.#restartMs = FIRST_RESTART_MS;
      this.logger.error(
        { process: this.name, code, signal, restartInMs: this.#restartMs },
        'a process ended; it is started again',
      );
      this.#restartTimer = setTimeout(() => this.#watch(this.#spawn()), this.#restartMs);
      this.#restartMs = Math.min(MAX_RESTART_MS, this.#restartMs * 2);
    });
  }
}
