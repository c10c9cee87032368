import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Fields that may carry secrets or personal data and are never written to a log. */
const REDACTED = [
  'password',
  'code',
  'apiKey',
  'authorization',
  'cookie',
  'body',
  '*.password',
  '*.code',
  '*.authorization',
  '*.cookie',
];

/**
 * @param process name of the process, shown in each line
 * @param level pino level, or `silent`
 */
export function createLogger(process: string, level: string): Logger {
  return pino({ name: process, level, base: { process }, redact: { paths: REDACTED, censor: '[redacted]' } });
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
