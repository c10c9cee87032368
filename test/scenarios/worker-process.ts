import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '#testing';

const PROGRAM = fileURLToPath(new URL('../../dist/apps/worker/main.js', import.meta.url));
const START_LIMIT_MS = 30_000;
/** The promise of a shutdown: whoever sends SIGTERM may count on it. */
const STOP_LIMIT_MS = 40_000;

/** A worker as `npm start` runs it: a process of its own, from the build. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #output: string[] = [];
  #isReady = false;

  private constructor(environment: Record<string, string>) {
    const { PATH = '' } = process.env;
    this.#child = fork(PROGRAM, {
      env: { PATH, NODE_ENV: 'test', LOG_LEVEL: 'warn', ...environment },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', () => (this.#isReady = true));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
  }

  static async start(environment: Record<string, string>): Promise<WorkerProcess> {
    const worker = new WorkerProcess(environment);
    await waitFor('the worker process is ready', () => worker.#isReady || worker.hasEnded, START_LIMIT_MS);
    if (worker.hasEnded) throw new Error(`the worker did not start: ${worker.output}`);
    return worker;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get output(): string {
    return this.#output.join('');
  }

  /** kill -9: nothing of it is told to anybody. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    this.#child.kill('SIGKILL');
    await waitFor('the killed worker is gone', () => this.hasEnded);
  }

  /** SIGTERM. @returns its exit code */
  async terminate(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await waitFor('the worker stops after SIGTERM', () => this.hasEnded, STOP_LIMIT_MS);
    return this.#child.exitCode;
  }
}
