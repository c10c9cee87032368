import { refusal, refusalOf, startApi, textOf, type TestAccount, type TestApi } from './api-harness.js';

describe('an API key', () => {
  let api: TestApi;
  let account: TestAccount;
  beforeAll(async () => {
    api = await startApi();
    account = await api.signUp();
  });
  afterAll(() => api.stop());

  const create = (body: unknown, cookie = account.cookie) =>
    api.call('POST', '/v1/api-keys', { cookie, body });

  it('is shown once and then only by its last characters', async () => {
    const created = await create({ name: 'Shop', scopes: ['credits:read', 'credits:read'], mode: 'test' });
    expect(created.status).toBe(201);
    const key = textOf(created.body.key);
    expect(key).toMatch(/^carillon_test_[0-9a-z]{26}_[0-9A-Za-z]{33}_[0-9a-f]{8}$/);
    expect(created.body).toMatchObject({
      name: 'Shop',
      mode: 'test',
      scopes: ['credits:read'],
      last4: key.slice(-4),
    });
    const list = await api.call('GET', '/v1/api-keys', { cookie: account.cookie });
    expect(list.body.data).toContainEqual(
      expect.objectContaining({ id: created.body.id, last4: key.slice(-4) }),
    );
    const stored = await api.database.inSystem((tx) =>
      tx.query<{ row: string }>(`SELECT k::text AS row FROM api_keys k`),
    );
    expect([list.text, ...stored.map(({ row }) => row)].filter((text) => text.includes(key))).toEqual([]);
  });

  it('opens what its scopes name and nothing else', async () => {
    const apiKey = await api.createApiKey(account, ['credits:read']);
    expect((await api.call('GET', '/v1/credits', { apiKey })).body.available).toBe('50');
    const other = await api.createApiKey(account, ['contacts:read', 'campaigns:write']);
    const refused = await api.call('GET', '/v1/credits', { apiKey: other });
    expect(refusalOf(refused)).toEqual(refusal(403, 'auth.scope_missing'));
    expect(refused.body.detail).toContain('credits:read');
  });

  it('cannot make keys, nor act as a member or an admin', async () => {
    const apiKey = await api.createApiKey(account, ['credits:read']);
    const body = { name: 'more', scopes: ['campaigns:write'] };
    for (const [method, path] of [
      ['POST', '/v1/api-keys'],
      ['GET', '/v1/api-keys'],
      ['GET', '/v1/me'],
      ['GET', '/v1/admin/accounts'],
    ] as const)
      expect(
        refusalOf(await api.call(method, path, { apiKey, ...(method === 'POST' ? { body } : {}) })),
      ).toEqual(refusal(403, 'auth.forbidden'));
  });

  it('stops working at once when it is revoked', async () => {
    const created = await create({ name: 'gone', scopes: ['credits:read'] });
    const apiKey = textOf(created.body.key);
    expect((await api.call('GET', '/v1/credits', { apiKey })).status).toBe(200);
    const path = `/v1/api-keys/${textOf(created.body.id)}`;
    for (let count = 0; count < 2; count++)
      expect((await api.call('DELETE', path, { cookie: account.cookie })).status).toBe(204);
    expect(refusalOf(await api.call('GET', '/v1/credits', { apiKey }))).toEqual(
      refusal(401, 'auth.key_revoked'),
    );
  });

  it('stops working when it expires', async () => {
    const created = await create({
      name: 'short',
      scopes: ['credits:read'],
      expiresAt: '2099-01-01T00:00:00+08:00',
    });
    expect(created.body.expiresAt).toBe('2098-12-31T16:00:00.000Z');
    await api.database.inSystem((tx) =>
      tx.execute(`UPDATE api_keys SET expires_at = now() WHERE name = 'short'`),
    );
    const answer = await api.call('GET', '/v1/credits', { apiKey: textOf(created.body.key) });
    expect(refusalOf(answer)).toEqual(refusal(401, 'auth.key_expired'));
  });

  it('notes when it was last used, but not more than once a minute', async () => {
    const created = await create({ name: 'used', scopes: ['credits:read'] });
    const apiKey = textOf(created.body.key);
    const lastUsed = async () => {
      const list = await api.call('GET', '/v1/api-keys', { cookie: account.cookie });
      return (list.body.data as unknown as { name: string; lastUsedAt: string | null }[]).find(
        ({ name }) => name === 'used',
      )?.lastUsedAt;
    };
    expect(await lastUsed()).toBeNull();
    await api.call('GET', '/v1/credits', { apiKey });
    const first = await lastUsed();
    expect(first).toEqual(expect.any(String));
    await api.call('GET', '/v1/credits', { apiKey });
    expect(await lastUsed()).toBe(first);
  });

  it.each([
    ['nothing', 'Bearer '],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a look-alike', `Bearer carillon_live_${'0'.repeat(26)}_${'A'.repeat(33)}_00000000`],
    ['SQL', `Bearer ' OR 1=1 --`],
    ['8 KB', `Bearer ${'x'.repeat(8_000)}`],
  ])('is not %s', async (_, header) => {
    const answer = await api.call('GET', '/v1/credits', {
      headers: { Authorization: header },
      cookie: account.cookie,
    });
    expect(refusalOf(answer)).toEqual(refusal(401, 'auth.required'));
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('with one character changed is unknown', async () => {
    const apiKey = await api.createApiKey(account, ['credits:read']);
    const changed = apiKey.replace(/.(?=_[0-9a-f]{8}$)/, (last) => (last === 'a' ? 'b' : 'a'));
    expect(refusalOf(await api.call('GET', '/v1/credits', { apiKey: changed }))).toEqual(
      refusal(401, 'auth.required'),
    );
  });

  it('of another account does not exist', async () => {
    const stranger = await api.signUp();
    const created = await create({ name: 'mine', scopes: ['credits:read'] });
    const id = textOf(created.body.id);
    const answer = await api.call('DELETE', `/v1/api-keys/${id}`, { cookie: stranger.cookie });
    expect(refusalOf(answer)).toEqual(refusal(404, 'resource.not_found'));
    expect((await api.call('GET', '/v1/api-keys', { cookie: stranger.cookie })).body.data).toEqual([]);
    expect((await api.call('GET', '/v1/credits', { apiKey: textOf(created.body.key) })).status).toBe(200);
  });

  it.each([
    'key_',
    'KEY_01',
    'acc_00000000000000000000000000',
    'key_00000000000000000000000000',
    "key_'; DROP TABLE api_keys",
    '..%2f..',
  ])('with the id %s does not exist', async (id) => {
    const answer = await api.call('DELETE', `/v1/api-keys/${encodeURI(id)}`, { cookie: account.cookie });
    expect(refusalOf(answer)).toEqual(refusal(404, 'resource.not_found'));
  });

  it.each([
    [{ scopes: ['credits:read'] }, 'name', 'invalid_type'],
    [{ name: 'x', scopes: [] }, 'scopes', 'too_small'],
    [{ name: 'x', scopes: ['everything'] }, 'scopes[0]', 'invalid_value'],
    [{ name: 'x', scopes: 'credits:read' }, 'scopes', 'invalid_type'],
    [{ name: 'x', scopes: ['credits:read'], mode: 'fast' }, 'mode', 'invalid_value'],
    [{ name: 'x', scopes: ['credits:read'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', 'past'],
    [{ name: 'x', scopes: ['credits:read'], expiresAt: 'tomorrow' }, 'expiresAt', 'invalid_format'],
    [{ name: 'a\u0000b', scopes: ['credits:read'] }, 'name', 'invalid_format'],
    [{ name: 'x', scopes: ['credits:read'], accountId: 'acc_1' }, 'accountId', 'unknown_field'],
  ])('is not made from %j', async (body, field, code) => {
    const answer = await create(body);
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code }));
  });
});
