import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { WorkerProcess } from './worker-process.js';
import type { World } from './world.js';

const SHORT_FAULT_MS = 500;
const PAUSE_BETWEEN_MS: readonly [least: number, most: number] = [400, 1_200];

interface Fault {
  readonly name: string;
  strike(): Promise<void>;
}

/** The same numbers for the same seed. */
class Dice {
  #throws = 0;

  constructor(private readonly seed: number) {}

  /** A whole number from 0 up to `limit`, without it. */
  below(limit: number): number {
    const digest = createHash('sha256').update(`${this.seed}/${this.#throws++}`).digest();
    return digest.readUInt32BE() % limit;
  }
}

/** Throws faults at a world in an order that a seed decides, and keeps a worker alive through all of them. */
export class FaultMix {
  readonly struck: string[] = [];
  readonly #dice: Dice;
  #worker: WorkerProcess | undefined;

  constructor(
    private readonly world: World,
    seed: number,
  ) {
    this.#dice = new Dice(seed);
  }

  get hasWorkerEndedByItself(): boolean {
    return this.#worker?.hasEnded ?? false;
  }

  async start(): Promise<void> {
    this.#worker = await WorkerProcess.start(this.world.environment);
  }

  /** One fault after the other for so long; afterwards everything is well again. */
  async rage(durationMs: number): Promise<void> {
    const faults = this.#faults();
    for (const end = Date.now() + durationMs; Date.now() < end;) {
      const fault = faults[this.#dice.below(faults.length)];
      if (!fault) throw new Error('there are no faults to choose from');
      this.struck.push(fault.name);
      await fault.strike();
      const [least, most] = PAUSE_BETWEEN_MS;
      await delay(least + this.#dice.below(most - least));
    }
  }

  async stop(): Promise<void> {
    await this.#worker?.kill();
    this.#worker = undefined;
  }

  #faults(): Fault[] {
    const { world } = this;
    const faults = [
      { name: 'worker killed', strike: () => this.#killWorker() },
      { name: 'line cut', strike: async () => world.line?.cut() },
      { name: 'line down', strike: () => this.#takeLineDown() },
      { name: 'answers lost', strike: () => this.#loseAnswers() },
      { name: 'database connections ended', strike: () => endDatabaseConnections(world) },
      { name: 'carrier throttles', strike: () => this.#throttle() },
    ];
    const { redis } = world;
    if (!redis) return faults;
    const restart = async () => {
      await redis.kill();
      await delay(SHORT_FAULT_MS);
      await redis.restart();
    };
    return [
      ...faults,
      { name: 'Redis flushed', strike: () => redis.flush() },
      { name: 'Redis restarted empty', strike: restart },
    ];
  }

  async #killWorker(): Promise<void> {
    await this.#worker?.kill();
    await this.start();
  }

  async #takeLineDown(): Promise<void> {
    this.world.line?.goDown();
    await delay(SHORT_FAULT_MS);
    this.world.line?.comeUp();
  }

  async #loseAnswers(): Promise<void> {
    this.world.line?.loseAnswers();
    await delay(SHORT_FAULT_MS);
    this.world.line?.cut();
  }

  async #throttle(): Promise<void> {
    await this.world.behave({ throttleAbovePerSecond: 50 });
    await delay(SHORT_FAULT_MS);
    await this.world.behave({ throttleAbovePerSecond: null });
  }
}

/** What an administrator, a failover or a proxy does to every connection at once. */
export async function endDatabaseConnections(world: World): Promise<void> {
  const client = new pg.Client({ connectionString: world.api.databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    if (!rowCount) throw new Error('there was no connection to end');
  } finally {
    await client.end();
  }
}
