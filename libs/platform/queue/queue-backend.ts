import { createPostgresBackend, Queue, Worker, withBackend, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import { lanes, type LaneName } from '#contracts';
import type { Logger } from '../observability/logger.js';

/** Namespace of BullMQ's own tables when the queue runs on PostgreSQL. */
export const QUEUE_SCHEMA = 'bullmq';
const REDIS_CONNECT_TIMEOUT_MS = 5_000;
/** Connections of one queue or worker object on PostgreSQL; each also holds one more to LISTEN. */
const POSTGRES_POOL_PER_OBJECT = 2;
/** How often a worker looks for jobs whose worker died (rule B2). */
const STALLED_INTERVAL_MS = 5_000;
/** A crash loop must not turn a job into a failed one: PostgreSQL counts poison, not BullMQ (rule B2). */
const MAX_STALLED_COUNT = 20;

/** One lane seen by a producer. */
export interface LaneQueue {
  /** Resolves once the first connection stands; rejects for good when that one failed. */
  waitUntilReady(): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts?: object }[]): Promise<unknown>;
  getJobCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** One lane seen by a worker process. */
export interface LaneWorker {
  pause(doNotWaitActive?: boolean): Promise<unknown>;
  resume(): unknown;
  close(force?: boolean): Promise<void>;
}

/** Where BullMQ keeps its jobs. Both backends behave alike; the tests run on both (docs/adr/0001). */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  openQueue(lane: LaneName): LaneQueue;
  openWorker(lane: LaneName, processor: Processor): LaneWorker;
  close(): Promise<void>;
}

export interface QueueBackendOptions {
  redisUrl: string | undefined;
  databaseUrl: string;
  /** Prefix of Redis keys, so that several installations may share one server. */
  prefix?: string;
}

/** Chooses the backend: Redis when there is a `redisUrl`, else PostgreSQL. */
export function openQueueBackend(options: QueueBackendOptions, logger: Logger): QueueBackend {
  return options.redisUrl
    ? new RedisQueueBackend(options.redisUrl, options.prefix ?? 'carillon', logger)
    : new PostgresQueueBackend(options.databaseUrl, logger);
}

function workerOptions(lane: LaneName) {
  const { concurrency, lockMs } = lanes[lane];
  return {
    concurrency,
    lockDuration: lockMs,
    stalledInterval: STALLED_INTERVAL_MS,
    maxStalledCount: MAX_STALLED_COUNT,
  };
}

class RedisQueueBackend implements QueueBackend {
  readonly kind = 'redis';
  readonly #connections: Redis[] = [];
  #producer: Redis | undefined;

  constructor(
    private readonly url: string,
    private readonly prefix: string,
    private readonly logger: Logger,
  ) {}

  openQueue(lane: LaneName): LaneQueue {
    // A producer fails at once while Redis is away: the outbox keeps the job and tries again (rule B9).
    this.#producer ??= this.#connect({ enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    const queue = new Queue(lane, { connection: this.#producer, prefix: this.prefix });
    queue.on('error', (error) => this.logger.warn({ err: error, lane }, 'queue connection failed'));
    return queue;
  }

  openWorker(lane: LaneName, processor: Processor): LaneWorker {
    const connection = this.#connect({ maxRetriesPerRequest: null });
    const worker = new Worker(lane, processor, { connection, prefix: this.prefix, ...workerOptions(lane) });
    worker.on('error', (error) => this.logger.warn({ err: error, lane }, 'worker connection failed'));
    return worker;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.disconnect();
  }

  #connect(options: { enableOfflineQueue?: boolean; maxRetriesPerRequest: number | null }): Redis {
    const connection = new Redis(this.url, { connectTimeout: REDIS_CONNECT_TIMEOUT_MS, ...options });
    connection.on('error', (error: Error) => this.logger.debug({ err: error }, 'redis connection error'));
    this.#connections.push(connection);
    return connection;
  }
}

const onPostgres = withBackend(createPostgresBackend);

class PostgresQueueBackend implements QueueBackend {
  readonly kind = 'postgres';

  constructor(
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  openQueue(lane: LaneName): LaneQueue {
    const queue = new onPostgres.Queue(lane, { connection: this.#connection() });
    queue.on('error', (error) => this.logger.warn({ err: error, lane }, 'queue connection failed'));
    return queue;
  }

  openWorker(lane: LaneName, processor: Processor): LaneWorker {
    const worker = new onPostgres.Worker(lane, processor, {
      connection: this.#connection(),
      ...workerOptions(lane),
    });
    worker.on('error', (error) => this.logger.warn({ err: error, lane }, 'worker connection failed'));
    return worker;
  }

  async close(): Promise<void> {
    // Each queue and worker owns its pool and closes it itself.
  }

  #connection() {
    return {
      connectionString: this.url,
      schema: QUEUE_SCHEMA,
      max: POSTGRES_POOL_PER_OBJECT,
      keepAlive: true,
      skipMigrations: true,
    };
  }
}
