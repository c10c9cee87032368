/**
 * What the limits need to know before a code goes out: the pauses still to wait, in seconds, 0 for none.
 * $1 account, $2 number, then the limits. Uses verification_sends_number and verification_sends_account; a number has at
 * most a handful of rows.
 */
export const SELECT_SEND_STATE = `
  WITH to_number AS (
    SELECT account_id, sent_at FROM verification_sends WHERE to_number = $2 AND sent_at > now() - interval '1 day'
  ), run AS (
    SELECT count(*)::int AS sends, max(sent_at) AS last_sent_at FROM to_number
    WHERE account_id = $1 AND sent_at > now() - make_interval(secs => $3)
  ), refusals AS (
    -- The send that must leave its window before another one fits.
    SELECT sent_at + make_interval(secs => $3) AS until
      FROM (SELECT sent_at FROM to_number ORDER BY sent_at DESC OFFSET $4 - 1 LIMIT 1) AS short
    UNION ALL
    SELECT sent_at + interval '1 day'
      FROM (SELECT sent_at FROM to_number ORDER BY sent_at DESC OFFSET $5 - 1 LIMIT 1) AS daily
    UNION ALL
    SELECT sent_at + interval '1 day' FROM (
      SELECT sent_at FROM verification_sends WHERE account_id = $1 AND sent_at > now() - interval '1 day'
      ORDER BY sent_at DESC OFFSET $6 - 1 LIMIT 1) AS of_account
    UNION ALL
    SELECT locked_until FROM verification_failures WHERE account_id = $1 AND to_number = $2
    UNION ALL
    -- A verification that used up its attempts is not begun anew before it would have ended anyway.
    SELECT expires_at FROM verifications WHERE account_id = $1 AND to_number = $2 AND status = 'failed'
  )
  SELECT run.sends, ceil(extract(epoch FROM now() - run.last_sent_at))::int AS "secondsSinceLastSend",
         coalesce((SELECT ceil(extract(epoch FROM max(until) - now())) FROM refusals WHERE until > now()), 0)::int
           AS "refusedForSeconds"
  FROM run`;
