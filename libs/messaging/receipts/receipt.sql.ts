/**
 * Applies up to 1,000 receipts in one statement. $1 gateway, $2 provider ids, $3 states, $4 details.
 *
 * part     the open part each receipt belongs to (index message_parts_provider); a part has one final receipt, so a
 *          duplicate finds nothing. The newest part wins where a carrier used an id again. LATERAL keeps the planner from
 *          looking through all parts without a receipt, which its defaults take for a handful.
 * verdict  what the receipts say of each message: failed with its first failed part, delivered with its last one
 * message  accepted messages move on, and their points are captured or released (primary key)
 * batch    counters follow; a batch with nothing open is closed (primary key)
 *
 * Returns the matched provider ids, the messages that were not waiting (CORRECT_LATE), and the points per hold.
 */
export const APPLY_RECEIPTS = `
WITH receipt AS (
  SELECT DISTINCT ON (provider_id) provider_id, state, detail, place
    FROM unnest($2::text[], $3::receipt_state[], $4::text[]) WITH ORDINALITY AS r(provider_id, state, detail, place)
   ORDER BY provider_id, place
), part AS (
  UPDATE message_parts p
     SET receipt = r.state, receipt_detail = r.detail, receipt_at = now()
    FROM receipt r CROSS JOIN LATERAL (
           SELECT message_id, part FROM message_parts
            WHERE provider_id = r.provider_id AND gateway_id = $1 AND receipt IS NULL
            ORDER BY message_id DESC LIMIT 1) newest
   WHERE p.message_id = newest.message_id AND p.part = newest.part AND p.receipt IS NULL
  RETURNING p.message_id, r.provider_id, r.state, r.detail
), verdict AS (
  SELECT message_id,
         count(*) FILTER (WHERE state = 'delivered')::smallint AS delivered,
         min(state) FILTER (WHERE state <> 'delivered') AS failure,
         min(detail) FILTER (WHERE state <> 'delivered') AS detail
    FROM part GROUP BY message_id
), message AS (
  UPDATE messages m
     SET delivered_parts = m.delivered_parts + v.delivered,
         state = CASE WHEN v.failure IS NOT NULL THEN v.failure::text::message_state
                      WHEN m.delivered_parts + v.delivered >= m.parts THEN 'delivered'
                      ELSE m.state END,
         error = CASE WHEN v.failure IS NOT NULL THEN v.detail END,
         final_at = CASE WHEN v.failure IS NOT NULL OR m.delivered_parts + v.delivered >= m.parts THEN now() END,
         settlement = CASE WHEN v.failure = 'expired' THEN 'released'
                           WHEN v.failure = 'undelivered' AND b.undelivered_policy = 'release' THEN 'released'
                           WHEN v.failure = 'undelivered' THEN 'captured'
                           WHEN m.delivered_parts + v.delivered >= m.parts THEN 'captured'
                           ELSE 'open' END::settlement
    FROM verdict v JOIN batches b ON b.id = v.message_id / 512
   WHERE m.id = v.message_id AND m.state = 'accepted'
  RETURNING m.id, m.state, m.settlement, m.price
), batch AS (
  UPDATE batches b
     SET accepted_count = b.accepted_count - c.ended,
         delivered_count = b.delivered_count + c.delivered,
         undelivered_count = b.undelivered_count + c.undelivered,
         expired_count = b.expired_count + c.expired,
         state = CASE WHEN b.state = 'sent' AND b.accepted_count - c.ended + b.unresolved_count = 0
                      THEN 'closed' ELSE b.state END,
         closed_at = CASE WHEN b.state = 'sent' AND b.accepted_count - c.ended + b.unresolved_count = 0
                          THEN now() ELSE b.closed_at END
    FROM (SELECT id / 512 AS batch_id,
                 count(*) FILTER (WHERE state <> 'accepted') AS ended,
                 count(*) FILTER (WHERE state = 'delivered') AS delivered,
                 count(*) FILTER (WHERE state = 'undelivered') AS undelivered,
                 count(*) FILTER (WHERE state = 'expired') AS expired,
                 coalesce(sum(price) FILTER (WHERE settlement = 'captured'), 0) AS capture,
                 coalesce(sum(price) FILTER (WHERE settlement = 'released'), 0) AS release
            FROM message GROUP BY 1 ORDER BY 1) c
   WHERE b.id = c.batch_id
  RETURNING b.account_id, b.hold_id, c.capture, c.release
), settlement AS (
  SELECT account_id, hold_id, sum(capture) AS capture, sum(release) AS release
    FROM batch WHERE hold_id IS NOT NULL AND capture + release > 0
   GROUP BY account_id, hold_id ORDER BY account_id, hold_id
)
SELECT (SELECT array_agg(provider_id) FROM part) AS matched,
       (SELECT array_agg(message_id) FROM
         (SELECT message_id FROM verdict EXCEPT SELECT id FROM message) AS late(message_id)) AS stragglers,
       (SELECT json_agg(json_build_object('accountId', account_id, 'holdId', hold_id,
                                          'capture', capture, 'release', release)) FROM settlement) AS settlements`;

