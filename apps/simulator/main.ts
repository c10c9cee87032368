import { createLogger, loadSettings } from '#platform';
import { createSimulator } from './simulator.js';

const settings = loadSettings();
const logger = createLogger('simulator', settings.logLevel);
const simulator = await createSimulator({
  host: settings.host,
  httpPort: settings.simulatorPort,
  smppPort: settings.simulatorSmppPort,
  logger,
});

/** A client that does not close its connection must not keep the process alive. */
const STOP_LIMIT_MS = 5_000;

async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await simulator.stop();
  process.exit(0);
}

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.once('disconnect', () => void stop());
logger.info({ smppPort: simulator.smppPort, page: `${simulator.httpUrl}/simulator` }, 'the simulator is up');
process.send?.({ ready: true, smppPort: simulator.smppPort, httpUrl: simulator.httpUrl });
