import { SeedAdminUseCase } from '#accounts';
import { migrate, runProcess } from '#platform';
import { migrations } from '../../migrations/index.js';
import { createApiApp } from './create-api-app.js';

runProcess('api', async (settings, logger) => {
  if (settings.databaseUrl) await migrate(settings.databaseUrl, migrations, logger);
  const app = await createApiApp(settings, logger);
  await app.get(SeedAdminUseCase).execute();
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  logger.info({ url }, 'the api listens');
  return { ready: { url }, close: () => app.close() };
});
