import { DomainError } from '#domain';

/** rate.limited with the time to wait, which the api puts into Retry-After. */
export class RateLimitedError extends DomainError {
  constructor(readonly retryAfterSeconds: number) {
    super('rate.limited');
  }
}
