import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { PhoneBook } from '../phones/phone-book.js';
import type { ReplySender } from '../phones/reply-sender.js';
import { readInput } from './problem.js';

const MAX_LISTED_PHONES = 1_000;
const DEFAULT_LISTED_PHONES = 60;
/** Ten parts of UCS-2 are 670 characters, ten of GSM 1,530; the limit on parts itself is checked when encoding. */
const MAX_REPLY_CHARACTERS = 2_000;

const numberSchema = z.object({
  number: z.string().regex(/^\+?[0-9]{1,20}$/, 'must be a phone number in digits, with or without "+"'),
});
const listSchema = z.strictObject({
  minMessages: z.coerce.number().int().min(1).max(1_000).default(1),
  minIdentical: z.coerce.number().int().min(1).max(1_000).default(1),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED_PHONES).default(DEFAULT_LISTED_PHONES),
});
const replySchema = z.strictObject({
  /** The sender id or number the person answers to; 20 characters fit the protocol. */
  to: z.string().min(1).max(20),
  body: z.string().min(1).max(MAX_REPLY_CHARACTERS),
});

/** Phones: what they received, and what the people who hold them answer. */
export function addPhoneRoutes(
  server: FastifyInstance,
  phones: PhoneBook,
  replies: ReplySender,
  reset: () => void,
): void {
  server.get('/phones', (request) => ({
    data: phones.list(readInput(listSchema, request.query)),
    nextCursor: null,
    version: phones.version,
  }));

  server.delete('/phones', (_request, reply) => {
    reset();
    return reply.code(204).send();
  });

  server.get('/phones/:number/messages', (request) => {
    const { number } = readInput(numberSchema, request.params);
    return { data: phones.messagesOf(number), nextCursor: null };
  });

  server.post('/phones/:number/replies', (request, reply) => {
    const { number } = readInput(numberSchema, request.params);
    const { to, body } = readInput(replySchema, request.body);
    return reply.code(202).send({ parts: replies.send(number, to, body) });
  });
}
