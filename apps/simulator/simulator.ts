import type { AddressInfo } from 'node:net';
import type { Logger } from '#platform';
import { BehaviourStore } from './behaviour/behaviour-store.js';
import { Carrier } from './carrier/carrier.js';
import { Counters } from './carrier/counters.js';
import { createSmppServer, type Credentials } from './carrier/create-smpp-server.js';
import { DeliveryDesk } from './deliveries/delivery-desk.js';
import { createHttpServer } from './http/create-http-server.js';
import { PhoneBook } from './phones/phone-book.js';
import { ReplySender } from './phones/reply-sender.js';

/** What a stopping simulator grants its clients to take what is on the wire, and to answer unbind. */
const STOP_DRAIN_MS = 1_000;
const STOP_UNBIND_MS = 1_000;

export interface SimulatorOptions {
  /** Address both servers listen on. Default 127.0.0.1. */
  host?: string;
  /** 0, the default, picks a free one. */
  httpPort?: number;
  /** 0, the default, picks a free one. */
  smppPort?: number;
  logger: Logger;
  /** Makes the random faults and delays the same in every run. */
  seed?: number;
  /** The only login let in; everybody is when left out. */
  credentials?: Credentials;
}

export interface Simulator {
  readonly smppPort: number;
  /** Without a path: the page is at /simulator under it. */
  readonly httpUrl: string;
  /** Ends every session and both servers, within 5 s. May be called again. */
  stop(): Promise<void>;
}

/** Starts a carrier for development and tests. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', httpPort = 0, smppPort = 0, logger, seed, credentials } = options;
  const behaviours = new BehaviourStore(seed);
  const counters = new Counters();
  const phones = new PhoneBook();
  const desk = new DeliveryDesk(counters);
  const carrier = new Carrier(behaviours, desk, phones, counters);
  const smpp = createSmppServer(carrier, desk, credentials);
  smpp.on('bound', ({ peerSystemId }, mode) => logger.info({ peerSystemId, mode }, 'a client has bound'));
  smpp.on('sessionClosed', ({ peerSystemId }, { reason }) =>
    logger.info({ peerSystemId, reason }, 'a client has gone'),
  );
  const replies = new ReplySender(phones, desk);
  const reset = (): void => carrier.reset();
  const http = createHttpServer(
    { behaviours, counters, desk, phones, replies, reset, log: carrier.log },
    logger,
  );

  const stop = async (): Promise<void> => {
    await Promise.all([http.close(), smpp.close({ drainMs: STOP_DRAIN_MS, unbindMs: STOP_UNBIND_MS })]);
    carrier.stop();
    desk.stop();
  };
  try {
    await smpp.listen(smppPort, host);
    await http.listen({ port: httpPort, host });
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = http.server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    smppPort: smpp.port,
    httpUrl: `http://${reachableHost(host)}:${port}`,
    stop: () => (stopping ??= stop()),
  };
}

/** An address to connect to: one that means "every interface" is none. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
