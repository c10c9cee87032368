import { Agent, request as requestUpstream, type IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#domain';

const MAX_UPSTREAM_CONNECTIONS = 32;
const UPSTREAM_TIMEOUT_MS = 60_000;
/** Headers that belong to one hop of the way (RFC 9110 §7.6.1). */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade'];

/**
 * Serves the carrier simulator under `/simulator`, so that one port is enough for everything. A development tool: it
 * asks for no sign-in, and is there only when SIMULATOR_URL is set. Our cookie never goes along.
 */
export function proxySimulator(server: FastifyInstance, simulatorUrl: string): void {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_UPSTREAM_CONNECTIONS });
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    const forward = (request: FastifyRequest, reply: FastifyReply) =>
      forwardTo(new URL(request.url, simulatorUrl), agent, request, reply);
    scope.all('/simulator', forward);
    scope.all('/simulator/*', forward);
    scope.addHook('onClose', async () => agent.destroy());
  });
}

async function forwardTo(
  target: URL,
  agent: Agent,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { cookie: _, authorization: __, ...headers } = request.headers;
  const upstream = requestUpstream(target, {
    agent,
    method: request.method,
    timeout: UPSTREAM_TIMEOUT_MS,
    headers: withoutHopHeaders(headers),
  });
  request.raw.pipe(upstream);
  reply.raw.once('close', () => upstream.destroy());
  upstream.once('timeout', () => upstream.destroy(new Error('the simulator did not answer in time')));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject);
  }).catch((error: unknown) => {
    throw new DomainError('service.unavailable', {
      sentence: 'The carrier simulator does not answer.',
      cause: error,
    });
  });
  // The simulator's page has rules of its own; those of the api would break it.
  reply.removeHeader('content-security-policy');
  return reply
    .status(answer.statusCode ?? 502)
    .headers(withoutHopHeaders(answer.headers))
    .send(answer);
}

const withoutHopHeaders = <Value>(headers: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)));
