import { readFileSync, writeFileSync } from 'node:fs';
import { refusal, refusalOf, startApi, textOf, type TestAccount, type TestApi } from './api-harness.js';

interface Operation {
  operationId: string;
  security?: Record<string, unknown>[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}

/** Any well-formed id: the routes below must not get as far as looking it up. */
const SOME_ID = 'acc_00000000000000000000000001';

describe('the OpenAPI document', () => {
  let api: TestApi;
  let operations: { method: string; path: string; operation: Operation }[];
  let text: string;
  beforeAll(async () => {
    api = await startApi();
    const answer = await api.call('GET', '/openapi.json');
    text = answer.text;
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
  });
  afterAll(() => api.stop());

  it('is the one that is committed', () => {
    const file = new URL('../../docs/openapi.json', import.meta.url);
    const current = `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    if (process.env.WRITE_OPENAPI) writeFileSync(file, current);
    // When this fails, `npm run openapi` writes the file anew: look at the difference as its users will.
    expect(current).toBe(readFileSync(file, 'utf8'));
  });

  it('lists the routes with schemas of what goes in and out', () => {
    const signUp = operations.find(({ path }) => path === '/v1/auth/sign-up')?.operation;
    expect(signUp?.requestBody?.content['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/SignUp',
    });
    expect(signUp?.responses['201']?.content?.['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/SignedUp',
    });
    const { components } = JSON.parse(text) as {
      components: { schemas: Record<string, { required?: string[] }> };
    };
    expect(components.schemas.SignUp?.required).toEqual(['email', 'password', 'company', 'phone']);
    expect(components.schemas.SignedUp?.required).toEqual(['account', 'member', 'phoneVerification']);
  });

  it('points to nothing that is missing', () => {
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !(name in components.schemas))).toEqual([]);
    expect(text).not.toContain('"definitions"');
  });

  it('says of every route how it answers and that it may refuse', () => {
    const silent = operations.filter(
      ({ operation: { responses } }) =>
        !responses.default || !Object.keys(responses).some((status) => status.startsWith('2')),
    );
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  describe('is true about who may call: every route that names a way to sign in', () => {
    let owner: TestAccount;
    let revokedKey: string;
    const isGuarded = ({ operation }: { operation: Operation }) => (operation.security ?? []).length > 0;
    const call = (method: string, path: string, options: { cookie?: string; apiKey?: string } = {}) =>
      api.call(method, path.replace(/\{[^}]+\}/g, SOME_ID), options);

    beforeAll(async () => {
      owner = await api.signUp();
      const body = { name: 'revoked', scopes: ['credits:read'] };
      const created = await api.call('POST', '/v1/api-keys', { cookie: owner.cookie, body });
      revokedKey = textOf(created.body.key);
      await api.call('DELETE', `/v1/api-keys/${textOf(created.body.id)}`, { cookie: owner.cookie });
    });

    it('refuses strangers', async () => {
      const guarded = operations.filter(isGuarded);
      expect(guarded.length).toBeGreaterThan(8);
      for (const { method, path } of guarded)
        expect([method, path, refusalOf(await call(method, path))]).toEqual([
          method,
          path,
          refusal(401, 'auth.required'),
        ]);
    });

    it('refuses a revoked key', async () => {
      for (const { method, path } of operations.filter(isGuarded))
        expect([method, path, refusalOf(await call(method, path, { apiKey: revokedKey }))]).toEqual([
          method,
          path,
          refusal(401, 'auth.key_revoked'),
        ]);
    });

    it('refuses a key without the scope', async () => {
      const apiKey = await api.createApiKey(owner, ['verifications:write']);
      for (const { method, path } of operations.filter(isGuarded)) {
        if (path.startsWith('/v1/verifications')) continue;
        const answer = await call(method, path, { apiKey });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
    });

    it('is every route but sign-up and sign-in', () => {
      const open = operations.filter((entry) => !isGuarded(entry) && !entry.path.startsWith('/callbacks/'));
      expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
        'POST /v1/auth/sign-in',
        'POST /v1/auth/sign-up',
      ]);
    });
  });

  it('can be read as a page that loads nothing from elsewhere', async () => {
    const page = await api.call('GET', '/docs');
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(4);
    for (const file of files) expect([file, (await api.call('GET', file)).status]).toEqual([file, 200]);
  });

  it('stands beside metrics by route pattern', async () => {
    const metrics = await api.call('GET', '/metrics');
    expect(metrics.text).toMatch(
      /carillon_http_request_duration_seconds_count\{[^}]*route="\/v1\/auth\/sign-up"/,
    );
    expect(metrics.text).toContain('process_resident_memory_bytes');
  });
});
