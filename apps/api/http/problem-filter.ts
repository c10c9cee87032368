import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '#domain';
import type { Logger } from '#platform';
import { describeProblem, toDomainError } from './problem.js';

/** Without a better number from the error itself. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const error = toDomainError(thrown);
    this.#log(error, request);
    sendProblem(error, request, http.getResponse<FastifyReply>());
  }

  #log(error: DomainError, request: FastifyRequest): void {
    const line = {
      requestId: request.id,
      method: request.method,
      // The route's pattern, never the address itself: that may carry a phone number.
      route: request.routeOptions?.url,
      errorCode: error.code,
      ...(error.kind === 'internal' || error.kind === 'unavailable' ? { err: error.cause } : {}),
    };
    this.logger[error.logLevel](line, 'request refused');
  }
}

/** Writes the problem document. Also serves what Fastify refuses before it knows a route. */
export function sendProblem(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const problem = describeProblem(error, request.id);
  if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  const retryAfterSeconds = findRetryAfterSeconds(error);
  if (retryAfterSeconds !== undefined) void reply.header('Retry-After', String(retryAfterSeconds));
  // Written out here because Fastify serialises only application/json by itself.
  void reply
    .status(problem.status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(problem));
}

function findRetryAfterSeconds(error: DomainError): number | undefined {
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
  if (retryAfterSeconds !== undefined) return retryAfterSeconds;
  return error.kind === 'unavailable' || error.kind === 'too_many' ? DEFAULT_RETRY_AFTER_SECONDS : undefined;
}
