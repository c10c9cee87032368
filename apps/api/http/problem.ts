import { HttpException } from '@nestjs/common';
import {
  DomainError,
  ERROR_CATALOGUE,
  isDomainError,
  type ErrorCode,
  type ErrorKind,
  type FieldProblem,
} from '#domain';
import { sqlStateOf } from '#platform';

/** An RFC 9457 problem document, the only shape in which the api says no. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  instance: string;
  errors?: readonly FieldProblem[];
  /** Told to the owner of a verification alone. */
  attemptsLeft?: number;
  secondsLeft?: number;
}

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  insufficient_funds: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  too_many: 429,
  internal: 500,
  unavailable: 503,
};

/** What Nest and Fastify refuse by themselves: unreadable JSON, unknown routes, large bodies. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'resource.not_found',
  413: 'request.too_large',
  415: 'request.unsupported_media_type',
  429: 'rate.limited',
  503: 'service.unavailable',
};

/** PostgreSQL is away, restarting, full, or a statement hit its time limit: later may be better. */
const UNAVAILABLE_SQLSTATE = /^(08...|53...|57014|57P0.|55P03|40001|40P01)$/;
const UNAVAILABLE_SYSTEM_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);
/** pg gives these errors no code, and PostgreSQL the last one a code that it shares with others. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)|is not currently accepting connections/;

/** PostgreSQL cannot keep NUL in a text or in JSON. Schemas refuse control characters; this catches the one forgotten. */
const UNSTORABLE_SQLSTATES = new Set(['22021', '22P05']);
const UNSTORABLE_SENTENCE = 'A text contains a character that cannot be stored.';

/** Turns anything thrown into one of the errors of the catalogue. */
export function toDomainError(error: unknown): DomainError {
  if (isDomainError(error)) return error;
  if (isOutage(error)) return new DomainError('service.unavailable', { cause: error });
  if (UNSTORABLE_SQLSTATES.has(sqlStateOf(error)))
    return new DomainError('request.invalid', { sentence: UNSTORABLE_SENTENCE, cause: error });
  const status = httpStatusOf(error);
  if (status === undefined || (status >= 500 && status !== 503))
    return new DomainError('internal.error', { cause: error });
  const code = CODE_OF_STATUS[status] ?? 'request.invalid';
  return code === 'request.invalid'
    ? new DomainError(code, { sentence: explainUnreadable(error), cause: error })
    : new DomainError(code, { cause: error });
}

/** @param requestId names this occurrence; the log line of the error carries it too */
export function describeProblem(error: DomainError, requestId: string): Problem {
  const { attemptsLeft, secondsLeft } = error as { attemptsLeft?: number; secondsLeft?: number };
  return {
    type: `urn:carillon:problem:${error.code}`,
    title: ERROR_CATALOGUE[error.code].sentence,
    status: STATUS_OF_KIND[error.kind],
    code: error.code,
    detail: error.sentence,
    instance: `urn:carillon:request:${requestId}`,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  };
}

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlStateOf(error);
  return (
    UNAVAILABLE_SQLSTATE.test(state) ||
    UNAVAILABLE_SYSTEM_ERRORS.has(state) ||
    UNAVAILABLE_MESSAGE.test(error.message)
  );
}

function httpStatusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The parser's own words are shown only for JSON: they name a position and repeat nothing secret. */
function explainUnreadable(error: unknown): string {
  const isJson = error instanceof Error && /JSON|__proto__|prototype/i.test(error.message);
  return isJson ? 'The body is not JSON that can be read.' : 'The request cannot be read.';
}
