import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { RateLimitedError } from './rate-limited-error.js';

/**
 * How often something may be tried in one window. Nothing is counted by e-mail address alone: a stranger who guesses
 * from elsewhere must not lock the owner out.
 */
const ATTEMPT_LIMITS = {
  signInByIp: { attempts: 100, windowSeconds: 15 * 60 },
  signInByEmailAndIp: { attempts: 10, windowSeconds: 15 * 60 },
  signUpByIp: { attempts: 100, windowSeconds: 60 * 60 },
} as const;

export type LimitedAttempt = keyof typeof ATTEMPT_LIMITS;

/** Counts attempts in PostgreSQL, so that all processes share one count. */
@Injectable()
export class AttemptLimiter {
  constructor(private readonly database: Database) {}

  /**
   * Counts one attempt, in a transaction of its own: a refused request must not roll it back.
   * @throws RateLimitedError with the seconds until the window ends
   */
  async count(kind: LimitedAttempt, subject: readonly string[]): Promise<void> {
    const { attempts, windowSeconds } = ATTEMPT_LIMITS[kind];
    const [window] = await this.database.inSystem((tx) =>
      tx.query<{ attempts: number; secondsLeft: number }>(
        `INSERT INTO attempt_windows AS w (subject, attempts) VALUES ($1, 1)
         ON CONFLICT (subject) DO UPDATE SET
           attempts = CASE WHEN w.window_start <= now() - make_interval(secs => $2) THEN 1 ELSE w.attempts + 1 END,
           window_start = CASE WHEN w.window_start <= now() - make_interval(secs => $2) THEN now()
                               ELSE w.window_start END
         RETURNING attempts,
                   ceil(extract(epoch FROM window_start - now()) + $2)::int AS "secondsLeft"`,
        [hashSubject(kind, subject), windowSeconds],
      ),
    );
    if (window && window.attempts > attempts) throw new RateLimitedError(Math.max(1, window.secondsLeft));
  }

  /** Takes the count back after a success, so that honest people never meet the limit. */
  async forget(kind: LimitedAttempt, subject: readonly string[]): Promise<void> {
    await this.database.inSystem((tx) =>
      tx.execute(
        `DELETE FROM attempt_windows WHERE subject = $1 OR window_start < now() - interval '1 day'`,
        [hashSubject(kind, subject)],
      ),
    );
  }
}

const hashSubject = (kind: LimitedAttempt, subject: readonly string[]): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([kind, ...subject]))
    .digest();
