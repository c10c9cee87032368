import { NestFactory } from '@nestjs/core';
import { CampaignsModule } from '#campaigns';
import { CreditsModule, VerifyLedgerUseCase } from '#credits';
import {
  createLogger,
  findRunningPostgres,
  loadSettings,
  NestLogger,
  PlatformModule,
  type Settings,
} from '#platform';

/**
 * `npm run ledger:verify`: proves every point once, says what it found, and exits with 1 when something is wrong.
 * Runs beside a live installation; without DATABASE_URL it asks the embedded database of DATA_DIR.
 */
async function main(): Promise<void> {
  const settings = await withDatabase(loadSettings());
  const logger = createLogger('ledger:verify', 'warn');
  const platform = PlatformModule.forRoot({
    settings,
    logger,
    applicationName: 'carillon-ledger-verify',
    entities: [],
  });
  const module = { module: class LedgerVerification {}, imports: [platform, CreditsModule, CampaignsModule] };
  const app = await NestFactory.createApplicationContext(module, { logger: new NestLogger(logger) });
  const { isBalanced, problems } = await app.get(VerifyLedgerUseCase, { strict: false }).execute({});
  await app.close();
  for (const problem of problems) console.error(problem);
  console.log(
    isBalanced ? 'The ledger is balanced.' : `The ledger is NOT balanced: ${problems.length} problems.`,
  );
  process.exit(isBalanced ? 0 : 1);
}

async function withDatabase(settings: Settings): Promise<Settings> {
  if (settings.databaseUrl) return settings;
  const databaseUrl = await findRunningPostgres(settings.dataDir);
  if (databaseUrl) return { ...settings, databaseUrl };
  throw new Error(
    `No database: set DATABASE_URL, or run npm start first (nothing runs on ${settings.dataDir}).`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
