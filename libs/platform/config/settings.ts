import { z } from 'zod';

/** The environment variables Carillon reads, each with its meaning; `.env.example` is tested against this record. */
export const settingHelp = {
  NODE_ENV: 'production switches seeded defaults off and secure cookies on',
  HOST: 'address the api listens on',
  PORT: 'port of the api, the API reference and the simulator page',
  PUBLIC_URL: 'address under which people reach the api; https makes cookies secure',
  DATA_DIR: 'folder for uploads and, without DATABASE_URL, the embedded PostgreSQL',
  DATABASE_URL: 'PostgreSQL 15 or newer; without it an embedded one is started',
  DATABASE_POOL_SIZE: 'connections each process may hold',
  REDIS_URL: 'Redis for BullMQ; without it BullMQ runs on PostgreSQL',
  SECRET_KEY:
    'at least 32 characters; keys one-time password MACs and stored secrets. Required in production',
  ADMIN_EMAIL: 'e-mail address of the first admin',
  ADMIN_PASSWORD: 'password of the first admin; required in production',
  SMPP_URL: 'smpp:// or smpps://systemId:password@host:port?window=100&binds=1&rate=0 of the carrier',
  SIMULATOR_URL: 'base URL of the carrier simulator; when set the api serves /simulator',
  SIMULATOR_PORT: 'port of the simulator page (0 picks a free one)',
  SIMULATOR_SMPP_PORT: 'SMPP port of the simulator (0 picks a free one)',
  WORKER_LANES: 'comma-separated lanes this worker serves; empty means all',
  DEFAULT_COUNTRY: 'ISO country of new accounts, used to read national phone numbers',
  LOG_LEVEL: 'fatal, error, warn, info, debug or trace',
} as const;

export type SettingName = keyof typeof settingHelp;

const port = z.coerce.number().int().min(0).max(65_535);
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? undefined : text.trim()));

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: optionalText.pipe(z.url().optional()),
  DATA_DIR: z.string().min(1).default('./.data'),
  DATABASE_URL: optionalText.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(4).max(200).default(16),
  REDIS_URL: optionalText.pipe(z.url({ protocol: /^rediss?$/ }).optional()),
  SECRET_KEY: optionalText.pipe(z.string().min(32).optional()),
  ADMIN_EMAIL: z.email().default('admin@carillon.local'),
  ADMIN_PASSWORD: optionalText.pipe(z.string().min(8).max(256).optional()),
  SMPP_URL: optionalText.pipe(z.url({ protocol: /^smpps?$/ }).optional()),
  SIMULATOR_URL: optionalText.pipe(z.url().optional()),
  SIMULATOR_PORT: port.default(0),
  SIMULATOR_SMPP_PORT: port.default(0),
  WORKER_LANES: optionalText,
  DEFAULT_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('TW'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
}) satisfies z.ZodObject<Record<SettingName, z.ZodType>>;

type Environment = z.output<typeof schema>;

/** Typed, frozen settings of one process. */
export interface Settings {
  readonly isProduction: boolean;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly redisUrl: string | undefined;
  readonly secretKey: string | undefined;
  readonly adminEmail: string;
  readonly adminPassword: string | undefined;
  readonly smppUrl: string | undefined;
  readonly simulatorUrl: string | undefined;
  readonly simulatorPort: number;
  readonly simulatorSmppPort: number;
  readonly workerLanes: readonly string[];
  readonly defaultCountry: string;
  readonly logLevel: string;
}

/** Raised at start when a variable is missing or malformed. Names the variables, never their values: they may be secrets. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(
      `Carillon cannot start with this environment:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = 'SettingsError';
  }
}

/** The admin password outside production when none is set; printed at start and refused in production. */
export const DEVELOPMENT_ADMIN_PASSWORD = 'carillon-admin';
/** Keys development secrets when SECRET_KEY is not set; refused in production. */
export const DEVELOPMENT_SECRET_KEY = 'carillon-development-secret-key-not-for-production';

/**
 * Reads and checks the environment once.
 *
 * @param environment usually `process.env`
 * @returns frozen settings
 * @throws SettingsError naming each bad variable with what it is for
 */
export function loadSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const known = Object.fromEntries(
    Object.keys(settingHelp).map((name) => [name, environment[name] || undefined]),
  );
  const parsed = schema.safeParse(known);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return `${name}: ${issue.message} (${settingHelp[name as SettingName]})`;
      }),
    );
  }
  refuseUnsafeProduction(parsed.data);
  return Object.freeze(toSettings(parsed.data));
}

function refuseUnsafeProduction(env: Environment): void {
  if (env.NODE_ENV !== 'production') return;
  const problems: string[] = [];
  if (!env.SECRET_KEY || env.SECRET_KEY === DEVELOPMENT_SECRET_KEY) {
    problems.push(`SECRET_KEY: required in production (${settingHelp.SECRET_KEY})`);
  }
  if (env.ADMIN_PASSWORD === DEVELOPMENT_ADMIN_PASSWORD) {
    problems.push('ADMIN_PASSWORD: the development default is refused in production');
  }
  if (problems.length > 0) throw new SettingsError(problems);
}

function toSettings(env: Environment): Settings {
  const isProduction = env.NODE_ENV === 'production';
  return {
    isProduction,
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: env.REDIS_URL,
    secretKey: env.SECRET_KEY ?? (isProduction ? undefined : DEVELOPMENT_SECRET_KEY),
    adminEmail: env.ADMIN_EMAIL.toLowerCase(),
    adminPassword: env.ADMIN_PASSWORD ?? (isProduction ? undefined : DEVELOPMENT_ADMIN_PASSWORD),
    smppUrl: env.SMPP_URL,
    simulatorUrl: env.SIMULATOR_URL,
    simulatorPort: env.SIMULATOR_PORT,
    simulatorSmppPort: env.SIMULATOR_SMPP_PORT,
    workerLanes: (env.WORKER_LANES ?? '')
      .split(',')
      .map((lane) => lane.trim())
      .filter(Boolean),
    defaultCountry: env.DEFAULT_COUNTRY,
    logLevel: env.LOG_LEVEL,
  };
}
