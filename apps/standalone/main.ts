import { createLogger, loadSettings, SettingsError } from '#platform';
import { startCarillon } from './start-carillon.js';
import { StartError } from './start-error.js';

/** Longest time until everything has stopped. */
const STOP_TIMEOUT_MS = 40_000;
const PARENT_CHECK_MS = 250;

async function main(): Promise<void> {
  const settings = loadSettings();
  const logger = createLogger('carillon', settings.logLevel);
  const carillon = await startCarillon(settings, logger);
  console.log(carillon.banner);
  process.send?.({ ready: true });
  const stop = (exitCode = 0) => {
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
    // A second Ctrl-C shall not kill the database in the middle of its shutdown.
    process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    console.log('Stopping …');
    carillon.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, 'Carillon did not stop cleanly');
        process.exit(1);
      },
    );
  };
  const stopCleanly = () => stop();
  process.on('SIGINT', stopCleanly).on('SIGTERM', stopCleanly).on('disconnect', stopCleanly);
  // Whoever supervises this process starts it again; its database comes back with it.
  void carillon.failed.then(() => stop(1));
  if (process.env.npm_lifecycle_event) stopWithParent(stopCleanly);
}

/**
 * `npm start` puts a shell between npm and this process, and a shell that gets SIGTERM dies without passing it on. Whoever
 * stops npm means Carillon, so the end of the shell counts as a signal.
 */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, PARENT_CHECK_MS);
  watch.unref();
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError || error instanceof StartError ? error.message : error);
  process.exit(1);
});
