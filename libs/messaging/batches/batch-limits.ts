/** Messages of one batch. A message id is batch id * BATCH_ID_SPAN + position, so the span must stay above the size. */
export const BATCH_SIZE = 500;
export const BATCH_ID_SPAN = 512n;

/** A worker that says nothing for so long has lost its batches (and its gateway slots) to the others. */
export const LEASE_SECONDS = 10;
export const HEARTBEAT_MS = 3_000;

/** Jobs of the bulk lane that may wait in the queue at the same time; the rest waits in PostgreSQL (rule B12). */
export const MAX_QUEUED_BULK_BATCHES = 24;
/** A job that was enqueued and not begun within this time is enqueued again: the queue may have lost it. */
export const REQUEUE_AFTER_SECONDS = 30;

/** The part of a gateway's window that broadcasts may fill; the rest stays free for one-time passwords (rule O9). */
export const BULK_WINDOW_SHARE = 0.8;

/**
 * How long an unknown submission waits for a receipt or a late answer to tell its end. Afterwards its points are given
 * back and its batch may close; a later receipt still corrects the state (docs/adr/0002).
 */
export const UNKNOWN_GRACE_SECONDS = 60;
/** An accepted message whose receipt never came is closed as unconfirmed so long after its validity (rule R1.7). */
export const RECEIPT_GRACE_HOURS = 72;

/** First message id of a batch, and the first id after it. */
export function messageIdRange(batchId: bigint): { first: bigint; end: bigint } {
  return { first: batchId * BATCH_ID_SPAN, end: (batchId + 1n) * BATCH_ID_SPAN };
}

export function messageIdAt(batchId: bigint, position: number): bigint {
  return batchId * BATCH_ID_SPAN + BigInt(position);
}

export function batchIdOf(messageId: bigint): bigint {
  return messageId / BATCH_ID_SPAN;
}

export function positionOf(messageId: bigint): number {
  return Number(messageId % BATCH_ID_SPAN);
}