/**
 * Receipts of parts nobody knows yet. One whose part has its receipt already is a duplicate and needs no place to wait:
 * it would match its part for ever and be of no use to it. A part without one may have been committed a moment ago, after
 * APPLY_RECEIPTS had looked: its receipt must wait. $1 gateway, $2 provider ids, $3 recipients, $4 states,
 * $5 details.
 */
export const KEEP_UNMATCHED = `
INSERT INTO receipt_inbox (gateway_id, provider_id, recipient, state, detail)
SELECT $1, r.* FROM unnest($2::text[], $3::text[], $4::receipt_state[], $5::text[]) AS r(provider_id, recipient, state, detail)
 WHERE NOT EXISTS (SELECT FROM message_parts p
                    WHERE p.provider_id = r.provider_id AND p.gateway_id = $1 AND p.receipt IS NOT NULL)`;

/**
 * Receipts for messages that had been closed as unconfirmed: the state becomes the true one, the points stay as they
 * were settled. $1 message ids whose parts already carry the receipts. Rare, so clarity comes before speed.
 */
export const CORRECT_LATE = `
WITH verdict AS (
  SELECT message_id,
         count(*) FILTER (WHERE receipt = 'delivered') AS delivered,
         min(receipt) FILTER (WHERE receipt <> 'delivered') AS failure
    FROM message_parts WHERE message_id = ANY($1) GROUP BY message_id
), moved AS (
  UPDATE messages m
     SET state = coalesce(v.failure::text, 'delivered')::message_state, delivered_parts = v.delivered, final_at = now()
    FROM verdict v
   WHERE m.id = v.message_id AND m.state = 'unconfirmed' AND (v.failure IS NOT NULL OR v.delivered >= m.parts)
  RETURNING m.id, m.state
)
UPDATE batches b
   SET unconfirmed_count = b.unconfirmed_count - c.ended,
       delivered_count = b.delivered_count + c.delivered,
       undelivered_count = b.undelivered_count + c.undelivered,
       expired_count = b.expired_count + c.expired
  FROM (SELECT id / 512 AS batch_id, count(*) AS ended,
               count(*) FILTER (WHERE state = 'delivered') AS delivered,
               count(*) FILTER (WHERE state = 'undelivered') AS undelivered,
               count(*) FILTER (WHERE state = 'expired') AS expired
          FROM moved GROUP BY 1) c
 WHERE b.id = c.batch_id`;

/**
 * Inbox receipts whose part has appeared meanwhile: the submit response was slower than the receipt.
 * Returns them grouped for APPLY_RECEIPTS. $1 limit.
 */
export const TAKE_MATCHED_FROM_INBOX = `
DELETE FROM receipt_inbox
 WHERE id IN (SELECT i.id FROM receipt_inbox i
               WHERE EXISTS (SELECT FROM message_parts p
                              WHERE p.provider_id = i.provider_id AND p.gateway_id = i.gateway_id)
               ORDER BY i.id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING gateway_id AS "gatewayId", provider_id AS "providerId", recipient, state, detail`;

/**
 * Inbox receipts that belong to an unknown submission: the carrier did take it, and only the answer was lost. They are
 * told by gateway and recipient, only where no second submission to that number is in doubt, and only when there is one
 * for each part. A receipt first has $2 seconds to find its part by id. $1 limit.
 */
export const TAKE_RECEIPTS_OF_UNKNOWN = `
WITH found AS (
  SELECT u.message_id, array_agg(i.id) AS inbox_ids
    FROM receipt_inbox i
    JOIN unresolved_submissions u ON u.recipient = i.recipient AND u.gateway_id = i.gateway_id
    JOIN messages m ON m.id = u.message_id
   WHERE i.received_at < now() - make_interval(secs => $2)
     AND NOT EXISTS (SELECT FROM unresolved_submissions other
                      WHERE other.recipient = u.recipient AND other.gateway_id = u.gateway_id
                        AND other.message_id <> u.message_id)
   GROUP BY u.message_id, m.parts HAVING count(*) >= m.parts
   LIMIT $1
)
DELETE FROM receipt_inbox i USING found WHERE i.id = ANY(found.inbox_ids)
RETURNING found.message_id AS "messageId", i.gateway_id AS "gatewayId", i.provider_id AS "providerId", i.recipient,
          i.state, i.detail`;

/** Receipts nobody will ever ask for (rule S13). */
export const PURGE_INBOX = `DELETE FROM receipt_inbox WHERE received_at < now() - interval '72 hours'`;
