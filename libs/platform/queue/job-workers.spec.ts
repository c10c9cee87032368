import { laneOfJob, type JobName } from '#contracts';
import { createLogger } from '../observability/logger.js';
import { JobWorkers, type AnyJobProcessor } from './job-workers.js';
import type { LaneWorker, QueueBackend } from './queue-backend.js';

const names = Object.keys(laneOfJob) as JobName[];
const processorOf = (job: JobName): AnyJobProcessor => ({ job, run: async () => undefined });

/** A queue that only remembers which lanes were opened. */
class OpenedLanes implements QueueBackend {
  readonly kind = 'postgres';
  readonly lanes: string[] = [];
  isClosed = false;

  openQueue(): never {
    throw new Error('a worker produces nothing');
  }
  openWorker(lane: string): LaneWorker {
    this.lanes.push(lane);
    return { pause: async () => undefined, resume: () => undefined, close: async () => undefined };
  }
  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const open = (processors: readonly AnyJobProcessor[], backend = new OpenedLanes()) =>
  new JobWorkers(backend, processors, createLogger('tests', 'silent'));

describe('the workers of the lanes', () => {
  it.each(names)('do not start without a processor for %s', (missing) => {
    const processors = names.filter((name) => name !== missing).map(processorOf);
    expect(() => open(processors)).toThrow(`The worker cannot start: job ${missing} has no processor.`);
  });

  it('do not start with two processors for one job', () => {
    expect(() => open([...names, 'imports.run' as const].map(processorOf))).toThrow(
      'job imports.run has two processors',
    );
  });

  it('name every problem at once', () => {
    expect(() => open([])).toThrow(
      new RegExp(names.map((name) => `job ${name} has no processor`).join('; ')),
    );
  });

  it('serve every lane, or the chosen ones', async () => {
    const [all, some] = [new OpenedLanes(), new OpenedLanes()];
    const workers = open(names.map(processorOf), all);
    workers.start();
    expect(all.lanes.sort()).toEqual([...new Set(Object.values(laneOfJob))].sort());
    open(names.map(processorOf), some).start(['otp', 'bulk']);
    expect(some.lanes).toEqual(['otp', 'bulk']);
    await workers.stop();
    expect(all.isClosed).toBe(true);
  });
});
