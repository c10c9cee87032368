import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { isDomainError } from '#domain';
import type { Logger } from '#platform';
import { NoReceiverError } from '../phones/reply-sender.js';

interface FieldProblem {
  field: string;
  message: string;
}

/** An answer that is not the one asked for, as RFC 9457 writes it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }
}

/** Checks input against a schema. Throws a Problem that names every field that does not fit. */
export function readInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new Problem(422, 'request.invalid', 'Some fields do not fit; see errors.', errors);
}

export function sendProblem(reply: FastifyReply, { status, code, detail, errors }: Problem): FastifyReply {
  const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail };
  return reply
    .code(status)
    .type('application/problem+json')
    .send(errors.length > 0 ? { ...body, errors } : body);
}

/** Makes every failure of the server a problem document; only those of our own making are logged. */
export function installProblems(server: FastifyInstance, logger: Logger): void {
  server.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new Problem(404, 'not_found', 'There is nothing at this address.')),
  );
  server.setErrorHandler((error: FastifyError | Problem, _request, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) {
      logger.error({ error }, 'a request to the simulator failed');
    }
    return sendProblem(reply, problem);
  });
}

function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof NoReceiverError) {
    return new Problem(503, 'simulator.not_bound', 'No client is bound that could take the reply.');
  }
  if (isDomainError(error)) return new Problem(422, error.code, error.sentence);
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, 'request.invalid', error.message);
  return new Problem(500, 'internal.error', 'The simulator failed; see its log.');
}
