import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NestLogger, type Logger, type PlatformOptions, type Settings } from '#platform';
import { ApiModule } from './api.module.js';
import { acceptJsonBodies, MAX_BODY_BYTES } from './http/json-body.js';
import { toDomainError } from './http/problem.js';
import { ProblemFilter, sendProblem } from './http/problem-filter.js';
import { setSecurityHeaders } from './http/security-headers.js';
import { createValidationPipe } from './http/validation.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { Metrics } from './operations/metrics.js';
import { proxySimulator } from './simulator/simulator-proxy.js';

/** A slow client may take this long to send its headers and body. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Form fields beside a file; the file itself is limited by the route that reads it. */
const MULTIPART_LIMITS = { files: 1, fields: 20, fieldSize: 64 * 1024, parts: 21, headerPairs: 50 };

/** What a test may replace. */
export type ApiOverrides = Partial<Pick<PlatformOptions, 'clock' | 'queuePrefix' | 'applicationName'>>;

/**
 * Builds the api on an open database; call `listen` on the result. The schema must be up to date.
 * @throws Error when the database does not answer or a setting is missing
 */
export async function createApiApp(
  settings: Settings,
  logger: Logger,
  overrides: ApiOverrides = {},
): Promise<NestFastifyApplication> {
  const module = ApiModule.forRoot({
    settings,
    logger,
    applicationName: 'carillon-api',
    entities: [],
    ...overrides,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(), {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(logger),
  });
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', async (request, reply) => {
    reply.header('Request-Id', request.id);
  });
  await setSecurityHeaders(app, settings.publicUrl.startsWith('https:'));
  await app.register(multipart, { limits: MULTIPART_LIMITS });
  acceptJsonBodies(server);
  app.get(Metrics).observe(server);
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  serveOpenApi(app);
  if (settings.simulatorUrl) proxySimulator(server, settings.simulatorUrl);
  await app.init();
  await server.ready();
  return app;
}

/** Request ids are ours: one that a client chose could be made to look like another's. */
const createAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
      sendProblem(toDomainError(error), request as FastifyRequest, reply as FastifyReply),
  });
