import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseIdempotencyKey, type IdempotentAnswer } from '#platform';

/** The checked Idempotency-Key header of this request. @throws DomainError idempotency.key_missing | key_invalid */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  parseIdempotencyKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
);

/** Tells the reference that a route needs the header. */
export const NeedsIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: 'Repeat a call with the same key and body and it takes effect once.',
  });

/** Sets status and replay header of an answer of runIdempotent and returns its body. */
export function sendIdempotent<Body>(reply: FastifyReply, answer: IdempotentAnswer<Body>): Body {
  void reply.status(answer.status);
  if (answer.isReplay) void reply.header('Idempotent-Replayed', 'true');
  return answer.body;
}
