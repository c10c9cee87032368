import { createLogger } from '../observability/logger.js';
import { Periodic } from './periodic.js';

const LOGGER = createLogger('tests', 'silent');
const LONG_MS = 3_600_000;
/** Lets everything that is due run. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

/** Work whose runs the test ends one by one. */
class Runs {
  begun = 0;
  atOnce = 0;
  most = 0;
  #ends: { resolve(): void; reject(error: Error): void }[] = [];

  readonly work = async (): Promise<void> => {
    this.begun++;
    this.most = Math.max(this.most, ++this.atOnce);
    try {
      await new Promise<void>((resolve, reject) => this.#ends.push({ resolve, reject }));
    } finally {
      this.atOnce--;
    }
  };

  async end(error?: Error): Promise<void> {
    const end = this.#ends.shift();
    if (error) end?.reject(error);
    else end?.resolve();
    await settle();
  }
}

describe('periodic work', () => {
  it('runs at once, then after each pause', async () => {
    const runs: number[] = [];
    let periodic: Periodic | undefined;
    await new Promise<void>((done) => {
      const work = async () => {
        if (runs.push(performance.now()) === 4) done();
      };
      periodic = new Periodic('test', 5, work, LOGGER);
      periodic.start();
    });
    await periodic?.stop();
    const pauses = runs.slice(1).map((at, index) => at - (runs[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4);
  });

  it('never overlaps: pokes during a run make exactly one more', async () => {
    const runs = new Runs();
    const periodic = new Periodic('test', LONG_MS, runs.work, LOGGER);
    periodic.start();
    for (let poke = 0; poke < 10; poke++) periodic.poke();
    expect(runs.begun).toBe(1);
    await runs.end();
    expect(runs.begun).toBe(2);
    await runs.end();
    expect([runs.begun, runs.most]).toEqual([2, 1]);
    await periodic.stop();
  });

  it('goes on after a failure', async () => {
    const runs = new Runs();
    const periodic = new Periodic('test', LONG_MS, runs.work, LOGGER);
    periodic.start();
    await runs.end(new Error('the database is away'));
    periodic.poke();
    expect(runs.begun).toBe(2);
    await runs.end();
    await periodic.stop();
  });

  it('is over when stop resolves, which waits for the run under way', async () => {
    const runs = new Runs();
    const periodic = new Periodic('test', 0, runs.work, LOGGER);
    periodic.start();
    periodic.poke();
    let isStopped = false;
    const stopped = periodic.stop().then(() => (isStopped = true));
    await settle();
    expect(isStopped).toBe(false);
    await runs.end();
    await stopped;
    periodic.poke();
    await settle();
    expect(runs.begun).toBe(1);
  });

  it('does nothing before it is started, and starts only once', async () => {
    const runs = new Runs();
    const periodic = new Periodic('test', LONG_MS, runs.work, LOGGER);
    periodic.poke();
    expect(runs.begun).toBe(0);
    periodic.start();
    periodic.start();
    await runs.end();
    expect(runs.begun).toBe(1);
    await periodic.stop();
  });
});
