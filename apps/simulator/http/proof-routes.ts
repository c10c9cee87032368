import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AcceptedLog } from '../carrier/accepted-log.js';
import type { Counters } from '../carrier/counters.js';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import type { PhoneBook } from '../phones/phone-book.js';
import { readInput } from './problem.js';

const MAX_PAGE = 10_000;
const pageSchema = z.strictObject({
  cursor: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(1_000),
});

export interface Proofs {
  counters: Counters;
  desk: DeliveryDesk;
  phones: PhoneBook;
  log: AcceptedLog;
}

/** What the carrier counted and accepted: tests hold the platform's books against it. */
export function addProofRoutes(server: FastifyInstance, { counters, desk, phones, log }: Proofs): void {
  server.get('/stats', () => {
    const logins = [...desk.knownLogins].map(({ systemId, sessionCount, receiverCount, outstanding }) => ({
      systemId,
      sessions: sessionCount,
      receivers: receiverCount,
      outstanding,
    }));
    return {
      ...counters,
      receiptsPending: desk.pendingReceipts,
      sessions: logins.reduce((sum, login) => sum + login.sessions, 0),
      phones: phones.phoneCount,
      incompleteMessages: phones.incompleteMessages,
      logins,
    };
  });

  server.get('/accepted', (request) => {
    const { cursor, limit } = readInput(pageSchema, request.query);
    const { parts, nextCursor, missed } = log.readFrom(cursor, limit);
    const data = parts.map(({ atMs, ...part }) => ({ ...part, at: new Date(atMs).toISOString() }));
    return { data, nextCursor, missed };
  });
}
