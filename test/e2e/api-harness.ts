import { randomInt } from 'node:crypto';
import { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { SeedAdminUseCase } from '#accounts';
import { createApiApp } from '#apps/api';
import { loadSettings, SecretBox, type Database } from '#platform';
import { createTestDatabase } from '#testing';

export const PASSWORD = 'correct horse battery';
const ADMIN = { email: 'admin@carillon.local', password: 'admin of the tests' };

/** JSON as a test reads it: any field may be looked at, and a missing one is undefined. */
export interface Json {
  readonly [field: string]: Json;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; an empty object when the answer is none. */
  readonly body: Json;
  readonly text: string;
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it stands instead of `body`. */
  rawBody?: string;
  headers?: Record<string, string>;
  cookie?: string | undefined;
  apiKey?: string;
}

export interface TestAccount {
  /** The public id. */
  id: string;
  email: string;
  phone: string;
  cookie: string;
}

/** An api on a port and a database of its own. */
export class TestApi {
  constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    readonly databaseUrl: string,
    readonly url: string,
    readonly logLines: string[],
    readonly stop: () => Promise<void>,
  ) {}

  async call(method: string, path: string, options: CallOptions = {}): Promise<ApiAnswer> {
    const { body, rawBody, cookie, apiKey } = options;
    const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookie ? { Cookie: cookie } : {}),
        ...(apiKey ? { Authorization: `Bearer ${apiKey}` } : {}),
        ...options.headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed = (isJson ? JSON.parse(text) : {}) as Json;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** A new account whose phone is not proved yet. */
  async register(phone = makePhone(), email = makeEmail()): Promise<TestAccount & { answer: ApiAnswer }> {
    const body = { email, password: PASSWORD, company: 'Lantern Books', phone, country: 'TW' };
    const answer = await this.call('POST', '/v1/auth/sign-up', { body });
    if (answer.status !== 201) throw new Error(`sign-up failed: ${answer.text}`);
    return { id: textOf(answer.body.account?.id), email, phone, cookie: cookieOf(answer), answer };
  }

  /** A new account with a proved phone and its trial points. */
  async signUp(): Promise<TestAccount> {
    const { answer: _, ...account } = await this.register();
    const check = await this.checkCode(account, await this.readCode(account.phone));
    if (check.status !== 200) throw new Error(`the phone was not proved: ${check.text}`);
    return account;
  }

  checkCode(account: { cookie: string }, code: string): Promise<ApiAnswer> {
    return this.call('POST', '/v1/auth/phone/check', { cookie: account.cookie, body: { code } });
  }

  async createApiKey(account: TestAccount, scopes: string[]): Promise<string> {
    const body = { name: 'tests', scopes };
    const answer = await this.call('POST', '/v1/api-keys', { cookie: account.cookie, body });
    return textOf(answer.body.key);
  }

  async signInAdmin(): Promise<string> {
    const answer = await this.call('POST', '/v1/auth/sign-in', { body: ADMIN });
    if (answer.status !== 200) throw new Error(`the admin cannot sign in: ${answer.text}`);
    return cookieOf(answer);
  }

  /** The newest code on its way to a phone, opened as the worker would when it hands the text to the carrier. */
  async readCode(phone: string): Promise<string> {
    const [message] = await this.database.inSystem((tx) =>
      tx.query<{ id: bigint; sealed: Buffer }>(
        `SELECT m.id, s.sealed FROM messages m JOIN message_secrets s ON s.message_id = m.id
         WHERE m.recipient = $1 ORDER BY m.id DESC LIMIT 1`,
        [phone],
      ),
    );
    if (!message) throw new Error('no code is on its way to this phone');
    const text = this.app.get(SecretBox).open('message-text', String(message.id), message.sealed);
    return /\d{6}/.exec(text)?.[0] ?? '';
  }
}

/** @param environment settings on top of those of every test */
export async function startApi(environment: Record<string, string> = {}): Promise<TestApi> {
  const test = await createTestDatabase({ poolSize: 8 });
  const { url: databaseUrl, database } = test;
  const settings = loadSettings({
    DATABASE_URL: databaseUrl,
    NODE_ENV: 'test',
    PORT: '0',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...environment,
  });
  const logLines: string[] = [];
  const keepLine = new Writable({
    write(line: Buffer, _encoding, done) {
      logLines.push(line.toString());
      done();
    },
  });
  const app = await createApiApp(settings, pino({ level: 'trace' }, keepLine));
  await app.get(SeedAdminUseCase).execute();
  await app.listen(0, '127.0.0.1');
  const stop = async () => {
    await app.close();
    await test.drop();
  };
  return new TestApi(app, database, databaseUrl, await app.getUrl(), logLines, stop);
}

/** The session cookie of an answer, as a browser would send it back. */
export const cookieOf = (answer: ApiAnswer): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';

/** A Taiwanese mobile number that no other test uses. */
export const makePhone = (): string => `+88691${randomInt(1_000_000, 10_000_000)}`;

export const makeEmail = (): string => `owner-${randomInt(2 ** 47)}@shop.example`;

/** A value of an answer as text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : String(JSON.stringify(value));

/** Another code of six digits. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** What a test usually asks of a refusal. */
export const refusalOf = ({ status, headers, body }: ApiAnswer) => ({
  status,
  code: body.code,
  contentType: headers.get('content-type')?.split(';')[0],
});

export const refusal = (status: number, code: string) => ({
  status,
  code,
  contentType: 'application/problem+json',
});
