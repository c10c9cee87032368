import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply } from 'fastify';

const PAGE_FOLDER = join('apps', 'simulator', 'page');
const FILES: readonly (readonly [path: string, file: string, type: string])[] = [
  ['/simulator', 'index.html', 'text/html; charset=utf-8'],
  ['/simulator/', 'index.html', 'text/html; charset=utf-8'],
  ['/simulator/page/simulator.js', 'simulator.js', 'text/javascript; charset=utf-8'],
  ['/simulator/page/api.js', 'api.js', 'text/javascript; charset=utf-8'],
  ['/simulator/page/behaviour.js', 'behaviour.js', 'text/javascript; charset=utf-8'],
  ['/simulator/page/phone.js', 'phone.js', 'text/javascript; charset=utf-8'],
  ['/simulator/page/simulator.css', 'simulator.css', 'text/css; charset=utf-8'],
];
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** The page of phones: plain files, served from the sources since the build takes TypeScript alone. */
export function addPageRoutes(server: FastifyInstance): void {
  const folder = findPageFolder();
  for (const [path, file, type] of FILES) {
    server.get(path, async (_request, reply): Promise<FastifyReply> => {
      const content = await readFile(join(folder, file));
      return reply.headers(SECURITY_HEADERS).type(type).send(content);
    });
  }
}

/** Looks upwards from this file, which stands at another depth in the sources than in the build. */
function findPageFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, PAGE_FOLDER);
    if (existsSync(join(candidate, 'index.html'))) return candidate;
    if (dirname(folder) === folder) throw new Error(`${PAGE_FOLDER} is not part of this installation`);
  }
}
