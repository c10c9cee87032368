import { randomUUID } from 'node:crypto';
import { refusal, refusalOf, startApi, textOf, type TestAccount, type TestApi } from './api-harness.js';

describe('an admin', () => {
  let api: TestApi;
  let cookie: string;
  let account: TestAccount;
  beforeAll(async () => {
    api = await startApi();
    cookie = await api.signInAdmin();
    account = await api.signUp();
  });
  afterAll(() => api.stop());

  const addCredits = (body: unknown, key: string = randomUUID(), id = account.id) =>
    api.call('POST', `/v1/admin/accounts/${id}/credits`, {
      cookie,
      body,
      headers: { 'Idempotency-Key': key },
    });
  const available = async (of = account) =>
    (await api.call('GET', '/v1/credits', { cookie: of.cookie })).body.available;

  it('is nobody who merely signed up', async () => {
    for (const [method, path] of [
      ['GET', '/v1/admin/accounts'],
      ['POST', `/v1/admin/accounts/${account.id}/credits`],
      ['GET', '/v1/admin/health'],
      ['POST', '/v1/admin/ledger-verification'],
    ] as const) {
      expect(refusalOf(await api.call(method, path, { cookie: account.cookie }))).toEqual(
        refusal(403, 'auth.forbidden'),
      );
      expect(refusalOf(await api.call(method, path))).toEqual(refusal(401, 'auth.required'));
    }
  });

  it('finds accounts by name, address or number, page by page', async () => {
    const made = await Promise.all([api.register(), api.register(), api.register()]);
    const found = await api.call(
      'GET',
      `/v1/admin/accounts?search=${encodeURIComponent(account.email.toUpperCase())}`,
      { cookie },
    );
    expect(found.body.data).toMatchObject([{ id: account.id, emails: [account.email], phoneVerified: true }]);
    const byPhone = await api.call('GET', `/v1/admin/accounts?search=${encodeURIComponent(account.phone)}`, {
      cookie,
    });
    expect(byPhone.body.data).toMatchObject([{ id: account.id }]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await api.call('GET', `/v1/admin/accounts?search=lantern&limit=2${query}`, { cookie });
      const { data, nextCursor } = page.body as unknown as {
        data: { id: string }[];
        nextCursor: string | null;
      };
      seen.push(...data.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(new Set(seen).size);
    expect(seen).toEqual(expect.arrayContaining([account.id, ...made.map(({ id }) => id)]));
  });

  it.each(['limit=0', 'limit=201', 'limit=many', 'cursor=x', 'cursor=e30', 'page=2', 'search=%00'])(
    'gets no list for ?%s',
    async (query) => {
      const answer = await api.call('GET', `/v1/admin/accounts?${query}`, { cookie });
      expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
      expect(answer.body.errors).toMatchObject([{ field: query.split('=')[0] }]);
    },
  );

  it('grants, tops up and adjusts points, and the account sees why', async () => {
    const owner = await api.signUp();
    const give = (points: unknown, kind: string) =>
      addCredits({ points, kind, reason: `${kind} of the test` }, randomUUID(), owner.id);
    expect((await give('12.5', 'grant')).body).toMatchObject({
      kind: 'grant',
      points: '12.5',
      credits: { available: '62.5', granted: '62.5' },
    });
    expect((await give(1000, 'top_up')).body).toMatchObject({
      points: '1000',
      credits: { available: '1062.5', paid: '1000' },
    });
    expect((await give('-2.5', 'adjustment')).body).toMatchObject({
      points: '-2.5',
      credits: { available: '1060' },
    });
    const entries = await api.call('GET', '/v1/credits/entries?limit=2', { cookie: owner.cookie });
    expect(entries.body.data).toMatchObject([
      { kind: 'adjustment', amount: '-2.5', availableAfter: '1060', reason: 'adjustment of the test' },
      { kind: 'top_up', amount: '1000' },
    ]);
    const rest = await api.call('GET', `/v1/credits/entries?cursor=${textOf(entries.body.nextCursor)}`, {
      cookie: owner.cookie,
    });
    expect(rest.body.data).toMatchObject([
      { kind: 'grant', amount: '12.5' },
      { kind: 'grant', amount: '50' },
    ]);
  });

  it('gives points once per Idempotency-Key, however often and at once it is sent', async () => {
    const owner = await api.signUp();
    const body = { points: '100', kind: 'top_up', reason: 'Bank transfer' };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => addCredits(body, key, owner.id)));
    expect(await available(owner)).toBe('150');
    const others = answers.filter(({ status }) => status !== 201);
    expect(others.filter(({ body: { code } }) => textOf(code) !== 'idempotency.in_progress')).toEqual([]);
    const first = answers.find(({ status }) => status === 201);
    const replay = await addCredits(body, key, owner.id);
    expect([replay.status, replay.headers.get('idempotent-replayed'), replay.body]).toEqual([
      201,
      'true',
      first?.body,
    ]);
    const changed = await addCredits({ ...body, points: '101' }, key, owner.id);
    expect(refusalOf(changed)).toEqual(refusal(409, 'idempotency.conflict'));
    expect(await available(owner)).toBe('150');
  });

  it.each([
    [undefined, 'idempotency.key_missing'],
    ['two words', 'idempotency.key_invalid'],
    ['x'.repeat(256), 'idempotency.key_invalid'],
    ['one, two', 'idempotency.key_invalid'],
  ])('gives nothing with the Idempotency-Key %s', async (key, code) => {
    const body = { points: '1', kind: 'grant', reason: 'x' };
    const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
    const answer = await api.call('POST', `/v1/admin/accounts/${account.id}/credits`, {
      cookie,
      body,
      headers,
    });
    expect(refusalOf(answer)).toEqual(refusal(400, code));
  });

  it.each([
    ['0', 'grant'],
    [0, 'adjustment'],
    ['-1', 'grant'],
    ['-1', 'top_up'],
    ['--1', 'adjustment'],
    ['0.0001', 'grant'],
    ['1e3', 'grant'],
    [1.5, 'grant'],
    [9007199254740993, 'top_up'],
    ['9007199254740993000', 'top_up'],
    ['１００', 'top_up'],
    ['', 'top_up'],
  ])('gives nothing for %j points as %s', async (points, kind) => {
    const before = await available();
    const answer = await addCredits({ points, kind, reason: 'x' });
    expect(refusalOf(answer)).toEqual(refusal(400, 'credits.amount_invalid'));
    expect(await available()).toBe(before);
  });

  it('cannot take more than there is', async () => {
    const answer = await addCredits({ points: '-1000000', kind: 'adjustment', reason: 'too much' });
    expect(refusalOf(answer)).toEqual(refusal(402, 'credits.insufficient'));
  });

  it.each([
    [{ points: '1', kind: 'gift', reason: 'x' }, 'kind'],
    [{ points: '1', kind: 'grant' }, 'reason'],
    [{ points: ['1'], kind: 'grant', reason: 'x' }, 'points'],
    [{ points: '1', kind: 'grant', reason: 'x', currency: 'USD' }, 'currency'],
  ])('is told which field of %j is wrong', async (body, field) => {
    const answer = await addCredits(body);
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it('cannot give points to an account that does not exist', async () => {
    const body = { points: '1', kind: 'grant', reason: 'x' };
    for (const id of ['acc_00000000000000000000000000', 'mem_00000000000000000000000000', 'x'])
      expect(refusalOf(await addCredits(body, randomUUID(), id))).toEqual(refusal(404, 'resource.not_found'));
  });

  it('can have the whole ledger proved', async () => {
    const report = await api.call('POST', '/v1/admin/ledger-verification', { cookie });
    expect([report.status, report.body.isBalanced, report.body.problems]).toEqual([200, true, []]);
    const last = await api.call('GET', '/v1/admin/ledger-verification', { cookie });
    expect(last.body).toEqual(report.body);
    const health = await api.call('GET', '/v1/admin/health', { cookie });
    expect(health.body).toMatchObject({
      status: 'up',
      database: 'up',
      ledger: { isBalanced: true },
      queues: { otp: {} },
    });
  });
});

describe('before the first proof of the ledger', () => {
  it('there is none to show', async () => {
    const api = await startApi();
    try {
      const answer = await api.call('GET', '/v1/admin/ledger-verification', {
        cookie: await api.signInAdmin(),
      });
      expect(refusalOf(answer)).toEqual(refusal(404, 'resource.not_found'));
    } finally {
      await api.stop();
    }
  });
});
