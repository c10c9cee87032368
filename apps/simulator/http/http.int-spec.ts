import { TestCarrier } from '../simulator.fixture-spec.js';

describe('the page of phones', () => {
  let carrier: TestCarrier;

  beforeAll(async () => {
    carrier = await TestCarrier.start();
  });
  afterAll(() => carrier.simulator.stop());

  it.each(['', '/'])('is served at /simulator%s with a policy that allows no inline script', async (path) => {
    const response = await carrier.fetch(path);
    const page = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page).toContain('<main>');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son[a-z]+=|\sstyle=/);
  });

  it('finds every file it and its modules ask for', async () => {
    const waiting = ['/page/simulator.css', '/page/simulator.js'];
    const page = await (await carrier.fetch('')).text();
    for (const path of waiting) expect(page).toContain(`"/simulator${path}"`);
    const seen = new Set<string>();
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      seen.add(path);
      const response = await carrier.fetch(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('content-type')).toMatch(/^text\/(css|javascript)/);
      const imports = [...(await response.text()).matchAll(/from '\.\/([a-z-]+\.js)'/g)];
      waiting.push(...imports.map(([, file]) => `/page/${file}`).filter((file) => !seen.has(file)));
    }
    expect(seen.size).toBe(5);
  });

  it.each(['/nothing', '/page/../main.ts', '/page/%2e%2e/main.ts', '/api/nothing'])(
    'answers %s with a problem document',
    async (path) => {
      const response = await carrier.fetch(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 404, code: 'not_found', title: 'Not Found' });
    },
  );

  it('answers a body that is no JSON with a problem document', async () => {
    const response = await carrier.fetch('/api/behaviour', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'request.invalid' });
  });

  it('stops within its time while clients are bound and connections open, and may be stopped again', async () => {
    const own = await TestCarrier.start();
    const client = await own.connect();
    await own.get('/stats');
    const start = performance.now();
    await Promise.all([own.simulator.stop(), own.simulator.stop()]);
    expect(performance.now() - start).toBeLessThan(5_000);
    await client.session.whenClosed;
    await expect(own.get('/stats')).rejects.toThrow();
  });
});
