import { type BindHandler, SmppServer, STATUS } from '#smpp';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import type { Carrier } from './carrier.js';

/**
 * Receipts on the wire per session without an answer. Clients answer a receipt when they have stored it, so a
 * small window would let receipts fall behind the submits of a broadcast; it stays below the 1,000 unanswered
 * requests at which a client of ours stops reading.
 */
const RECEIPT_WINDOW = 900;
/** Submits per session whose answer is held back, by a delay or for a receipt; above any window of a client. */
const MAX_UNANSWERED_SUBMITS = 10_000;
/** A client that stops answering is asked and cut sooner than in production: tests wait for it. */
const RESPONSE_TIMEOUT_MS = 30_000;

/** The login a carrier asks for; without it, it lets everybody in. */
export interface Credentials {
  readonly systemId: string;
  readonly password: string;
}

/** The SMPP side of the simulator, not yet listening. */
export function createSmppServer(
  carrier: Carrier,
  desk: DeliveryDesk,
  credentials: Credentials | undefined,
): SmppServer {
  const admit: BindHandler = (bind) => {
    if (credentials && bind.systemId !== credentials.systemId) return STATUS.ESME_RINVSYSID;
    if (credentials && bind.password !== credentials.password) return STATUS.ESME_RINVPASWD;
    return desk.loginOf(bind.systemId) ? STATUS.ESME_ROK : STATUS.ESME_RBINDFAIL;
  };
  const server = new SmppServer({
    session: {
      systemId: 'SIMULATOR',
      windowSize: RECEIPT_WINDOW,
      maxUnansweredIncoming: MAX_UNANSWERED_SUBMITS,
      responseTimeoutMs: RESPONSE_TIMEOUT_MS,
      onBind: admit,
    },
    onRequest: (request, session) => carrier.take(request, session),
  });
  server.on('bound', (session) => desk.addSession(session));
  server.on('sessionClosed', (session) => desk.removeSession(session));
  return server;
}
