import { createHash } from 'node:crypto';
import { DomainError } from '#domain';
import type { AccountTx } from '../database/tx.js';

/** What a caller sent along: the header's value and the request it stands for. */
export interface IdempotentRequest {
  /** Value of the Idempotency-Key header. */
  key: string;
  /** Method and path, so that one key never serves two routes. */
  route: string;
  /** Parsed body. */
  body: unknown;
}

export interface IdempotentAnswer<T> {
  status: number;
  body: T;
  /** True when an earlier call's answer is given again. */
  isReplay: boolean;
}

const KEY_PATTERN = /^[A-Za-z0-9._~:+/=-]{1,255}$/;

/**
 * Checks the Idempotency-Key header.
 * @throws DomainError idempotency.key_missing | idempotency.key_invalid
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined || header === '') throw new DomainError('idempotency.key_missing');
  if (Array.isArray(header) || !KEY_PATTERN.test(header)) throw new DomainError('idempotency.key_invalid');
  return header;
}

/**
 * Runs `work` at most once per account and key. The answer is stored in the same transaction as its effects, so a crash
 * leaves either both or neither. Errors are not stored: a refused call may be repeated with the same key.
 *
 * @throws DomainError idempotency.conflict (same key, other request) | idempotency.in_progress (the first call still runs)
 */
export async function runIdempotent<T>(
  tx: AccountTx,
  request: IdempotentRequest,
  work: () => Promise<{ status: number; body: T }>,
): Promise<IdempotentAnswer<T>> {
  const fingerprint = fingerprintOf(request);
  const [lock] = await tx.query<{ isMine: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7)) AS "isMine"`,
    [`${tx.accountId} ${request.key}`],
  );
  if (!lock?.isMine) throw new DomainError('idempotency.in_progress');
  const [stored] = await tx.query<{ fingerprint: Buffer; status: number; response: T }>(
    `SELECT fingerprint, status, response FROM idempotency_keys WHERE account_id = $1 AND key = $2`,
    [tx.accountId, request.key],
  );
  if (stored && !stored.fingerprint.equals(fingerprint)) throw new DomainError('idempotency.conflict');
  if (stored) return { status: stored.status, body: stored.response, isReplay: true };
  const { status, body } = await work();
  await tx.query(
    `INSERT INTO idempotency_keys (account_id, key, fingerprint, status, response) VALUES ($1, $2, $3, $4, $5)`,
    [tx.accountId, request.key, fingerprint, status, JSON.stringify(body)],
  );
  return { status, body, isReplay: false };
}

function fingerprintOf({ route, body }: IdempotentRequest): Buffer {
  return createHash('sha256')
    .update(`${route}\n${JSON.stringify(sortKeys(body ?? null))}`)
    .digest();
}

/** Two spellings of the same JSON object are the same request. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
