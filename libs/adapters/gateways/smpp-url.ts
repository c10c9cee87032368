/** Settings of one SMPP carrier, as read from its URL. */
export interface SmppGatewaySettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly hasTls: boolean;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** One transceiver, or a transmitter and a receiver side by side for hosts that know no transceiver (rule S1). */
  readonly bindAs: 'transceiver' | 'pair';
  /** Binds the login allows, over all workers. */
  readonly maxBinds: number;
  /** Parts on the wire without an answer, per bind (rule S3). */
  readonly window: number;
  /** Parts per second of the login, over all binds; 0 means no limit. */
  readonly ratePerSecond: number;
  /** Idle time after which the link is checked (rule S2). */
  readonly enquireIdleSeconds: number;
  /** How a receipt writes the id of the submit response (rule S12). */
  readonly receiptIds: ReceiptIdRule;
  /** Wait for the answer to a submission, ms; 60 s when left out (rule S4). */
  readonly responseTimeoutMs?: number;
}

/** same: as in the response · decimal: the response says it in hex · hex: the response says it in decimal */
export type ReceiptIdRule = 'same' | 'decimal' | 'hex';

const DEFAULT_PORT = 2775;

/**
 * Reads `smpp://systemId:password@host:port?window=10&binds=1&rate=0&enquire=30&ids=same&bind=transceiver&type=` (smpps for TLS).
 * @throws Error naming the parameter that is wrong; the password is never repeated
 */
export function parseSmppUrl(text: string): SmppGatewaySettings {
  const url = new URL(text);
  if (url.protocol !== 'smpp:' && url.protocol !== 'smpps:')
    throw new Error('SMPP_URL: begins with smpp:// or smpps://');
  const ids = readChoice(url, 'ids', ['same', 'decimal', 'hex']);
  return {
    name: url.searchParams.get('name') ?? 'smpp',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : DEFAULT_PORT,
    hasTls: url.protocol === 'smpps:',
    systemId: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    systemType: url.searchParams.get('type') ?? '',
    bindAs: readChoice(url, 'bind', ['transceiver', 'pair']),
    maxBinds: readNumber(url, 'binds', 1, 1, 64),
    window: readNumber(url, 'window', 10, 1, 1_000),
    ratePerSecond: readNumber(url, 'rate', 0, 0, 100_000),
    enquireIdleSeconds: readNumber(url, 'enquire', 30, 10, 60),
    receiptIds: ids,
  };
}

/** The first choice is the default. */
function readChoice<Choice extends string>(
  url: URL,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = url.searchParams.get(name) ?? choices[0];
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw new Error(`SMPP_URL: ${name} is ${choices.join(' or ')}`);
  return chosen;
}

function readNumber(url: URL, name: string, fallback: number, least: number, most: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`SMPP_URL: ${name} is a whole number from ${least} to ${most}`);
  }
  return value;
}
