/** Points set aside. */
export const HOLD = `
  -- Pledges funds to the hold, once the wallet has said that they cover it. The hold must exist.
  CREATE FUNCTION ledger_reserve(p_account uuid, p_hold uuid, p_amount bigint, p_entry uuid, p_at timestamptz)
  RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    v_funds uuid[];
    v_amounts bigint[];
  BEGIN
    SELECT array_agg(fund_id), array_agg(amount) INTO v_funds, v_amounts FROM ledger_draw(p_account, p_amount);
    INSERT INTO hold_funds (hold_id, fund_id, account_id, amount)
    SELECT p_hold, fund_id, p_account, amount FROM unnest(v_funds, v_amounts) AS part (fund_id, amount)
    ON CONFLICT (hold_id, fund_id) DO UPDATE SET amount = hold_funds.amount + excluded.amount;
    PERFORM ledger_transfer(p_account, p_entry, 'hold', false, p_hold, v_funds, v_amounts, p_amount, p_at);
  END $$;

  CREATE FUNCTION credits_hold(p_account uuid, p_hold uuid, p_amount bigint, p_key text, p_expires_at timestamptz,
                               p_note entry_note)
  RETURNS ledger_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    v_request jsonb := jsonb_build_object('kind', 'hold', 'amount', p_amount,
      'reference', concat_ws(':', p_note.reference_kind, p_note.reference_id));
    v_outcome ledger_outcome;
    v_entry uuid;
  BEGIN
    PERFORM ledger_lock_wallet(p_account);
    SELECT * INTO v_outcome FROM ledger_find_operation(p_account, p_key, v_request);
    IF FOUND THEN
      RETURN v_outcome;
    END IF;
    PERFORM ledger_expire_due(p_account, p_note.at);
    v_entry := ledger_write_entry(p_account, 'hold', -p_amount, p_note);
    IF v_entry IS NULL THEN
      RETURN ledger_describe_shortage(p_account);
    END IF;
    INSERT INTO holds (id, account_id, amount, reference_kind, reference_id, expires_at, created_at)
    VALUES (p_hold, p_account, p_amount, p_note.reference_kind, p_note.reference_id, p_expires_at, p_note.at);
    PERFORM ledger_reserve(p_account, p_hold, p_amount, v_entry, p_note.at);
    INSERT INTO credit_operations (account_id, key, request, result_id, created_at)
    VALUES (p_account, p_key, v_request, p_hold, p_note.at);
    RETURN ROW('done', p_hold, NULL)::ledger_outcome;
  END $$;

  CREATE FUNCTION credits_extend_hold(p_account uuid, p_hold uuid, p_amount bigint, p_key text, p_actor text,
                                      p_at timestamptz)
  RETURNS ledger_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    v_request jsonb := jsonb_build_object('kind', 'extend', 'amount', p_amount, 'hold', p_hold);
    v_outcome ledger_outcome;
    v_hold holds;
    v_entry uuid;
  BEGIN
    PERFORM ledger_lock_wallet(p_account);
    SELECT * INTO v_outcome FROM ledger_find_operation(p_account, p_key, v_request);
    IF FOUND THEN
      RETURN v_outcome;
    END IF;
    SELECT * INTO v_hold FROM holds WHERE id = p_hold AND account_id = p_account AND status = 'open';
    IF NOT FOUND THEN
      RETURN ROW('hold_closed', NULL, NULL)::ledger_outcome;
    END IF;
    PERFORM ledger_expire_due(p_account, p_at);
    v_entry := ledger_write_entry(p_account, 'hold', -p_amount,
      ROW(v_hold.reference_kind, v_hold.reference_id, NULL, p_actor, p_at)::entry_note);
    IF v_entry IS NULL THEN
      RETURN ledger_describe_shortage(p_account);
    END IF;
    UPDATE holds SET amount = amount + p_amount WHERE id = p_hold;
    PERFORM ledger_reserve(p_account, p_hold, p_amount, v_entry, p_at);
    INSERT INTO credit_operations (account_id, key, request, result_id, created_at)
    VALUES (p_account, p_key, v_request, p_hold, p_at);
    RETURN ROW('done', p_hold, NULL)::ledger_outcome;
  END $$;
`;

