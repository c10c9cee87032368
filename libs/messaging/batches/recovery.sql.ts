/**
 * Batches whose claimant died. What it may have put on the wire becomes unknown, never queued (rule S8); the rest waits
 * again under a new epoch, so that a claimant that was only asleep can write nothing more. $1 lease in seconds, $2 limit.
 */
export const RECOVER_DEAD = `
WITH dead AS (
  SELECT id, intent_from, intent_upto, gateway_id FROM batches
   WHERE state = 'sending' AND heartbeat_at < now() - make_interval(secs => $1)
   ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
), doubtful AS (
  UPDATE messages m SET state = 'unknown', error = 'gateway.no_answer', submitted_at = now()
    FROM dead d
   WHERE m.id >= d.id * 512 + d.intent_from AND m.id < d.id * 512 + d.intent_upto AND m.state = 'queued'
  RETURNING m.id, m.account_id, m.recipient, d.gateway_id
), unresolved AS (
  INSERT INTO unresolved_submissions (message_id, account_id, gateway_id, recipient)
  SELECT id, account_id, gateway_id, recipient FROM doubtful ON CONFLICT DO NOTHING
), handed_over AS (
  DELETE FROM message_secrets s USING doubtful WHERE s.message_id = doubtful.id
)
UPDATE batches b
   SET epoch = b.epoch + 1,
       state = CASE WHEN b.queued_count > c.doubtful THEN 'ready'::batch_state
                    WHEN b.accepted_count + b.unresolved_count + c.doubtful > 0 THEN 'sent'
                    ELSE 'closed' END,
       queued_count = b.queued_count - c.doubtful,
       unknown_count = b.unknown_count + c.doubtful,
       unresolved_count = b.unresolved_count + c.doubtful,
       closed_at = CASE WHEN b.queued_count + b.accepted_count + b.unresolved_count = 0 THEN now() END,
       intent_from = 0, intent_upto = 0
  FROM (SELECT dead.id, count(doubtful.id) AS doubtful
          FROM dead LEFT JOIN doubtful ON doubtful.id / 512 = dead.id GROUP BY dead.id) c
 WHERE b.id = c.id
RETURNING b.id, c.doubtful::int AS doubtful`;

/** Jobs the queue has lost: their batches wait again. $1 seconds for bulk, $2 for the lanes somebody waits for. */
export const REQUEUE_FORGOTTEN = `
UPDATE batches SET state = 'ready'
 WHERE state = 'queued' AND queued_at < now() - make_interval(secs => CASE WHEN lane = 'bulk' THEN $1 ELSE $2 END::float8)`;

/**
 * Ends messages that still wait, in up to $1 batches that nobody is sending: cancelled by their campaign, or too old.
 * Their points are given back. Returns the points per hold.
 */
export const END_WAITING = `
WITH ending AS (
  SELECT id, CASE WHEN control = 'cancel' THEN 'cancelled' ELSE 'expired' END::message_state AS end_state FROM batches
   WHERE state IN ('ready', 'queued') AND (control = 'cancel' OR valid_until <= now())
   ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
), ended AS (
  UPDATE messages m SET state = e.end_state, settlement = 'released', final_at = now()
    FROM ending e
   WHERE m.id >= e.id * 512 AND m.id < (e.id + 1) * 512 AND m.state = 'queued'
  RETURNING m.id, m.state, m.price
), erased AS (
  DELETE FROM message_secrets s USING ended WHERE s.message_id = ended.id
), batch AS (
  UPDATE batches b
     SET queued_count = b.queued_count - c.ended,
         cancelled_count = b.cancelled_count + c.cancelled,
         expired_count = b.expired_count + c.expired,
         state = CASE WHEN b.accepted_count + b.unresolved_count > 0 THEN 'sent' ELSE 'closed' END::batch_state,
         closed_at = CASE WHEN b.accepted_count + b.unresolved_count = 0 THEN now() END
    FROM (SELECT ending.id, count(ended.id) AS ended,
                 count(*) FILTER (WHERE ended.state = 'cancelled') AS cancelled,
                 count(*) FILTER (WHERE ended.state = 'expired') AS expired,
                 coalesce(sum(ended.price), 0) AS release
            FROM ending LEFT JOIN ended ON ended.id / 512 = ending.id GROUP BY ending.id) c
   WHERE b.id = c.id
  RETURNING b.id, b.account_id, b.hold_id, c.release
)
SELECT (SELECT count(*)::int FROM batch) AS batches,
       (SELECT json_agg(json_build_object('accountId', account_id, 'holdId', hold_id, 'capture', 0, 'release', total)) FROM
         (SELECT account_id, hold_id, sum(release) AS total FROM batch WHERE hold_id IS NOT NULL AND release > 0
           GROUP BY account_id, hold_id ORDER BY account_id, hold_id) s) AS settlements`;

/**
 * Unknown submissions whose grace is over and whose customer does not want them sent again: they stay unknown, and what
 * cannot be proved is not charged. $1 grace in seconds, $2 limit.
 */
