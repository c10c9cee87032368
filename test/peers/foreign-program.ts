import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** How long a foreign program may take for one step before a test names it as stuck. */
export const STALL_MS = 20_000;
const POLL_MS = 50;

/** True when the command can be run at all. */
export function isInstalled(command: string, args: string[]): boolean {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' });
  return error === undefined && status === 0;
}

/**
 * A suite that needs a program which is not ours. Where it is missing, the suite is skipped and says so
 * loudly; in CI, where everything is installed, that is a failure.
 */
export function describeWithProgram(program: string, isThere: boolean, suite: () => void): void {
  if (isThere) return describe(program, suite);
  if (process.env.CI === 'true') {
    return describe(program, () => {
      it('is installed', () => {
        throw new Error(`${program} is missing; in CI this suite must run`);
      });
    });
  }
  console.warn(`SKIPPED: ${program} is not installed, so interoperability with it was not tested`);
  describe.skip(program, suite);
}

/** A port nobody listens on. For programs that cannot pick one themselves. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Repeats a question to a foreign program until it has an answer; fails by name when it never does. */
export async function askUntil<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + STALL_MS;
  while (performance.now() < endMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`stuck: ${what}`);
}

/** A program that runs beside a test: its lines can be awaited, and it is gone after `stop`. */
export class ForeignProgram {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private rest = '';

  constructor(command: string, args: string[]) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.on('error', (error) => this.lines.push(`could not be started: ${error.message}`));
    this.child.stdout?.on('data', (chunk: Buffer) => this.keepLines(chunk.toString('latin1')));
    this.child.stderr?.on('data', (chunk: Buffer) => this.keepLines(chunk.toString('latin1')));
  }

  /** The first line that matches, once it has come. */
  async readLine(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      return await askUntil(`waiting for ${pattern}`, async () => {
        for (const line of this.lines) {
          const match = pattern.exec(line);
          if (match) return match;
        }
        return undefined;
      });
    } catch (error) {
      throw new Error(`the program said: ${this.lines.slice(-20).join('\n')}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined)
      return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private keepLines(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    this.lines.push(...lines);
  }
}
