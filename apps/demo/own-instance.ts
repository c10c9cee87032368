import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extendEnvironment } from './options.js';

const PROBE_TIMEOUT_MS = 3_000;
const START_TIMEOUT_MS = 180_000;
/** Output of the instance that is kept, to be shown should it fail. */
const MAX_KEPT_OUTPUT = 20_000;

/** Whether a Carillon answers at this address. */
export async function isCarillonAt(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return response.ok && ((await response.json()) as { status?: unknown }).status === 'up';
  } catch {
    return false;
  }
}

/** An instance that lives as long as the demo. */
export class OwnInstance {
  #output = '';

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly temporaryDir: string | undefined,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-MAX_KEPT_OUTPUT);
      });
  }

  /** The end of what the instance printed. */
  get output(): string {
    return this.#output;
  }

  /**
   * Starts everything on a free port and waits until it is ready.
   * @param dataDir where its data stays; a temporary folder, removed at the end, when undefined
   * @throws Error with the end of its output when it does not come up
   */
  static async start(dataDir: string | undefined): Promise<OwnInstance> {
    const port = await findFreePort();
    const temporaryDir = dataDir === undefined ? await makeTemporaryDir() : undefined;
    const child = fork(join(import.meta.dirname, '..', 'standalone', 'main.js'), [], {
      env: extendEnvironment({ PORT: String(port), DATA_DIR: dataDir ?? temporaryDir ?? '' }),
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const instance = new OwnInstance(`http://localhost:${port}`, child, temporaryDir);
    try {
      await waitUntilReady(child);
    } catch (error) {
      await instance.stop();
      throw new Error(`Carillon did not start.\n${instance.output}`, { cause: error });
    }
    return instance;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await gone;
    }
    if (this.temporaryDir !== undefined) await rm(this.temporaryDir, { recursive: true, force: true });
  }
}

async function makeTemporaryDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-demo-'));
  // Under root the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  return folder;
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  const exited = once(child, 'exit', { signal }).then(() => {
    throw new Error('it ended while starting');
  });
  await Promise.race([once(child, 'message', { signal }), exited]);
  // From now on an end is the business of whoever talks to it.
  exited.catch(() => undefined);
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