export const SETTLE_UNKNOWN = `
WITH due AS (
  SELECT u.message_id FROM unresolved_submissions u JOIN batches b ON b.id = u.message_id / 512
   WHERE NOT u.is_settled AND u.since < now() - make_interval(secs => $1)
     AND NOT (b.resend_unknown AND b.control <> 'cancel' AND b.valid_until > now())
   ORDER BY u.message_id LIMIT $2 FOR UPDATE OF u SKIP LOCKED
), settled AS (
  UPDATE unresolved_submissions u SET is_settled = true FROM due WHERE u.message_id = due.message_id
), ended AS (
  UPDATE messages m SET settlement = 'released', final_at = now()
    FROM due WHERE m.id = due.message_id AND m.state = 'unknown'
  RETURNING m.id, m.price
), batch AS (
  UPDATE batches b
     SET unresolved_count = b.unresolved_count - c.ended,
         state = CASE WHEN b.state = 'sent' AND b.accepted_count + b.unresolved_count - c.ended = 0
                      THEN 'closed' ELSE b.state END,
         closed_at = CASE WHEN b.state = 'sent' AND b.accepted_count + b.unresolved_count - c.ended = 0
                          THEN now() ELSE b.closed_at END
    FROM (SELECT id / 512 AS batch_id, count(*) AS ended, sum(price) AS release FROM ended GROUP BY 1 ORDER BY 1) c
   WHERE b.id = c.batch_id
  RETURNING b.account_id, b.hold_id, c.release
)
SELECT (SELECT count(*)::int FROM due) AS batches,
       (SELECT json_agg(json_build_object('accountId', account_id, 'holdId', hold_id, 'capture', 0, 'release', total)) FROM
         (SELECT account_id, hold_id, sum(release) AS total FROM batch WHERE hold_id IS NOT NULL AND release > 0
           GROUP BY account_id, hold_id ORDER BY account_id, hold_id) s) AS settlements`;

/** Unknown submissions whose customer chose to have them sent again. $1 grace in seconds, $2 limit. */
export const RESEND_UNKNOWN = `
WITH due AS (
  SELECT u.message_id FROM unresolved_submissions u JOIN batches b ON b.id = u.message_id / 512
   WHERE NOT u.is_settled AND u.since < now() - make_interval(secs => $1)
     AND b.resend_unknown AND b.control <> 'cancel' AND b.valid_until > now() AND b.state <> 'sending'
   ORDER BY u.message_id LIMIT $2 FOR UPDATE OF u SKIP LOCKED
), taken AS (
  DELETE FROM unresolved_submissions u USING due WHERE u.message_id = due.message_id
), again AS (
  UPDATE messages m SET state = 'queued', error = NULL FROM due WHERE m.id = due.message_id AND m.state = 'unknown'
  RETURNING m.id
)
UPDATE batches b
   SET unknown_count = b.unknown_count - c.again, unresolved_count = b.unresolved_count - c.again,
       queued_count = b.queued_count + c.again,
       state = CASE WHEN b.state = 'queued' THEN b.state ELSE 'ready' END, closed_at = NULL
  FROM (SELECT id / 512 AS batch_id, count(*) AS again FROM again GROUP BY 1 ORDER BY 1) c
 WHERE b.id = c.batch_id
RETURNING b.id`;

/** Accepted messages whose receipt never came, long after their validity: charged, closed as unconfirmed. $1 hours, $2 limit. */
export const CLOSE_UNCONFIRMED = `
WITH old AS (
  SELECT id FROM batches
   WHERE state = 'sent' AND accepted_count > 0 AND valid_until < now() - make_interval(hours => $1)
   ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
), ended AS (
  UPDATE messages m SET state = 'unconfirmed', settlement = 'captured', final_at = now()
    FROM old WHERE m.id >= old.id * 512 AND m.id < (old.id + 1) * 512 AND m.state = 'accepted'
  RETURNING m.id, m.price
), batch AS (
  UPDATE batches b
     SET accepted_count = b.accepted_count - c.ended, unconfirmed_count = b.unconfirmed_count + c.ended,
         state = CASE WHEN b.accepted_count - c.ended + b.unresolved_count = 0 THEN 'closed' ELSE b.state END,
         closed_at = CASE WHEN b.accepted_count - c.ended + b.unresolved_count = 0 THEN now() END
    FROM (SELECT id / 512 AS batch_id, count(*) AS ended, sum(price) AS capture FROM ended GROUP BY 1 ORDER BY 1) c
   WHERE b.id = c.batch_id
  RETURNING b.account_id, b.hold_id, c.capture
)
SELECT (SELECT count(*)::int FROM old) AS batches,
       (SELECT json_agg(json_build_object('accountId', account_id, 'holdId', hold_id, 'capture', total, 'release', 0)) FROM
         (SELECT account_id, hold_id, sum(capture) AS total FROM batch WHERE hold_id IS NOT NULL AND capture > 0
           GROUP BY account_id, hold_id ORDER BY account_id, hold_id) s) AS settlements`;

/**
 * Holds of single messages that have ended: nothing is left to settle, so the hold is closed. A campaign closes its own.
 * $1 limit.
 */
export const FIND_SPENT_SINGLE_HOLDS = `
SELECT b.account_id AS "accountId", b.hold_id AS "holdId"
  FROM holds h JOIN batches b ON b.hold_id = h.id
 WHERE h.status = 'open' AND h.reference_kind = 'message' AND b.campaign_id IS NULL AND b.state = 'closed'
 ORDER BY b.account_id, b.hold_id LIMIT $1`;

/** Submissions settled long ago whose receipt will not come any more (rule S13). $1 hours. */
export const FORGET_UNRESOLVED = `
DELETE FROM unresolved_submissions WHERE is_settled AND since < now() - make_interval(hours => $1)`;
