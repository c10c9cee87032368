import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { describeApi } from './describe-api.js';

/** Swagger UI as @nestjs/swagger ships it. The library's own way to serve it needs a package that Jest cannot load. */
const require = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
const ASSETS = dirname(require.resolve('swagger-ui-dist/package.json'));
const ASSET_TYPES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Carillon API reference</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/reference.js"></script>
  </body>
</html>
`;

const START_SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  tagsSorter: 'alpha',
});
`;

/** The document at /openapi.json and a reference to read at /docs. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const document = JSON.stringify(describeApi(app));
  serveText(server, '/openapi.json', 'application/json; charset=utf-8', document);
  serveText(server, '/docs', 'text/html; charset=utf-8', PAGE);
  serveText(server, '/docs/reference.js', 'text/javascript; charset=utf-8', START_SCRIPT);
  for (const [name, type] of Object.entries(ASSET_TYPES)) {
    server.get(`/docs/${name}`, (_request, reply) =>
      reply
        .header('Content-Type', type)
        .header('Cache-Control', 'public, max-age=3600')
        .send(createReadStream(join(ASSETS, name))),
    );
  }
}

function serveText(server: FastifyInstance, path: string, type: string, text: string): void {
  server.get(path, (_request, reply) => reply.header('Content-Type', type).send(text));
}
