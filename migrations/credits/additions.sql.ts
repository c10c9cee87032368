/** Granted points past their expiry. */
export const EXPIRE = `
  -- Takes what is free in the account's expired funds. What is held of them stays usable by its hold.
  -- The wallet must be locked. Returns the points taken.
  CREATE FUNCTION ledger_expire_due(p_account uuid, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    v_funds uuid[];
    v_amounts bigint[];
    v_total bigint;
    v_entry uuid;
  BEGIN
    SELECT array_agg(id), array_agg(available), sum(available) INTO v_funds, v_amounts, v_total
    FROM ledger_accounts
    WHERE account_id = p_account AND kind = 'fund' AND expires_at <= p_at AND (swept_at IS NULL OR available > 0);
    IF v_funds IS NULL THEN
      RETURN 0;
    END IF;
    UPDATE ledger_accounts SET swept_at = p_at WHERE id = ANY (v_funds) AND swept_at IS NULL;
    IF v_total > 0 THEN
      v_entry := ledger_write_entry(p_account, 'expiry', -v_total, ROW(NULL, NULL, NULL, 'system', p_at)::entry_note);
      PERFORM ledger_transfer(p_account, v_entry, 'expiry', false, NULL, v_funds, v_amounts, v_total, p_at);
    END IF;
    RETURN v_total;
  END $$;

  CREATE FUNCTION credits_expire(p_account uuid, p_at timestamptz) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    PERFORM ledger_lock_wallet(p_account);
    RETURN ledger_expire_due(p_account, p_at);
  END $$;
`;

/** Points coming in, and corrections. */
export const ADD_AND_ADJUST = `
  -- p_kind: grant (a fund of its own, which may expire) or top_up (into the fund of paid points).
  CREATE FUNCTION credits_add(p_account uuid, p_kind text, p_amount bigint, p_key text, p_expires_at timestamptz,
                               p_note entry_note)
  RETURNS ledger_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    v_request jsonb := jsonb_build_object('kind', p_kind, 'amount', p_amount, 'reason', p_note.reason,
      'reference', concat_ws(':', p_note.reference_kind, p_note.reference_id));
    v_outcome ledger_outcome;
    v_fund uuid;
    v_entry uuid;
  BEGIN
    PERFORM ledger_open_wallet(p_account, p_note.at);
    SELECT * INTO v_outcome FROM ledger_find_operation(p_account, p_key, v_request);
    IF FOUND THEN
      RETURN v_outcome;
    END IF;
    IF p_kind = 'grant' THEN
      INSERT INTO ledger_accounts (account_id, kind, source, expires_at, created_at)
      VALUES (p_account, 'fund', 'granted', p_expires_at, p_note.at) RETURNING id INTO v_fund;
    ELSE
      SELECT id INTO v_fund FROM ledger_accounts WHERE account_id = p_account AND source = 'paid';
    END IF;
    v_entry := ledger_write_entry(p_account, p_kind, p_amount, p_note);
    PERFORM ledger_transfer(p_account, v_entry, p_kind, true, NULL, ARRAY[v_fund], ARRAY[p_amount], p_amount,
                            p_note.at);
    INSERT INTO credit_operations (account_id, key, request, result_id, created_at)
    VALUES (p_account, p_key, v_request, v_entry, p_note.at);
    RETURN ROW('done', v_entry, NULL)::ledger_outcome;
  END $$;

  -- A correction: up goes to the paid points, which never expire; down draws like a hold and never below zero.
  CREATE FUNCTION credits_adjust(p_account uuid, p_amount bigint, p_key text, p_note entry_note)
  RETURNS ledger_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    v_request jsonb := jsonb_build_object('kind', 'adjustment', 'amount', p_amount, 'reason', p_note.reason);
    v_outcome ledger_outcome;
    v_funds uuid[];
    v_amounts bigint[];
    v_entry uuid;
  BEGIN
    PERFORM ledger_open_wallet(p_account, p_note.at);
    SELECT * INTO v_outcome FROM ledger_find_operation(p_account, p_key, v_request);
    IF FOUND THEN
      RETURN v_outcome;
    END IF;
    PERFORM ledger_expire_due(p_account, p_note.at);
    v_entry := ledger_write_entry(p_account, 'adjustment', p_amount, p_note);
    IF v_entry IS NULL THEN
      RETURN ledger_describe_shortage(p_account);
    END IF;
    IF p_amount > 0 THEN
      SELECT array_agg(id), ARRAY[p_amount] INTO v_funds, v_amounts
      FROM ledger_accounts WHERE account_id = p_account AND source = 'paid';
    ELSE
      SELECT array_agg(fund_id), array_agg(amount) INTO v_funds, v_amounts
      FROM ledger_draw(p_account, -p_amount);
    END IF;
    PERFORM ledger_transfer(p_account, v_entry, 'adjustment', p_amount > 0, NULL, v_funds, v_amounts, abs(p_amount),
                            p_note.at);
    INSERT INTO credit_operations (account_id, key, request, result_id, created_at)
    VALUES (p_account, p_key, v_request, v_entry, p_note.at);
    RETURN ROW('done', v_entry, NULL)::ledger_outcome;
  END $$;
`;
