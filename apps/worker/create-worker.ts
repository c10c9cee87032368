import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DiskStorage, parseSmppUrl, SmppGateway } from '#adapters';
import { CampaignsModule, ExpandCampaignUseCase } from '#campaigns';
import { ImportsModule, RunImportUseCase } from '#contacts';
import { laneNames, type LaneName } from '#contracts';
import { CreditsModule, VerifyLedgerUseCase } from '#credits';
import {
  GatewayHost,
  MessageListener,
  SendBatchUseCase,
  SendingModule,
  type GatewayConfiguration,
} from '#messaging';
import {
  JobWorkers,
  NestLogger,
  openQueueBackend,
  PlatformModule,
  type AnyJobProcessor,
  type Logger,
  type PlatformOptions,
  type RunningProcess,
  type Settings,
} from '#platform';
import { ExpandCampaignProcessor } from './processors/expand-campaign.processor.js';
import { RunImportProcessor } from './processors/run-import.processor.js';
import { SendBatchProcessor } from './processors/send-batch.processor.js';
import { VerifyLedgerProcessor } from './processors/verify-ledger.processor.js';
import { Schedules, type Locate } from './schedules.js';

/** Set-based work on a million rows takes longer than a request may. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** What a test may replace. */
export type WorkerOverrides = Partial<Pick<PlatformOptions, 'clock' | 'queuePrefix'>> & {
  gateways?: readonly GatewayConfiguration[];
  /** Called before anything runs. */
  configure?: (locate: Locate) => void;
};

@Module({})
class WorkerModule {
  static forRoot(platform: PlatformOptions, gateways: readonly GatewayConfiguration[]): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        PlatformModule.forRoot(platform),
        CreditsModule,
        ImportsModule.forRoot(({ dataDir }) => new DiskStorage(dataDir)),
        SendingModule.forRoot(gateways),
        CampaignsModule,
      ],
    };
  }
}

/**
 * Starts a worker: binds to the carriers, runs jobs and schedules. The schema must be up to date.
 * @throws Error when a job has no processor, a setting is wrong or the database does not answer
 */
export async function createWorker(
  settings: Settings,
  logger: Logger,
  overrides: WorkerOverrides = {},
): Promise<RunningProcess> {
  const { gateways = configureGateways(settings, logger), configure, ...platformOverrides } = overrides;
  const platform: PlatformOptions = {
    settings,
    logger,
    applicationName: 'carillon-worker',
    entities: [],
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    ...platformOverrides,
  };
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(platform, gateways), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const locate: Locate = (type) => app.get(type, { strict: false });
  configure?.(locate);
  const schedules = new Schedules(locate, logger);
  const jobs = openJobWorkers(platform, locate, () => schedules.feed());
  const host = locate(GatewayHost);
  const listener = locate(MessageListener);
  host.start((gatewayId) => listener.of(gatewayId));
  jobs.start(readLanes(settings));
  schedules.start();
  return {
    close: async () => {
      // Stop claiming, let what is on the wire be answered, store what was said, and only then unbind (rule S9).
      await schedules.stop();
      await jobs.stop();
      await host.stop();
      await listener.drain();
      await app.close();
    },
  };
}

function openJobWorkers(platform: PlatformOptions, locate: Locate, feed: () => void): JobWorkers {
  const { settings, logger, queuePrefix } = platform;
  const sendBatch = locate(SendBatchUseCase);
  const processors: AnyJobProcessor[] = [
    new SendBatchProcessor('messages.send-otp', sendBatch, feed),
    new SendBatchProcessor('messages.send-transactional', sendBatch, feed),
    new SendBatchProcessor('messages.send-bulk', sendBatch, feed),
    new ExpandCampaignProcessor(locate(ExpandCampaignUseCase), feed),
    new RunImportProcessor(locate(RunImportUseCase)),
    new VerifyLedgerProcessor(locate(VerifyLedgerUseCase), logger),
  ];
  const prefix = queuePrefix ? { prefix: queuePrefix } : {};
  const options = { redisUrl: settings.redisUrl, databaseUrl: settings.databaseUrl ?? '', ...prefix };
  return new JobWorkers(openQueueBackend(options, logger), processors, logger);
}

/** The carriers of this worker. Without SMPP_URL it serves everything but sending. */
function configureGateways(settings: Settings, logger: Logger): GatewayConfiguration[] {
  if (!settings.smppUrl) {
    logger.warn('SMPP_URL is not set: this worker sends nothing');
    return [];
  }
  const smpp = parseSmppUrl(settings.smppUrl);
  return [
    {
      name: smpp.name,
      maxBinds: smpp.maxBinds,
      open: () => new SmppGateway(smpp, (level, event, details) => logger[level](details, event)),
    },
  ];
}

/** @throws Error naming the lane that does not exist */
function readLanes(settings: Settings): LaneName[] {
  return settings.workerLanes.map((name) => {
    const lane = laneNames.find((known) => known === name);
    if (!lane) throw new Error(`WORKER_LANES: ${name} is no lane; there are ${laneNames.join(', ')}`);
    return lane;
  });
}
