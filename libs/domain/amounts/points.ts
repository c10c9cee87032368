import { DomainError } from '../errors/domain-error.js';

/** Points are integers of millipoints everywhere; only the API shows decimal strings. */
export const MILLIPOINTS_PER_POINT = 1000n;

/** The largest amount one request may name: far above any wallet, far below what a database bigint holds. */
export const MAX_POINTS = 10n ** 12n;
export const MAX_MILLIPOINTS = MAX_POINTS * MILLIPOINTS_PER_POINT;

/** Thirteen digits, a point and three decimals; anything longer is refused before it is parsed. */
const MAX_AMOUNT_LENGTH = 17;
const DECIMAL_POINTS = /^(0|[1-9][0-9]*)(?:\.([0-9]{1,3}))?$/;

const refuseAmount = (reason: string): DomainError =>
  new DomainError('credits.amount_invalid', { sentence: reason });

/**
 * Reads an amount of points: a decimal string such as `12.5`, or a JavaScript integer.
 * Fractions as JavaScript numbers are refused because they have already lost exactness.
 * @returns millipoints, 0 … MAX_MILLIPOINTS
 * @throws DomainError `credits.amount_invalid` for signs, exponents, blanks, more than 3 decimals or too much
 */
export function parsePoints(input: string | number): bigint {
  if (typeof input === 'number' && !Number.isSafeInteger(input)) {
    throw refuseAmount('Send a fraction of points as a string, such as "12.5".');
  }
  const text = String(input);
  const match = text.length <= MAX_AMOUNT_LENGTH ? DECIMAL_POINTS.exec(text) : null;
  if (match === null) throw new DomainError('credits.amount_invalid');
  const [, whole = '0', decimals = ''] = match;
  const millipoints = BigInt(whole) * MILLIPOINTS_PER_POINT + BigInt(decimals.padEnd(3, '0'));
  if (millipoints > MAX_MILLIPOINTS)
    throw refuseAmount(`An amount is at most ${MAX_POINTS.toString()} points.`);
  return millipoints;
}

/** Writes millipoints as the shortest exact decimal: 12500n -> `12.5`, -50n -> `-0.05`. */
export function formatPoints(millipoints: bigint): string {
  const sign = millipoints < 0n ? '-' : '';
  const size = millipoints < 0n ? -millipoints : millipoints;
  const whole = (size / MILLIPOINTS_PER_POINT).toString();
  const rest = size % MILLIPOINTS_PER_POINT;
  if (rest === 0n) return sign + whole;
  return `${sign}${whole}.${rest.toString().padStart(3, '0').replace(/0+$/, '')}`;
}
