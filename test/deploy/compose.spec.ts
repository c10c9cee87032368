import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { parse } from 'yaml';
import { loadSettings, settingHelp } from '#platform';
import { createTestDatabase, type TestDatabase } from '#testing';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Service {
  image?: string;
  build?: unknown;
  command: string[];
  container_name?: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const dockerfile = read('Dockerfile');
const own = ['api', 'worker', 'simulator'];

function serviceOf(name: string): Service {
  const service = compose.services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** The text as compose would fill it in: `:-` replaces empty variables too, `-` and `:?` have their usual meaning. */
function interpolate(text: string, variables: Record<string, string>): string {
  return text.replace(
    /\$\{([A-Z_]+)(:?[-?])?([^}]*)\}/g,
    (_, name: string, given: string | undefined, rest: string) => {
      const operator = given ?? '';
      const value = variables[name];
      const isMissing = value === undefined || (operator.startsWith(':') && value === '');
      if (!isMissing) return value;
      if (operator.endsWith('?')) throw new Error(`${name} is required: ${rest}`);
      return rest;
    },
  );
}

function environmentOf(name: string, variables: Record<string, string>): Record<string, string> {
  const entries = Object.entries(serviceOf(name).environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, interpolate(value, variables)]));
}

const SECRETS = {
  SECRET_KEY: 'k'.repeat(32),
  ADMIN_PASSWORD: 'a password of nobody',
  POSTGRES_PASSWORD: 'secret',
};

describe('docker-compose.yml', () => {
  it('has api, worker, simulator, PostgreSQL and Redis, each with a health check', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'postgres', 'redis', 'simulator', 'worker']);
    for (const [name, { healthcheck }] of Object.entries(compose.services)) {
      expect([name, healthcheck?.test[0]]).toEqual([name, 'CMD']);
    }
  });

  it('keeps the queue in an append-only Redis that never evicts', () => {
    expect(serviceOf('redis').command.join(' ')).toBe(
      'redis-server --appendonly yes --maxmemory-policy noeviction',
    );
  });

  it('lets workers be scaled: no name, no port and no folder of one container', () => {
    const { container_name, ports, volumes } = serviceOf('worker');
    expect({ container_name, ports, volumes }).toEqual({ volumes: ['data:/data'] });
  });

  it('publishes the api alone', () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name)).toEqual(['api']);
  });

  it('starts api and worker once PostgreSQL and Redis are healthy', () => {
    const healthy = { postgres: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } };
    expect(serviceOf('api').depends_on).toEqual(healthy);
    expect(serviceOf('worker').depends_on).toEqual(healthy);
  });

  it('shares the folder of uploads between api and worker', () => {
    for (const name of ['api', 'worker']) {
      expect(serviceOf(name).volumes).toEqual(['data:/data']);
      expect(serviceOf(name).environment?.DATA_DIR).toBe('/data');
    }
    expect(Object.keys(compose.volumes)).toContain('data');
  });

  it('declares every volume it uses', () => {
    const used = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0]),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('gives the processes longer to stop than the 40 s they take', () => {
    for (const name of own) {
      expect(Number(/^(\d+)s$/.exec(serviceOf(name).stop_grace_period ?? '')?.[1])).toBeGreaterThan(40);
    }
  });

  it('names only settings that Carillon reads', () => {
    const known = Object.keys(settingHelp);
    const unknown = own.flatMap((name) =>
      Object.keys(serviceOf(name).environment ?? {}).filter((key) => !known.includes(key)),
    );
    expect(unknown).toEqual([]);
  });

  it.each(own)('gives the %s settings it starts with', (name) => {
    const settings = loadSettings(environmentOf(name, SECRETS));
    if (name === 'simulator') {
      expect([settings.simulatorPort, settings.simulatorSmppPort]).toEqual([3100, 2775]);
    } else {
      expect(settings.isProduction).toBe(true);
      expect(settings.databaseUrl).toBe('postgres://carillon:secret@postgres:5432/carillon');
    }
  });

  it.each(Object.keys(SECRETS))('does not start without %s', (secret) => {
    const without = { ...SECRETS, [secret]: '' };
    expect(() => own.map((name) => environmentOf(name, without))).toThrow(`${secret} is required`);
  });

  it('hides the page of phones when SIMULATOR_URL is set to nothing', () => {
    expect(loadSettings(environmentOf('api', SECRETS)).simulatorUrl).toBe('http://simulator:3100');
    expect(
      loadSettings(environmentOf('api', { ...SECRETS, SIMULATOR_URL: '' })).simulatorUrl,
    ).toBeUndefined();
  });

  it('looks for the simulator where it listens', () => {
    const { simulatorUrl } = loadSettings(environmentOf('api', SECRETS));
    const { smppUrl } = loadSettings(environmentOf('worker', SECRETS));
    const { simulatorPort, simulatorSmppPort } = loadSettings(environmentOf('simulator', SECRETS));
    expect(new URL(String(simulatorUrl)).host).toBe(`simulator:${simulatorPort}`);
    expect(new URL(String(smppUrl)).host).toBe(`simulator:${simulatorSmppPort}`);
  });
});

describe('the Dockerfile', () => {
  it('runs as a user without rights, who owns the folder of uploads', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/chown node:node \/data/);
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('\nCMD'));
  });

  it('has the program that each service runs', () => {
    for (const name of own) {
      const entry = serviceOf(name).command.at(-1) ?? '';
      expect(entry).toBe(`dist/apps/${name}/main.js`);
      expect(existsSync(join(root, entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
    }
  });

  it('copies only what is there and not ignored', () => {
    const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.length).toBeGreaterThan(4);
    for (const name of copied) {
      expect([name, existsSync(join(root, name))]).toEqual([name, true]);
      expect(allowed).toContain(name.split('/')[0]);
    }
  });
});

describe("the worker's health check", () => {
  let testDatabase: TestDatabase;
  beforeAll(async () => (testDatabase = await createTestDatabase({ poolSize: 4 })));
  afterAll(() => testDatabase.drop());

  /** Runs the check as the container would. */
  async function check(): Promise<number | null> {
    const [, command = '', ...flags] = serviceOf('worker').healthcheck?.test ?? [];
    const environment = { ...process.env, DATABASE_URL: testDatabase.url };
    const child = spawn(command, flags, { cwd: root, env: environment, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  it('passes while a worker of this address talks to the database, and fails without one', async () => {
    expect(await check()).toBe(1);
    const worker = new pg.Client({
      connectionString: testDatabase.url,
      application_name: 'carillon-worker',
    });
    await worker.connect();
    await worker.query('SELECT 1');
    expect(await check()).toBe(0);
    await worker.end();
  });
});
