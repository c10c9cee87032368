import { laneNames, laneOfJob, type JobName, type JobPayloads, type LaneName } from '#contracts';
import type { Logger } from '../observability/logger.js';
import type { LaneWorker, QueueBackend } from './queue-backend.js';

/** What a processor may know of its run. */
export interface JobContext {
  /** Aborted when the process is asked to stop or the job's lock is lost: stop claiming, finish what is on the wire. */
  readonly signal: AbortSignal;
}

/** Does one kind of job. Translates the payload into one use case call and nothing more. */
export interface JobProcessor<Name extends JobName = JobName> {
  readonly job: Name;
  run(payload: JobPayloads[Name], context: JobContext): Promise<void>;
}

/** A processor of any job; method parameters are bivariant, so the array of all processors has this type. */
export type AnyJobProcessor = { [Name in JobName]: JobProcessor<Name> }[JobName];

/** Longest wait for running jobs at shutdown (rule B10: BullMQ itself would wait without limit). */
const CLOSE_TIMEOUT_MS = 30_000;

/** Runs the jobs of the chosen lanes. */
export class JobWorkers {
  readonly #processors = new Map<string, AnyJobProcessor>();
  readonly #workers = new Map<LaneName, LaneWorker>();
  readonly #stopping = new AbortController();

  /**
   * @param processors exactly one per job name
   * @throws Error naming every job without a processor or with two: such a worker must not start
   */
  constructor(
    private readonly backend: QueueBackend,
    processors: readonly AnyJobProcessor[],
    private readonly logger: Logger,
  ) {
    const problems: string[] = [];
    for (const processor of processors) {
      if (this.#processors.has(processor.job)) problems.push(`job ${processor.job} has two processors`);
      this.#processors.set(processor.job, processor);
    }
    for (const name of Object.keys(laneOfJob)) {
      if (!this.#processors.has(name)) problems.push(`job ${name} has no processor`);
    }
    if (problems.length > 0) throw new Error(`The worker cannot start: ${problems.join('; ')}.`);
  }

  /** @param only lanes to serve; all when empty */
  start(only: readonly LaneName[] = []): void {
    for (const lane of laneNames) {
      if (only.length > 0 && !only.includes(lane)) continue;
      this.#workers.set(
        lane,
        this.backend.openWorker(lane, async (job, _token, signal) => this.#run(job.name, job.data, signal)),
      );
    }
  }

  /** Stops taking jobs, tells the running ones, and waits for them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const closing = Promise.allSettled([...this.#workers.values()].map((worker) => worker.close()));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.logger.warn('jobs still run at the end of the shutdown time; their work is found again later');
        resolve();
      }, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([closing, expired]);
    clearTimeout(timer);
    await this.backend.close();
  }

  async #run(name: string, payload: unknown, signal: AbortSignal | undefined): Promise<void> {
    const processor = this.#processors.get(name);
    // An unknown job comes from a newer release: failing keeps it for that release's workers to retry.
    if (!processor) throw new Error(`no processor for job ${name}`);
    const signals = signal ? [this.#stopping.signal, signal] : [this.#stopping.signal];
    try {
      await processor.run(payload as never, { signal: AbortSignal.any(signals) });
    } catch (error) {
      this.logger.error({ err: error, job: name }, 'job failed');
      throw error;
    }
  }
}
