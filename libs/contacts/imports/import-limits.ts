/** Imports of one account that may wait or run at the same time. */
export const MAX_OPEN_IMPORTS = 20;

/** Runs of one import, crashes included, before it counts as failed. */
export const MAX_ATTEMPTS = 5;

/** How often a run tells its progress and looks whether it was cancelled. */
export const PROGRESS_MS = 1_000;

/** A run that has not told its progress for so long may be taken over; fencing makes that safe at any moment. */
export const TAKEOVER_SECONDS = 10;

/** A run that has not told its progress for so long is enqueued again. */
export const LOST_SECONDS = 20;

/** A queued import that nobody has taken for so long is enqueued again. */
export const OVERDUE_SECONDS = 15;

/** Rows, and characters, that travel to PostgreSQL in one COPY. Two such chunks are in memory at most. */
export const CHUNK_ROWS = 20_000;
export const CHUNK_CHARS = 4 * 1024 * 1024;

/** Above this many rows the merge reads tables in order instead of looking rows up one by one. */
export const LARGE_MERGE_ROWS = 50_000;

/** Longest time one statement of the staging or merging of 5,000,000 rows may take. */
export const STATEMENT_TIMEOUT_MS = 15 * 60_000;

/** Two imports into one list merge one after the other. */
export const MERGE_LOCK_TIMEOUT_MS = 10 * 60_000;

/** Memory the merge may sort in before it uses the disk, MB. */
export const MERGE_SORT_MEGABYTES = 128;

/** Largest file of rejected rows, bytes: an upload with some columns added. */
export const MAX_REJECTED_FILE_BYTES = 1024 * 1024 * 1024;

/** Uploads that one sweep removes. */
export const REMOVALS_PER_SWEEP = 100;
