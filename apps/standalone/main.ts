import { createLogger, loadSettings, SettingsError } from '#platform';
import { startCarillon } from './start-carillon.js';

/** Longest time until everything has stopped. */
const STOP_TIMEOUT_MS = 40_000;

async function main(): Promise<void> {
  const settings = loadSettings();
  const logger = createLogger('carillon', settings.logLevel);
  const carillon = await startCarillon(settings, logger);
  console.log(carillon.banner);
  process.send?.({ ready: true });
  const stop = () => {
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
    // A second Ctrl-C shall not kill the database in the middle of its shutdown.
    process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    console.log('Stopping …');
    carillon.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'Carillon did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('disconnect', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
