/** Gives the import to a new run, unless another one has told its progress just now. $1 import, $2 seconds. */
export const CLAIM_SQL = `
  UPDATE imports
  SET state = 'running', epoch = nextval('import_epochs'), attempts = attempts + 1, heartbeat_at = now(),
      started_at = coalesce(started_at, now()), rows = 0, read_share = 0
  FROM (SELECT id AS claimed_id, epoch AS previous_epoch FROM imports WHERE id = $1 FOR UPDATE) AS before
  WHERE id = claimed_id AND storage_key IS NOT NULL
    AND (state = 'queued' OR (state = 'running' AND heartbeat_at < now() - make_interval(secs => $2)))
  RETURNING id, account_id AS "accountId", list_id AS "listId", file_name AS "fileName", storage_key AS "storageKey",
    mapping, default_country AS "defaultCountry", epoch, attempts, previous_epoch AS "previousEpoch"`;

/** $1 import, $2 epoch, $3 rows, $4 share of the file, $5 detected or null. Touches nothing when the run lost its claim. */
export const PROGRESS_SQL = `
  UPDATE imports SET heartbeat_at = now(), rows = $3, read_share = $4, detected = coalesce($5::jsonb, detected)
  WHERE id = $1 AND epoch = $2 AND state = 'running'
  RETURNING id`;

/**
 * Moves the staged rows of a run into its list, in the order of their numbers, so that pages of recipients lie together
 * on the disk. The first row of a number in the file wins; numbers in the list stay as they are; suppressed numbers count
 * as suppressed, however often they come and whether or not the list has them.
 * The caller holds the list's lock. $1 epoch, $2 account, $3 list.
 */
export const MERGE_SQL = `
  WITH fresh AS MATERIALIZED (
    SELECT DISTINCT ON (phone) phone, country, variables, is_rewritten FROM import_rows
    WHERE epoch = $1
      AND NOT EXISTS (SELECT FROM suppressions
                      WHERE suppressions.account_id = $2 AND suppressions.phone = import_rows.phone)
      AND NOT EXISTS (SELECT FROM contacts WHERE contacts.list_id = $3 AND contacts.phone = import_rows.phone)
    ORDER BY phone, row
  ), added AS (
    INSERT INTO contacts (list_id, account_id, phone, country, variables)
    SELECT $3, $2, phone, country, variables FROM fresh
  )
  SELECT (SELECT count(*) FROM fresh)::int AS accepted,
         (SELECT count(*) FROM fresh WHERE is_rewritten)::int AS repaired,
         (SELECT count(*) FROM import_rows
          JOIN suppressions ON suppressions.account_id = $2 AND suppressions.phone = import_rows.phone
          WHERE epoch = $1)::int AS suppressed,
         (SELECT count(*) FROM import_rows WHERE epoch = $1)::int AS staged`;

/** The last word of a run; touches nothing when the run was cancelled or lost its claim. $1 import, $2 epoch. */
export const COMPLETE_SQL = `
  UPDATE imports
  SET state = 'done', rows = $3, accepted = $4, repaired = $5, duplicates = $6, suppressed = $7, invalid = $8,
      read_share = 1, rejected_key = $9, detected = $10, finished_at = clock_timestamp()
  WHERE id = $1 AND epoch = $2 AND state = 'running'`;

/** $1 import, $2 epoch, $3 the failure. */
export const FAIL_SQL = `
  UPDATE imports SET state = 'failed', error = $3, finished_at = clock_timestamp()
  WHERE id = $1 AND epoch = $2 AND state = 'running'`;

/** Gives the import back to the queue. $1 import, $2 epoch, $3 whether the run does not count as an attempt. */
export const RELEASE_SQL = `
  UPDATE imports SET state = 'queued', queued_at = now(), attempts = attempts - $3::boolean::int
  WHERE id = $1 AND epoch = $2 AND state = 'running'
  RETURNING id`;

/** Fails the imports whose runs died too often. $1 seconds, $2 attempts, $3 the failure. */
export const FAIL_LOST_SQL = `
  UPDATE imports SET state = 'failed', error = $3, finished_at = clock_timestamp()
  WHERE state = 'running' AND heartbeat_at < now() - make_interval(secs => $1) AND attempts >= $2`;

/** Finds the imports nobody works on and gives them to the queue again. $1 seconds queued, $2 seconds running. */
export const REQUEUE_SQL = `
  UPDATE imports SET state = 'queued', queued_at = now()
  WHERE (state = 'queued' AND queued_at < now() - make_interval(secs => $1))
     OR (state = 'running' AND heartbeat_at < now() - make_interval(secs => $2))
  RETURNING id`;
