/**
 * Rule O5: counts the attempt and decides in one statement, so that no number of simultaneous guesses gets more than
 * max_attempts looks. Nothing is read before. $1 verification, $2 account, $3 MAC of the code given, $4 most failures
 * per number, $5 their window in seconds. No row means: nothing here to check against.
 */
export const CHECK_CODE = `
  WITH checked AS (
    UPDATE verifications v
    SET attempts = attempts + 1,
        status = CASE WHEN code_mac = $3 THEN 'approved' WHEN attempts + 1 >= max_attempts THEN 'failed'
                      ELSE status END
    WHERE id = $1 AND account_id = $2 AND status = 'pending' AND expires_at > now() AND attempts < max_attempts
      AND NOT EXISTS (SELECT FROM verification_failures f
                      WHERE f.account_id = v.account_id AND f.to_number = v.to_number AND f.locked_until > now())
    RETURNING account_id, to_number, status, max_attempts - attempts AS attempts_left, expires_at
  ), counted AS (
    INSERT INTO verification_failures AS f (account_id, to_number, failures)
    SELECT account_id, to_number, 1 FROM checked WHERE status <> 'approved'
    ON CONFLICT (account_id, to_number) DO UPDATE SET
      failures = CASE WHEN f.window_start < now() - make_interval(secs => $5) THEN 1 ELSE f.failures + 1 END,
      window_start = CASE WHEN f.window_start < now() - make_interval(secs => $5) THEN now() ELSE f.window_start END,
      locked_until = CASE WHEN f.window_start >= now() - make_interval(secs => $5) AND f.failures + 1 >= $4
                          THEN now() + make_interval(secs => $5) END
  ), cleared AS (
    DELETE FROM verification_failures f USING checked c
    WHERE c.status = 'approved' AND f.account_id = c.account_id AND f.to_number = c.to_number
  )
  SELECT status = 'approved' AS "isApproved",
         CASE WHEN status = 'pending' THEN attempts_left ELSE 0 END::int AS "attemptsLeft",
         CASE WHEN status = 'pending' THEN ceil(extract(epoch FROM expires_at - now())) ELSE 0 END::int
           AS "secondsLeft"
  FROM checked`;
