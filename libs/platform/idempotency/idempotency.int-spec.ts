import { newUuid } from '#domain';
import { createTestDatabase, type TestDatabase } from '#testing';
import { parseIdempotencyKey, runIdempotent, type IdempotentRequest } from './idempotency.js';

describe('an idempotent request', () => {
  let test: TestDatabase;
  let accountId: string;
  let effects: number;

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  beforeEach(async () => {
    accountId = newUuid();
    effects = 0;
    await openAccount(accountId);
  });
  afterAll(() => test.drop());

  const openAccount = (id: string) =>
    test.database.inSystem((tx) =>
      tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [id]),
    );
  const request = (fields: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
    key: 'key-1',
    route: 'POST /v1/things',
    body: { a: 1, b: [1, { c: 2 }] },
    ...fields,
  });
  const run = (one = request(), owner = accountId) =>
    test.database.inAccount(owner, (tx) =>
      runIdempotent(tx, one, async () => {
        effects++;
        await tx.query(`INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, 'effect')`, [
          newUuid(),
          owner,
        ]);
        return { status: 201, body: { number: effects } };
      }),
    );
  const countEffects = async (): Promise<number> =>
    (await test.database.inAccount(accountId, (tx) => tx.query('SELECT FROM contact_lists'))).length;

  it('takes effect once, and gives its first answer again', async () => {
    expect(await run()).toEqual({ status: 201, body: { number: 1 }, isReplay: false });
    expect(await run()).toEqual({ status: 201, body: { number: 1 }, isReplay: true });
    expect(await countEffects()).toBe(1);
  });

  it('takes effect once when a hundred come at the same time', async () => {
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => run()));
    const codes = results.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
    );
    expect(new Set([...codes, 'idempotency.in_progress']).size).toBe(1);
    expect([effects, await countEffects()]).toEqual([1, 1]);
  });

  it('is the same however its body is spelled', async () => {
    await run();
    expect(await run(request({ body: { b: [1, { c: 2 }], a: 1 } }))).toMatchObject({ isReplay: true });
  });

  it.each([
    ['body', { body: { a: 2, b: [1, { c: 2 }] } }],
    ['order of a list', { body: { a: 1, b: [{ c: 2 }, 1] } }],
    ['route', { route: 'POST /v1/others' }],
  ])('with the key of another one is refused when the %s differs', async (_, fields) => {
    await run();
    await expect(run(request(fields))).rejects.toMatchObject({ code: 'idempotency.conflict' });
    expect(effects).toBe(1);
  });

  it('has a key of its own in each account', async () => {
    const other = newUuid();
    await openAccount(other);
    await run();
    expect(await run(request(), other)).toMatchObject({ isReplay: false });
  });

  it('that failed may be repeated with the same key', async () => {
    const failing = test.database.inAccount(accountId, (tx) =>
      runIdempotent(tx, request(), async () => {
        await tx.query(`INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, 'effect')`, [
          newUuid(),
          accountId,
        ]);
        throw new Error('the balance does not cover this');
      }),
    );
    await expect(failing).rejects.toThrow('the balance');
    expect(await countEffects()).toBe(0);
    expect(await run()).toMatchObject({ isReplay: false });
  });
});

describe('the Idempotency-Key header', () => {
  it.each(['a', '018f0000-0000-7000-8000-000000000001', 'x'.repeat(255), 'order:42/retry+1=~.'])(
    'may be %.40s',
    (key) => {
      expect(parseIdempotencyKey(key)).toBe(key);
    },
  );

  it.each([
    [undefined, 'idempotency.key_missing'],
    ['', 'idempotency.key_missing'],
    [['a', 'b'], 'idempotency.key_invalid'],
    ['x'.repeat(256), 'idempotency.key_invalid'],
    ['鑰匙', 'idempotency.key_invalid'],
    ['a b', 'idempotency.key_invalid'],
    ['a\n', 'idempotency.key_invalid'],
  ])('may not be %j', (header, code) => {
    expect(() => parseIdempotencyKey(header)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
