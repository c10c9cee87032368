import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApiApp } from '#apps/api';
import { createLogger, loadSettings, type Logger, type Settings } from '#platform';
import { createTestDatabase, type TestDatabase } from '#testing';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or undefined when there is no body. */
  readonly body: Record<string, any>;
  readonly text: string;
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it stands instead of `body`. */
  rawBody?: string;
  headers?: Record<string, string>;
  cookie?: string;
  apiKey?: string;
}
