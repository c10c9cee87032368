import { Global, Module, type DynamicModule, type OnApplicationShutdown, Inject } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Clock } from '#domain';
import type { Settings } from './config/settings.js';
import { createDataSource } from './database/data-source.js';
import { Database, SYSTEM_ROLE } from './database/database.js';
import type { Logger } from './observability/logger.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxDispatcher } from './outbox/outbox-dispatcher.js';
import { JobQueues } from './queue/job-queues.js';
import { openQueueBackend } from './queue/queue-backend.js';
import { SecretBox } from './secrets/secret-box.js';
import { SystemClock } from './time/system-clock.js';

/** Injection tokens of things that are not classes. */
export const SETTINGS = Symbol('Settings');
export const LOGGER = Symbol('Logger');
export const CLOCK = Symbol('Clock');

export interface PlatformOptions {
  settings: Settings;
  logger: Logger;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  entities: EntityTarget<ObjectLiteral>[];
  clock?: Clock;
  /** Prefix of Redis keys, for installations that share a server. */
  queuePrefix?: string;
  /** Longest statement of this process; the worker's set-based work needs more than a request may take. */
  statementTimeoutMs?: number;
}

/** What every process has: database, outbox, queues, secrets, clock. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OutboxDispatcher) private readonly dispatcher: OutboxDispatcher,
    @Inject(JobQueues) private readonly queues: JobQueues,
  ) {}

  static forRoot(options: PlatformOptions): DynamicModule {
    const { settings, logger } = options;
    const databaseUrl = settings.databaseUrl;
    if (!databaseUrl)
      throw new Error('DATABASE_URL is not set; npm start sets it to the embedded PostgreSQL.');
    const { secretKey } = settings;
    if (!secretKey) throw new Error('SECRET_KEY is not set.');
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: CLOCK, useValue: options.clock ?? new SystemClock() },
      { provide: SecretBox, useValue: new SecretBox(secretKey) },
      { provide: Database, useFactory: () => openDatabase(options, databaseUrl) },
      { provide: Outbox, useValue: new Outbox() },
      { provide: JobQueues, useFactory: () => openQueues(options, databaseUrl) },
      {
        provide: OutboxDispatcher,
        useFactory: startDispatcher(logger),
        inject: [Database, JobQueues, Outbox],
      },
    ];
    return { module: PlatformModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.stop();
    await this.queues.close();
    await this.database.close();
  }
}

async function openDatabase(options: PlatformOptions, url: string): Promise<Database> {
  const { settings, applicationName, entities, statementTimeoutMs, logger } = options;
  const source = { url, poolSize: settings.databasePoolSize, applicationName, entities, role: SYSTEM_ROLE };
  const dataSource = createDataSource(
    { ...source, ...(statementTimeoutMs ? { statementTimeoutMs } : {}) },
    logger,
  );
  return new Database(await dataSource.initialize());
}

function openQueues({ settings, logger, queuePrefix }: PlatformOptions, databaseUrl: string): JobQueues {
  const prefix = queuePrefix ? { prefix: queuePrefix } : {};
  return new JobQueues(openQueueBackend({ redisUrl: settings.redisUrl, databaseUrl, ...prefix }, logger));
}

function startDispatcher(logger: Logger) {
  return (database: Database, queues: JobQueues, outbox: Outbox) => {
    const dispatcher = new OutboxDispatcher(database, queues, outbox, logger);
    dispatcher.start();
    return dispatcher;
  };
}
