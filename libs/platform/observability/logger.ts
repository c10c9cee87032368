import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Fields that may carry secrets or personal data and are never written to a log. */
const REDACTED = [
  'password',
  'apiKey',
  'authorization',
  'cookie',
  'body',
  '*.password',
  '*.authorization',
  '*.cookie',
];

/**
 * @param process name of the process, shown in each line
 * @param level pino level, or `silent`
 */
export function createLogger(process: string, level: string): Logger {
  return pino({
    level,
    base: { process },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: { err: describeError },
  });
}

/**
 * What a log may say of an error. Drivers hang connections, parameters and rows on their errors: those hold passwords
 * and phone numbers, so only named fields are taken.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Lets NestJS write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
}
