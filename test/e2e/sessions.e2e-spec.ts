import { createHash } from 'node:crypto';
import { cookieOf, PASSWORD, refusal, refusalOf, startApi, type TestApi } from './api-harness.js';

describe('a session', () => {
  let api: TestApi;
  beforeAll(async () => (api = await startApi()));
  afterAll(() => api.stop());

  const signIn = (email: string, password = PASSWORD) =>
    api.call('POST', '/v1/auth/sign-in', { body: { email, password } });

  it('begins with a new cookie that scripts cannot read', async () => {
    const account = await api.signUp();
    const answer = await signIn(account.email.toUpperCase());
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ account: { id: account.id }, member: { email: account.email } });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^carillon_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    expect(cookieOf(answer)).not.toBe(account.cookie);
    expect((await api.call('GET', '/v1/me', { cookie: cookieOf(answer) })).status).toBe(200);
  });

  it('is stored as a hash alone', async () => {
    const { cookie } = await api.signUp();
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const rows = await api.database.inSystem((tx) =>
      tx.query<{ row: string; tokenHash: Buffer }>(
        `SELECT s::text AS row, token_hash AS "tokenHash" FROM sessions s`,
      ),
    );
    const expected = createHash('sha256').update(token).digest();
    expect(rows.some(({ tokenHash }) => tokenHash.equals(expected))).toBe(true);
    expect(rows.filter(({ row }) => row.includes(token))).toEqual([]);
  });

  it('ends at once when its member signs out, and no other ends with it', async () => {
    const account = await api.signUp();
    const other = cookieOf(await signIn(account.email));
    const out = await api.call('POST', '/v1/auth/sign-out', { cookie: account.cookie });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(/^carillon_session=; .*Max-Age=0/);
    expect(refusalOf(await api.call('GET', '/v1/me', { cookie: account.cookie }))).toEqual(
      refusal(401, 'auth.required'),
    );
    expect((await api.call('GET', '/v1/me', { cookie: other })).status).toBe(200);
  });

  it.each([
    ['unused for half an hour', `last_seen_at = now() - interval '31 minutes'`],
    ['twelve hours old', `expires_at = now()`],
  ])('is over when it is %s', async (_, change) => {
    const account = await api.signUp();
    await api.database.inSystem((tx) =>
      tx.execute(
        `UPDATE sessions SET ${change} WHERE member_id = (SELECT id FROM members WHERE email = $1)`,
        [account.email],
      ),
    );
    expect(refusalOf(await api.call('GET', '/v1/me', { cookie: account.cookie }))).toEqual(
      refusal(401, 'auth.required'),
    );
  });

  it('stays open as long as it is used', async () => {
    const account = await api.signUp();
    const member = `member_id = (SELECT id FROM members WHERE email = '${account.email}')`;
    await api.database.inSystem((tx) =>
      tx.execute(`UPDATE sessions SET last_seen_at = now() - interval '29 minutes' WHERE ${member}`),
    );
    expect((await api.call('GET', '/v1/me', { cookie: account.cookie })).status).toBe(200);
    const [session] = await api.database.inSystem((tx) =>
      tx.query<{ isFresh: boolean }>(
        `SELECT last_seen_at > now() - interval '1 minute' AS "isFresh" FROM sessions WHERE ${member}`,
      ),
    );
    expect(session?.isFresh).toBe(true);
  });

  it('of an admin is shorter', async () => {
    const answer = await api.call('POST', '/v1/auth/sign-in', {
      body: { email: 'admin@carillon.local', password: 'admin of the tests' },
    });
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=28800;');
    expect(answer.body.member?.isAdmin).toBe(true);
  });

  it('does not begin with a wrong password, and an unknown address is answered alike', async () => {
    const account = await api.signUp();
    const wrong = await signIn(account.email, 'not the password');
    const unknown = await signIn('nobody@shop.example', 'not the password');
    expect(refusalOf(wrong)).toEqual(refusal(401, 'auth.invalid_credentials'));
    expect({ ...unknown.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('cannot be guessed: the eleventh try is refused whatever the password', async () => {
    const account = await api.signUp();
    for (let count = 0; count < 10; count++)
      expect((await signIn(account.email, `guess number ${count}`)).status).toBe(401);
    const answer = await signIn(account.email);
    expect(refusalOf(answer)).toEqual(refusal(429, 'rate.limited'));
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  });

  it.each([
    'carillon_session=x',
    `carillon_session=${'A'.repeat(43)}`,
    'other=1',
    `carillon_session=${"'".repeat(43)}`,
  ])('is not found behind the cookie %s', async (cookie) => {
    expect(refusalOf(await api.call('GET', '/v1/me', { cookie }))).toEqual(refusal(401, 'auth.required'));
  });

  describe('and a page of another site', () => {
    it.each([
      ['a foreign Origin', { Origin: 'https://evil.example' }],
      ['Origin: null', { Origin: 'null' }],
      ['a host that only begins like ours', { Origin: 'http://127.0.0.1.evil.example' }],
      ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ])('cannot change anything with %s', async (_, headers) => {
      const { cookie, email } = await api.signUp();
      const body = { name: 'stolen', scopes: ['credits:read'] };
      expect(refusalOf(await api.call('POST', '/v1/api-keys', { cookie, headers, body }))).toEqual(
        refusal(403, 'auth.origin_refused'),
      );
      const planted = await api.call('POST', '/v1/auth/sign-in', {
        headers,
        body: { email, password: PASSWORD },
      });
      expect(refusalOf(planted)).toEqual(refusal(403, 'auth.origin_refused'));
      expect((await api.call('GET', '/v1/api-keys', { cookie })).body.data).toEqual([]);
    });

    it('is told apart from our own page', async () => {
      const { cookie } = await api.signUp();
      const headers = { Origin: api.url.replace('[::1]', 'localhost'), 'Sec-Fetch-Site': 'same-origin' };
      const body = { name: 'ours', scopes: ['credits:read'] };
      expect((await api.call('POST', '/v1/api-keys', { cookie, headers, body })).status).toBe(201);
    });

    it('cannot send a form where JSON is asked for', async () => {
      const { cookie } = await api.signUp();
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        const answer = await api.call('POST', '/v1/api-keys', {
          cookie,
          rawBody: '{"name":"x","scopes":["credits:read"]}',
          headers: { 'Content-Type': type },
        });
        expect([type, answer.status >= 400 && answer.status < 500]).toEqual([type, true]);
      }
      expect((await api.call('GET', '/v1/api-keys', { cookie })).body.data).toEqual([]);
    });
  });

  it('of a frozen account may look, but change nothing', async () => {
    const account = await api.signUp();
    const { cookie } = account;
    await api.database.inSystem((tx) =>
      tx.execute(`UPDATE accounts SET frozen_at = now() WHERE phone = $1`, [account.phone]),
    );
    const body = { name: 'late', scopes: ['credits:read'] };
    expect(refusalOf(await api.call('POST', '/v1/api-keys', { cookie, body }))).toEqual(
      refusal(403, 'auth.forbidden'),
    );
    expect((await api.call('GET', '/v1/credits', { cookie })).status).toBe(200);
  });
});

describe('a session over https', () => {
  let api: TestApi;
  beforeAll(async () => (api = await startApi({ PUBLIC_URL: 'https://sms.shop.example' })));
  afterAll(() => api.stop());

  it('travels in a cookie that only this host can set and only https carries', async () => {
    const { answer, cookie } = await api.register();
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-carillon=[^;]{43}; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/,
    );
    expect((await api.call('GET', '/v1/me', { cookie })).status).toBe(200);
    const renamed = cookie.replace('__Host-carillon', 'carillon_session');
    expect((await api.call('GET', '/v1/me', { cookie: renamed })).status).toBe(401);
    const headers = { Origin: 'https://sms.shop.example' };
    expect((await api.call('POST', '/v1/auth/sign-out', { cookie, headers })).status).toBe(204);
  });
});
