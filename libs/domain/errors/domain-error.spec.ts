import { DomainError, isDomainError } from './domain-error.js';
import { ERROR_CATALOGUE, isErrorCode } from './error-catalogue.js';
import type { ErrorEntry } from './error-catalogue.js';

const entries = Object.entries(ERROR_CATALOGUE) as [string, ErrorEntry][];

describe('the error catalogue', () => {
  it.each(entries)('%s has a lower-case dotted code and a whole sentence', (code, { sentence }) => {
    expect(code).toMatch(/^[a-z]+\.[a-z_]+$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('calls only postponed, unavailable and internal failures retryable', () => {
    const retryable = entries.filter(([, entry]) => entry.retryable).map(([code]) => code);
    expect(retryable.sort()).toEqual([
      'idempotency.in_progress',
      'internal.error',
      'rate.limited',
      'service.unavailable',
      'verifications.too_many',
      'verifications.too_soon',
    ]);
  });

  it('does not know inherited names as codes', () => {
    expect(isErrorCode('credits.insufficient')).toBe(true);
    expect(isErrorCode('constructor')).toBe(false);
  });
});

describe('a domain error', () => {
  it('takes kind and sentence from the catalogue, and keeps the cause out of what is shown', () => {
    const error = new DomainError('credits.insufficient', { cause: new Error('secret host') });
    expect(error).toMatchObject({ kind: 'insufficient_funds', retryable: false, fields: [] });
    expect(error.message).not.toContain('secret');
    expect(isDomainError(error)).toBe(true);
    expect(isDomainError(new Error('x'))).toBe(false);
  });

  it('shows a more exact sentence and the fields when it is given them', () => {
    const fields = [{ field: 'to', code: 'number.landline', message: 'This is a landline.' }];
    const error = new DomainError('request.invalid', { sentence: 'Check the number.', fields });
    expect(error.sentence).toBe('Check the number.');
    expect(error.fields).toEqual(fields);
  });
});
