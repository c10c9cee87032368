import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal, refusalOf, startApi, type TestApi } from './api-harness.js';

describe('the simulator behind the api', () => {
  let simulator: Server;
  let api: TestApi;
  const seen: {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingHttpHeaders;
    body: string;
  }[] = [];

  beforeAll(async () => {
    simulator = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        response
          .writeHead(202, { 'Content-Type': 'application/json', 'X-Simulator': 'yes' })
          .end('{"ok":true}');
      });
    });
    await new Promise<void>((resolve) => simulator.listen(0, '127.0.0.1', resolve));
    const { port } = simulator.address() as AddressInfo;
    api = await startApi({ SIMULATOR_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await api.stop();
    simulator.closeAllConnections();
    simulator.close();
  });

  it('gets requests as they are, but never our cookie', async () => {
    const path = '/simulator/api/phones/%2B886912345678/replies?x=1';
    const answer = await api.call('POST', path, {
      rawBody: 'anything at all',
      cookie: 'carillon_session=secret',
    });
    expect([answer.status, answer.body.ok, answer.headers.get('x-simulator')]).toEqual([202, true, 'yes']);
    expect(seen.at(-1)).toMatchObject({ method: 'POST', url: path, body: 'anything at all' });
    expect(seen.at(-1)?.headers.cookie).toBeUndefined();
  });

  it('is reached at its root too', async () => {
    expect((await api.call('GET', '/simulator')).status).toBe(202);
    expect(seen.at(-1)?.url).toBe('/simulator');
  });

  it('may be away: the answer is a problem, and the api goes on', async () => {
    simulator.closeAllConnections();
    await new Promise((resolve) => simulator.close(resolve));
    expect(refusalOf(await api.call('GET', '/simulator/'))).toEqual(refusal(503, 'service.unavailable'));
    expect((await api.call('GET', '/healthz')).status).toBe(200);
  });
});

describe('without a simulator', () => {
  it('there is nothing at its address', async () => {
    const api = await startApi();
    try {
      expect(refusalOf(await api.call('GET', '/simulator/'))).toEqual(refusal(404, 'resource.not_found'));
    } finally {
      await api.stop();
    }
  });
});
