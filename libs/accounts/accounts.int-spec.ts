import { newUuid } from '#domain';
import { createLogger, loadSettings, type Database } from '#platform';
import { createTestDatabase, type TestDatabase } from '#testing';
import { AttemptLimiter } from './attempts/attempt-limiter.js';
import { CreateApiKeyUseCase, MAX_API_KEYS } from './api-keys/create-api-key.use-case.js';
import { PasswordHasher } from './members/password-hasher.js';
import { RegisterAccountUseCase } from './members/register-account.use-case.js';
import { SeedAdminUseCase } from './members/seed-admin.use-case.js';
import { PrincipalReader } from './principal.reader.js';
import { OpenSessionUseCase } from './sessions/open-session.use-case.js';
import { SignInUseCase } from './sessions/sign-in.use-case.js';

const PASSWORD = 'correct horse battery';

describe('accounts', () => {
  let test: TestDatabase;
  let database: Database;
  let signIn: SignInUseCase;
  const hasher = new PasswordHasher();

  beforeAll(async () => {
    test = await createTestDatabase();
    database = test.database;
    signIn = new SignInUseCase(database, new AttemptLimiter(database), hasher, new OpenSessionUseCase());
  });
  afterAll(() => test.drop());

  const register = async (email: string) => {
    const passwordHash = await hasher.hash(PASSWORD);
    const input = { company: 'Shop', email, passwordHash, country: 'TW', phone: '+886912345678' } as const;
    return database.inSystem((tx) => new RegisterAccountUseCase().execute(tx, input));
  };

  it('do not lock their owner out when a stranger guesses from elsewhere', async () => {
    await register('victim@shop.example');
    const from = (ip: string, password: string) =>
      signIn.execute({ email: 'Victim@shop.example', password, ip });
    for (let guess = 0; guess < 10; guess++)
      await expect(from('203.0.113.9', 'guess')).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    await expect(from('203.0.113.9', PASSWORD)).rejects.toMatchObject({ code: 'rate.limited' });
    const signedIn = await from('198.51.100.7', PASSWORD);
    expect(signedIn.member.email).toBe('victim@shop.example');
  });

  it('forget the tries when their window is over', async () => {
    const limiter = new AttemptLimiter(database);
    for (let count = 0; count < 10; count++)
      await limiter.count('signInByEmailAndIp', ['a@b.example', '::1']);
    await expect(limiter.count('signInByEmailAndIp', ['a@b.example', '::1'])).rejects.toMatchObject({
      code: 'rate.limited',
    });
    await database.inSystem((tx) =>
      tx.execute(`UPDATE attempt_windows SET window_start = window_start - interval '15 minutes'`),
    );
    await limiter.count('signInByEmailAndIp', ['a@b.example', '::1']);
  });

  it('stop one address that tries many members', async () => {
    const guess = (index: number) =>
      signIn.execute({ email: `member${index}@shop.example`, password: 'guess', ip: '203.0.113.10' });
    for (let index = 0; index < 100; index += 20) {
      const batch = Array.from({ length: 20 }, (_, offset) =>
        guess(index + offset).catch((error: unknown) => error),
      );
      expect(new Set((await Promise.all(batch)).map((error) => (error as { code: string }).code))).toEqual(
        new Set(['auth.invalid_credentials']),
      );
    }
    await expect(guess(101)).rejects.toMatchObject({ code: 'rate.limited' });
  });

  it('hash two passwords at a time, and turn away what would wait too long', async () => {
    const busy = new PasswordHasher();
    const results = await Promise.allSettled(Array.from({ length: 110 }, () => busy.hash(PASSWORD)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(8);
    expect(refused).toContainEqual(
      expect.objectContaining({
        reason: expect.objectContaining({ code: 'service.unavailable' }) as unknown,
      }),
    );
    expect(await busy.matches(PASSWORD, await busy.hash(PASSWORD))).toBe(true);
  });

  it('store argon2id with at least the minimum of OWASP', async () => {
    expect(await hasher.hash(PASSWORD)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('seed one admin, however many processes start at once, and leave a changed password alone', async () => {
    const settings = loadSettings({ ADMIN_EMAIL: 'Root@shop.example', ADMIN_PASSWORD: PASSWORD });
    const seed = new SeedAdminUseCase(database, hasher, settings, createLogger('tests', 'silent'));
    await Promise.all(Array.from({ length: 5 }, () => seed.execute()));
    const { member } = await signIn.execute({ email: 'root@shop.example', password: PASSWORD, ip: '::1' });
    expect(member.isAdmin).toBe(true);
    const changed = await hasher.hash('changed since then');
    await database.inSystem((tx) =>
      tx.execute(`UPDATE members SET password_hash = $1 WHERE email = 'root@shop.example'`, [changed]),
    );
    await seed.execute();
    const again = await signIn.execute({
      email: 'root@shop.example',
      password: 'changed since then',
      ip: '::1',
    });
    expect(again.member.id).toBe(member.id);
  });

  it('keep twenty sessions per member and close the oldest', async () => {
    const { member } = await register('many@shop.example');
    const open = () => database.inSystem((tx) => new OpenSessionUseCase().execute(tx, member));
    const first = await open();
    const reader = new PrincipalReader(database);
    for (let count = 0; count < 19; count++) await open();
    expect(await reader.findBySession(first.token)).toMatchObject({ memberId: member.id });
    const last = await open();
    expect(await reader.findBySession(first.token)).toBeUndefined();
    expect(await reader.findBySession(last.token)).toMatchObject({ memberId: member.id });
  });

  it('hold a limited number of keys', async () => {
    const { account } = await register('keys@shop.example');
    const create = () =>
      new CreateApiKeyUseCase(database).execute({
        accountId: account.id,
        name: 'key',
        mode: 'live',
        scopes: ['credits:read'],
        expiresAt: null,
      });
    for (let count = 0; count < MAX_API_KEYS; count++) await create();
    await expect(create()).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('are invisible to each other in the database itself', async () => {
    const mine = await register('mine@shop.example');
    const theirs = await register('theirs@shop.example');
    const seen = await database.inAccount(mine.account.id, async (tx) => ({
      accounts: await tx.query<{ id: string }>(`SELECT id FROM accounts`),
      members: await tx.query<{ email: string }>(`SELECT email FROM members`),
    }));
    expect(seen).toEqual({ accounts: [{ id: mine.account.id }], members: [{ email: 'mine@shop.example' }] });
    const asMine = (sql: string) => database.inAccount(mine.account.id, (tx) => tx.query(sql));
    await expect(asMine(`SELECT password_hash FROM members`)).rejects.toThrow(/permission denied/);
    await expect(asMine(`SELECT * FROM sessions`)).rejects.toThrow(/permission denied/);
    await expect(asMine(`UPDATE accounts SET phone_verified_at = now()`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(
      asMine(`INSERT INTO api_keys (id, account_id, name, mode, scopes, key_hash, last4)
              VALUES ('${newUuid()}', '${theirs.account.id}', 'x', 'live', '{}', '\\x00', 'abcd')`),
    ).rejects.toThrow(/row-level security/);
  });
});
