import { migrate, runProcess } from '#platform';
import { migrations } from '../../migrations/index.js';
import { createWorker } from './create-worker.js';

runProcess('worker', async (settings, logger) => {
  if (settings.databaseUrl) await migrate(settings.databaseUrl, migrations, logger);
  return createWorker(settings, logger);
});
