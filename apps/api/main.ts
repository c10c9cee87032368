import { SeedAdminUseCase } from '#accounts';
import { createDataSource, createLogger, loadSettings, migrate, SettingsError, type Logger } from '#platform';
import { migrations } from '../../migrations/index.js';
import { createApiApp } from './create-api-app.js';

/** Open event streams never end by themselves. */
const STOP_TIMEOUT_MS = 15_000;

async function main(): Promise<void> {
  const settings = loadSettings();
  const logger = createLogger('api', settings.logLevel);
  if (settings.databaseUrl) await migrateDatabase(settings.databaseUrl, logger);
  const app = await createApiApp(settings, logger);
  await app.get(SeedAdminUseCase).execute();
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  logger.info({ url }, 'the api listens');
  process.send?.({ ready: true, url });
  stopOnSignal(() => app.close(), logger);
}

/** All processes do this at start; the first one works, the others find nothing left to do. */
async function migrateDatabase(url: string, logger: Logger): Promise<void> {
  const options = { url, poolSize: 1, applicationName: 'carillon-migrations', migrations };
  const dataSource = createDataSource(options, logger);
  await dataSource.initialize();
  try {
    await migrate(dataSource, url);
  } finally {
    await dataSource.destroy();
  }
}

/** SIGTERM, Ctrl-C, and the end of the parent process all mean the same: answer what is open and go. */
function stopOnSignal(close: () => Promise<void>, logger: Logger): void {
  let isStopping = false;
  const stop = (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ reason }, 'the api stops');
    setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the api did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => stop('the parent process ended'));
}

main().catch((error: unknown) => {
  // Settings errors are written for people: a stack would only hide the line that helps.
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
