import type { Clock } from '#domain';

/** The real clock; tests put a fake one in its place. */
export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }
}
