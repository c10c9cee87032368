import { laneNames, laneOfJob, lanes, type Job, type LaneName } from '#contracts';
import type { LaneQueue, QueueBackend } from './queue-backend.js';

/** A job that does not answer within this time counts as not enqueued; its outbox row stays. */
const ADD_TIMEOUT_MS = 5_000;

/** The producing side of all lanes. Use the outbox instead wherever a transaction is at hand. */
export class JobQueues {
  readonly #queues = new Map<LaneName, LaneQueue>();

  constructor(private readonly backend: QueueBackend) {}

  /**
   * Enqueues jobs, each into its lane.
   * @throws when the backend does not take them; some lanes may already have theirs, so callers repeat all
   */
  async addAll(jobs: readonly Job[]): Promise<void> {
    for (const lane of laneNames) {
      const ofLane = jobs.filter((job) => laneOfJob[job.name] === lane);
      if (ofLane.length === 0) continue;
      const queue = await withinTime(this.#openQueue(lane), lane);
      await withinTime(queue.addBulk(ofLane.map((job) => toBullJob(job, lane))), lane);
    }
  }

  /** Jobs by state in each lane, for health pages and drain helpers. */
  async countJobs(): Promise<Record<LaneName, Record<string, number>>> {
    const counts = await Promise.all(
      laneNames.map(async (lane) => {
        const queue = await withinTime(this.#openQueue(lane), lane);
        return [lane, await withinTime(queue.getJobCounts(), lane)] as const;
      }),
    );
    return Object.fromEntries(counts) as Record<LaneName, Record<string, number>>;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    await this.backend.close();
  }

  /**
   * Waits for the first connection before anything is added: an add that is given up while it still waits for that
   * connection would come true later, once for every try. A queue whose first connection failed never recovers by
   * itself, so it is dropped for the next try to open another.
   */
  async #openQueue(lane: LaneName): Promise<LaneQueue> {
    const queue = this.#queues.get(lane) ?? this.backend.openQueue(lane);
    this.#queues.set(lane, queue);
    try {
      await queue.waitUntilReady();
    } catch (error) {
      if (this.#queues.get(lane) === queue) this.#queues.delete(lane);
      await queue.close().catch(() => undefined);
      throw error;
    }
    return queue;
  }
}

function toBullJob(job: Job, lane: LaneName) {
  const { attempts, backoffMs, keepFailed } = lanes[lane];
  return {
    name: job.name,
    data: job.payload,
    opts: {
      attempts,
      backoff: { type: 'exponential', delay: backoffMs },
      removeOnComplete: true,
      removeOnFail: { count: keepFailed },
    },
  };
}

async function withinTime<T>(work: Promise<T>, lane: LaneName): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`lane ${lane} did not answer within ${ADD_TIMEOUT_MS} ms`)),
      ADD_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
