import type { Database } from '../database/database.js';

/** Answers are kept this long for replays; afterwards a key may be used again. */
export const IDEMPOTENCY_KEEP_HOURS = 48;

/** Removes answers nobody will ask for again. */
export async function forgetIdempotencyKeys(database: Database): Promise<void> {
  await database.runSystemStatement(
    `DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(hours => $1)`,
    [IDEMPOTENCY_KEEP_HOURS],
  );
}
