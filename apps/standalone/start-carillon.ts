import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  DEVELOPMENT_ADMIN_PASSWORD,
  findFreePort,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type Logger,
  type Settings,
} from '#platform';
import { SupervisedProcess } from './child-process.js';
import { lockFolder } from './folder-lock.js';
import { requireFreePort } from './free-port.js';

/** The simulator takes any login; a wide window shows what the pipeline can do. */
const SIMULATOR_LINK = 'name=simulator&window=300&binds=2';

export interface RunningCarillon {
  /** What to tell the person at the terminal. */
  readonly banner: string;
  /** Resolves when Carillon cannot go on: its embedded database has ended. */
  readonly failed: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts everything a laptop needs: PostgreSQL unless DATABASE_URL names one, the carrier simulator unless SMPP_URL
 * names a carrier, the worker and the api. Each runs as a process of its own.
 */
export async function startCarillon(settings: Settings, logger: Logger): Promise<RunningCarillon> {
  const dataDir = resolve(settings.dataDir);
  await mkdir(dataDir, { recursive: true });
  await requireFreePort(settings.port, settings.host);
  const lock = await lockFolder(dataDir);
  const postgres = settings.databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, logger });
  const started: SupervisedProcess[] = [];
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    // The worker goes first, while the carrier can still answer what is on the wire.
    for (const one of [...started].reverse()) await one.stop();
    await postgres?.stop();
    await lock.release();
  };
  const failed = new Promise<void>((settle) => {
    void postgres?.exited.then((exitCode) => {
      if (isStopping) return;
      logger.error({ exitCode }, 'the embedded PostgreSQL ended by itself');
      settle();
    });
  });
  try {
    await startProcesses(settings, { ...process.env, DATA_DIR: dataDir }, postgres, started, logger);
  } catch (error) {
    await stop();
    throw error;
  }
  return { banner: describe(settings, postgres), failed, stop };
}

async function startProcesses(
  settings: Settings,
  base: NodeJS.ProcessEnv,
  postgres: EmbeddedPostgres | undefined,
  started: SupervisedProcess[],
  logger: Logger,
): Promise<void> {
  const environment = { ...base, ...(postgres ? { DATABASE_URL: postgres.url } : {}) };
  const start = async (name: SupervisedProcess['name']) => {
    const one = new SupervisedProcess(name, environment, logger);
    started.push(one);
    await one.start();
  };
  const starting: Promise<void>[] = [];
  if (!settings.smppUrl) {
    Object.assign(environment, await chooseSimulatorAddresses(settings));
    starting.push(start('simulator'));
  }
  // Side by side: the worker keeps trying until the carrier is there, and the schema has a lock of its own.
  await Promise.all([...starting, start('api'), start('worker')]);
}

/** Ports are chosen here and kept, so that a simulator that is started again is found again. */
async function chooseSimulatorAddresses(settings: Settings): Promise<NodeJS.ProcessEnv> {
  const smppPort = settings.simulatorSmppPort || (await findFreePort());
  const httpPort = settings.simulatorPort || (await findFreePort());
  return {
    SIMULATOR_SMPP_PORT: String(smppPort),
    SIMULATOR_PORT: String(httpPort),
    SIMULATOR_URL: `http://127.0.0.1:${httpPort}`,
    SMPP_URL: `smpp://carillon:carillon@127.0.0.1:${smppPort}?${SIMULATOR_LINK}`,
  };
}

function describe(settings: Settings, postgres: EmbeddedPostgres | undefined): string {
  const url = `http://localhost:${settings.port}`;
  const isDefaultPassword = settings.adminPassword === DEVELOPMENT_ADMIN_PASSWORD;
  const password = isDefaultPassword ? DEVELOPMENT_ADMIN_PASSWORD : '(ADMIN_PASSWORD)';
  const lines = [
    '',
    `  Carillon is ready       ${url}`,
    `  API reference           ${url}/docs`,
    ...(settings.smppUrl ? [] : [`  Simulated phones        ${url}/simulator`]),
    `  Admin                   ${settings.adminEmail}  ${password}`,
    `  Database                ${postgres ? `embedded PostgreSQL under ${settings.dataDir}` : 'DATABASE_URL'}`,
    `  Queue                   BullMQ on ${settings.redisUrl ? 'Redis' : 'PostgreSQL'}`,
    '',
    '  npm run demo            plays a whole broadcast against it',
    '',
  ];
  return lines.join('\n');
}
