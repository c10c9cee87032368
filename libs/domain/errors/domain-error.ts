import { ERROR_CATALOGUE } from './error-catalogue.js';
import type { ErrorCode, ErrorEntry, ErrorKind, ErrorLogLevel } from './error-catalogue.js';

/** What is wrong with one field of the input; `field` is a path such as `recipients[3].to`. */
export interface FieldProblem {
  readonly field: string;
  readonly code?: string;
  readonly message: string;
}

export interface DomainErrorOptions {
  readonly fields?: readonly FieldProblem[];
  /** Replaces the sentence of the catalogue where a more exact one helps. It is shown to customers. */
  readonly sentence?: string;
  /** For the log only; never shown. */
  readonly cause?: unknown;
}

/**
 * The only error that features throw on purpose. Code, kind, retryability and log level come from the
 * catalogue, so no place can invent its own status or wording for the same failure.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly logLevel: ErrorLogLevel;
  readonly sentence: string;
  readonly fields: readonly FieldProblem[];

  constructor(code: ErrorCode, options: DomainErrorOptions = {}) {
    const entry: ErrorEntry = ERROR_CATALOGUE[code];
    const sentence = options.sentence ?? entry.sentence;
    super(`${code}: ${sentence}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.kind = entry.kind;
    this.retryable = entry.retryable;
    this.logLevel = entry.logLevel;
    this.sentence = sentence;
    this.fields = options.fields ?? [];
  }
}

export const isDomainError = (error: unknown): error is DomainError => error instanceof DomainError;
