import { loadSettings, SettingsError, type Settings } from '../config/settings.js';
import { createLogger, type Logger } from '../observability/logger.js';

/** A process that was started and can be stopped. */
export interface RunningProcess {
  /** Told to the parent process, e.g. the URL it serves. */
  readonly ready?: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Everything stops within this time; the caller of SIGTERM may count on 40 s (rule S9). */
const STOP_TIMEOUT_MS = 38_000;

/**
 * Runs one of Carillon's processes: reads the settings, starts it, tells the parent that it is ready, and stops it on
 * SIGTERM, Ctrl-C or the end of the parent.
 *
 * @param name shown in every line of the log
 */
export function runProcess(
  name: string,
  start: (settings: Settings, logger: Logger) => Promise<RunningProcess>,
): void {
  launch(name, start).catch((error: unknown) => {
    // Settings errors are written for people: a stack would only hide the line that helps.
    console.error(error instanceof SettingsError ? error.message : error);
    process.exit(1);
  });
}

async function launch(
  name: string,
  start: (settings: Settings, logger: Logger) => Promise<RunningProcess>,
): Promise<void> {
  const settings = loadSettings();
  const logger = createLogger(name, settings.logLevel);
  const running = await start(settings, logger);
  stopOnSignal(name, running, logger);
  process.send?.({ ready: true, ...running.ready });
}

function stopOnSignal(name: string, running: RunningProcess, logger: Logger): void {
  let isStopping = false;
  const stop = (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ reason }, `the ${name} stops`);
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, `the ${name} did not stop cleanly`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => stop('the parent process ended'));
}
