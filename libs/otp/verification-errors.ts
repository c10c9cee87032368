import { DomainError } from '#domain';

/**
 * Wrong, expired, used and unknown codes answer alike. What is left is told, since the caller owns the verification;
 * zero when there is nothing to check against.
 */
export class InvalidCodeError extends DomainError {
  constructor(
    readonly attemptsLeft: number,
    readonly secondsLeft: number,
  ) {
    super('verifications.invalid_code', {
      fields: [{ field: 'code', code: 'invalid', message: 'This code is not right, or no longer valid.' }],
    });
  }
}

/** No further code for now, with the time to wait. */
export class SendRefusedError extends DomainError {
  constructor(
    code: 'verifications.too_soon' | 'verifications.too_many',
    readonly retryAfterSeconds: number,
  ) {
    super(code);
  }
}