/** Held points spent or given back: the hot path, some ten short statements in one round trip. */
export const SETTLE = `
  -- Captures and releases parts of an open hold. Captures use up its funds in the order they were drawn, releases give
  -- back from the other end; what goes back to a fund that has expired meanwhile expires at once.
  -- p_is_last also closes the hold, releasing all that is not captured (p_release is then a lower bound).
  -- Returns the points released, or null when the hold is closed, unknown or too small; then nothing has changed.
  CREATE FUNCTION credits_settle(p_account uuid, p_hold uuid, p_capture bigint, p_release bigint, p_is_last boolean,
                                 p_actor text, p_at timestamptz)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    v_hold holds;
    v_release bigint;
    v_funds uuid[];
    v_captured bigint[];
    v_released bigint[];
    v_has_expired boolean;
    v_note entry_note;
    v_entry uuid;
  BEGIN
    PERFORM ledger_lock_wallet(p_account);
    UPDATE holds
    SET captured = captured + p_capture,
        released = CASE WHEN p_is_last THEN amount - captured - p_capture ELSE released + p_release END,
        status = CASE WHEN p_is_last THEN 'closed' ELSE 'open' END,
        closed_at = CASE WHEN p_is_last THEN p_at END
    WHERE id = p_hold AND account_id = p_account AND status = 'open'
      AND p_capture >= 0 AND p_release >= 0 AND captured + released + p_capture + p_release <= amount
    RETURNING * INTO v_hold;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;

    v_release := p_release;
    IF p_is_last THEN
      -- hold_funds still shows what was released before this call.
      SELECT v_hold.released - sum(released) INTO v_release FROM hold_funds WHERE hold_id = p_hold;
    END IF;
    SELECT array_agg(fund_id), array_agg(greatest(0, least(open, p_capture - open_before))),
           array_agg(greatest(0, least(open, v_release - open_after))),
           bool_or(expires_at <= p_at AND v_release > open_after AND open > 0)
    INTO v_funds, v_captured, v_released, v_has_expired
    FROM (
      SELECT fund_id, expires_at, open,
             (sum(open) OVER draw_order - open)::bigint AS open_before,
             (sum(open) OVER () - sum(open) OVER draw_order)::bigint AS open_after
      FROM (
        SELECT part.fund_id, part.amount - part.captured - part.released AS open,
               fund.source, fund.expires_at, fund.created_at
        FROM hold_funds AS part JOIN ledger_accounts AS fund ON fund.id = part.fund_id
        WHERE part.hold_id = p_hold
      ) AS pledged
      WINDOW draw_order AS (ORDER BY source, expires_at NULLS LAST, created_at, fund_id ROWS UNBOUNDED PRECEDING)
    ) AS ordered;

    UPDATE hold_funds AS part
    SET captured = part.captured + change.captured, released = part.released + change.released
    FROM unnest(v_funds, v_captured, v_released) AS change (fund_id, captured, released)
    WHERE part.hold_id = p_hold AND part.fund_id = change.fund_id AND change.captured + change.released > 0;

    v_note := ROW(v_hold.reference_kind, v_hold.reference_id, NULL, p_actor, p_at)::entry_note;
    IF p_capture > 0 THEN
      v_entry := ledger_write_entry(p_account, 'capture', -p_capture, v_note);
      PERFORM ledger_transfer(p_account, v_entry, 'capture', false, p_hold, v_funds, v_captured, p_capture, p_at);
    END IF;
    IF v_release > 0 THEN
      v_entry := ledger_write_entry(p_account, 'release', v_release, v_note);
      PERFORM ledger_transfer(p_account, v_entry, 'release', false, p_hold, v_funds, v_released, v_release, p_at);
    END IF;
    IF v_has_expired THEN
      PERFORM ledger_expire_due(p_account, p_at);
    END IF;
    RETURN v_release;
  END $$;
`;
