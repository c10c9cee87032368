/** The claim stands and nobody has paused or cancelled: the next chunk may be announced. */
const MAY_GO_ON = `($6::int IS NOT NULL AND b.epoch = $2 AND b.state = 'sending' AND b.control = 'run'
                    AND b.valid_until > now())`;

/**
 * One statement per chunk. Only messages that still wait are moved, so a claimant that lost its batch changes nothing
 * here; the batch's counters follow what really moved. Uses the primary keys of messages and batches.
 * $1 batch, $2 epoch, $3 gateway, $4 account, $5 end of the chunk, $6 and $7 the next chunk or null, then the columns.
 */
const recordOutcomes = (erasure: string): string => `
WITH outcome AS (
  SELECT * FROM unnest($8::bigint[], $9::message_state[], $10::text[]) AS o(id, state, error)
), moved AS (
  UPDATE messages m
     SET state = o.state, error = o.error, submitted_at = now(),
         accepted_at = CASE WHEN o.state = 'accepted' THEN now() END,
         final_at = CASE WHEN o.state = 'refused' THEN now() END,
         settlement = CASE WHEN o.state = 'refused' THEN 'released'::settlement ELSE m.settlement END
    FROM outcome o
   WHERE m.id = o.id AND m.state = 'queued'
  RETURNING m.id, m.state, m.price, m.recipient
), part AS (
  INSERT INTO message_parts (message_id, part, account_id, gateway_id, provider_id)
  SELECT p.message_id, p.part, $4, $3, p.provider_id
    FROM unnest($11::bigint[], $12::smallint[], $13::text[]) AS p(message_id, part, provider_id)
   WHERE EXISTS (SELECT FROM moved WHERE moved.id = p.message_id)
  ON CONFLICT DO NOTHING
), unresolved AS (
  INSERT INTO unresolved_submissions (message_id, account_id, gateway_id, recipient)
  SELECT id, $4, $3, recipient FROM moved WHERE state = 'unknown'
  ON CONFLICT DO NOTHING
)${erasure}, counted AS (
  SELECT count(*)::int AS moved,
         count(*) FILTER (WHERE state = 'accepted') AS accepted,
         count(*) FILTER (WHERE state = 'refused') AS refused,
         count(*) FILTER (WHERE state = 'unknown') AS unknown,
         coalesce(sum(price) FILTER (WHERE state = 'refused'), 0)::bigint AS released
    FROM moved
)
UPDATE batches b
   SET queued_count = b.queued_count - c.moved,
       accepted_count = b.accepted_count + c.accepted,
       refused_count = b.refused_count + c.refused,
       unknown_count = b.unknown_count + c.unknown,
       unresolved_count = b.unresolved_count + c.unknown,
       intent_from = CASE WHEN b.epoch <> $2 THEN b.intent_from WHEN ${MAY_GO_ON} THEN $6 ELSE $5 END,
       intent_upto = CASE WHEN ${MAY_GO_ON} THEN $7 ELSE b.intent_upto END,
       heartbeat_at = CASE WHEN b.epoch = $2 THEN now() ELSE b.heartbeat_at END
  FROM counted c
 WHERE b.id = $1
RETURNING c.moved, c.released, b.hold_id AS "holdId", ${MAY_GO_ON} AS "isIntended"`;

export const RECORD_OUTCOMES = recordOutcomes('');

/** For chunks with secret texts: what was handed over is erased (docs/adr/0003). */
export const RECORD_OUTCOMES_AND_ERASE = recordOutcomes(`, handed_over AS (
  DELETE FROM message_secrets s USING moved WHERE s.message_id = moved.id
)`);

/** The refusal ends the only message that kept the batch open. */
const WAS_LAST_OPEN = `b.state = 'sent' AND moved.is_open AND moved.state <> 'accepted'
                       AND b.accepted_count + b.unresolved_count = 1`;

/**
 * One unknown message gets its late answer; $2 is accepted or refused. Once its grace has ended the points are settled
 * and its batch may be closed: then an accepted message ends as unconfirmed, which a late receipt may still correct.
 */
export const RESOLVE_UNKNOWN = `
WITH gone AS (
  DELETE FROM unresolved_submissions WHERE message_id = $1 RETURNING is_settled
), moved AS (
  UPDATE messages m
     SET state = CASE WHEN $2 = 'accepted' AND gone.is_settled THEN 'unconfirmed' ELSE $2::message_state END,
         error = $3,
         accepted_at = CASE WHEN $2 = 'accepted' THEN now() END,
         final_at = CASE WHEN $2 = 'refused' OR gone.is_settled THEN now() END,
         settlement = CASE WHEN $2 = 'refused' THEN 'released'::settlement ELSE m.settlement END
    FROM gone
   WHERE m.id = $1 AND m.state = 'unknown'
  RETURNING m.id, m.account_id, m.price, m.state, NOT gone.is_settled AS is_open
), part AS (
  INSERT INTO message_parts (message_id, part, account_id, gateway_id, provider_id)
  SELECT moved.id, p.part, moved.account_id, $4, p.provider_id
    FROM moved, unnest($5::text[]) WITH ORDINALITY AS p(provider_id, part)
  ON CONFLICT DO NOTHING
)
UPDATE batches b
   SET unknown_count = b.unknown_count - 1,
       unresolved_count = b.unresolved_count - CASE WHEN moved.is_open THEN 1 ELSE 0 END,
       accepted_count = b.accepted_count + CASE WHEN moved.state = 'accepted' THEN 1 ELSE 0 END,
       unconfirmed_count = b.unconfirmed_count + CASE WHEN moved.state = 'unconfirmed' THEN 1 ELSE 0 END,
       refused_count = b.refused_count + CASE WHEN moved.state = 'refused' THEN 1 ELSE 0 END,
       state = CASE WHEN ${WAS_LAST_OPEN} THEN 'closed' ELSE b.state END,
       closed_at = CASE WHEN ${WAS_LAST_OPEN} THEN now() ELSE b.closed_at END
  FROM moved
 WHERE b.id = $6
RETURNING moved.account_id AS "accountId", b.hold_id AS "holdId", moved.price, moved.is_open AS "isOpen"`;
