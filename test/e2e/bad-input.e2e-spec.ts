import { connect } from 'node:net';
import pg from 'pg';
import { refusal, refusalOf, startApi, type TestAccount, type TestApi } from './api-harness.js';

describe('the api', () => {
  let api: TestApi;
  let account: TestAccount;
  beforeAll(async () => {
    api = await startApi();
    account = await api.signUp();
  });
  afterAll(() => api.stop());

  const post = (rawBody: string, headers: Record<string, string> = {}) =>
    api.call('POST', '/v1/api-keys', { cookie: account.cookie, rawBody, headers });

  it.each([
    ['half a document', '{"name":'],
    ['__proto__', '{"name":"x","scopes":["credits:read"],"__proto__":{"isAdmin":true}}'],
    ['an escaped __proto__', '{"name":"x","scopes":["credits:read"],"\\u005f_proto__":{"isAdmin":true}}'],
    [
      'constructor.prototype',
      '{"name":"x","scopes":["credits:read"],"constructor":{"prototype":{"isAdmin":true}}}',
    ],
    ['ten thousand brackets', '['.repeat(10_000)],
    ['deep but closed', '{"name":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['a number beyond all numbers', '{"name":1e309,"scopes":["credits:read"]}'],
    ['a number for a string', '{"name":9007199254740993,"scopes":["credits:read"]}'],
    ['minus zero', '{"name":-0,"scopes":["credits:read"]}'],
    ['an array for an object', '[]'],
    ['null', 'null'],
    ['a string', '"name"'],
    ['nothing', ''],
    ['an array for a string', '{"name":["x"],"scopes":["credits:read"]}'],
    ['an object for an array', '{"name":"x","scopes":{"0":"credits:read"}}'],
    ['NUL in a string', '{"name":"a\\u0000b","scopes":["credits:read"]}'],
    ['bytes that are no UTF-8 JSON', '\u0000\u0001\u0002'],
    ['NaN', 'NaN'],
  ])('refuses %s as a body, and goes on', async (_, rawBody) => {
    const answer = await post(rawBody);
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    expect((await api.call('GET', '/v1/api-keys', { cookie: account.cookie })).body.data).toEqual([]);
  });

  it('takes the last of two equal keys, like every JSON parser, and checks that one', async () => {
    const answer = await post('{"name":"x","scopes":["credits:read"],"scopes":["everything"]}');
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
  });

  it('refuses a body of more than 1 MB', async () => {
    const answer = await post(JSON.stringify({ name: 'x'.repeat(1024 * 1024), scopes: [] }));
    expect(refusalOf(answer)).toEqual(refusal(413, 'request.too_large'));
  });

  it('lists at most fifty problems, however many fields are wrong', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
    const answer = await post(JSON.stringify(unknown));
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(50);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])(
    'refuses a %s body',
    async (type) => {
      expect(refusalOf(await post('x', { 'Content-Type': type }))).toEqual(
        refusal(415, 'request.unsupported_media_type'),
      );
    },
  );

  it.each(['/v1/nothing', '/v1', '/v1/api-keys/x/y', '/.env', '/v1/../etc/passwd'])(
    'answers %s with a problem',
    async (path) => {
      expect(refusalOf(await api.call('GET', path))).toEqual(refusal(404, 'resource.not_found'));
    },
  );

  it('answers an address that cannot be decoded with a problem', async () => {
    expect(refusalOf(await api.call('GET', '/v1/%ZZ'))).toEqual(refusal(400, 'request.invalid'));
  });

  it('names each refusal, so that it can be found in the log', async () => {
    const answer = await api.call('GET', '/v1/credits');
    const requestId = answer.headers.get('request-id') ?? '';
    expect(answer.body).toMatchObject({
      type: 'urn:carillon:problem:auth.required',
      title: 'Sign in, or send a valid API key.',
      detail: 'Sign in, or send a valid API key.',
      instance: `urn:carillon:request:${requestId}`,
    });
    expect(api.logLines.some((line) => line.includes(requestId))).toBe(true);
    const forged = await api.call('GET', '/v1/credits', { headers: { 'Request-Id': 'forged' } });
    expect(forged.headers.get('request-id')).not.toBe('forged');
  });

  it('survives what is no HTTP', async () => {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1', () => socket.end('\u0000\u0001GARBAGE\r\n\r\n'));
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received)).on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect((await api.call('GET', '/healthz')).status).toBe(200);
  });

  it('sends headers that keep browsers from doing harm', async () => {
    const page = await api.call('GET', '/');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';.*style-src 'self'$/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('x-powered-by')).toBeNull();
    expect(page.text).not.toMatch(/<script|<style|style=/);
    expect((await api.call('GET', '/v1/credits')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('while the database is away', () => {
  it('the api says so instead of failing, and serves again when it is back', async () => {
    const api = await startApi();
    try {
      const { cookie } = await api.signUp();
      expect((await api.call('GET', '/readyz')).body).toEqual({ status: 'up', parts: { database: 'up' } });
      await setConnections(api, false);
      const answer = await api.call('GET', '/v1/me', { cookie });
      expect(refusalOf(answer)).toEqual(refusal(503, 'service.unavailable'));
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.text).not.toMatch(/carillon_test|permission|connect|FATAL/i);
      const ready = await api.call('GET', '/readyz');
      expect([ready.status, ready.body]).toEqual([503, { status: 'down', parts: { database: 'down' } }]);
      expect((await api.call('GET', '/healthz')).status).toBe(200);
      await setConnections(api, true);
      expect((await api.call('GET', '/v1/me', { cookie })).status).toBe(200);
    } finally {
      await api.stop();
    }
  });

  /** Closes the database to the api the way a restart does: the connections break and new ones are refused. */
  async function setConnections(api: TestApi, areAllowed: boolean): Promise<void> {
    const server = new pg.Client({ connectionString: process.env.CARILLON_TEST_SERVER ?? '' });
    await server.connect();
    const name = new URL(api.databaseUrl).pathname.slice(1);
    await server.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS ${areAllowed}`);
    if (!areAllowed)
      await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
    await server.end();
  }
});
