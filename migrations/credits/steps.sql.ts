/** What every move is made of; none of it can be called by itself. */
export const STEPS = `
  -- What an entry says beside its amount.
  CREATE TYPE entry_note AS (reference_kind text, reference_id text, reason text, actor text, at timestamptz);

  -- outcome: done | replayed | key_reused | insufficient | hold_closed. All but done have changed nothing (points that
  -- were due may have expired), so the caller's transaction stays usable.
  CREATE TYPE ledger_outcome AS (outcome text, result_id uuid, available bigint);

  -- Every move begins here: it waits until no other move of this account is under way. Statements after it see the
  -- committed truth, because under READ COMMITTED each statement takes its own snapshot.
  CREATE FUNCTION ledger_lock_wallet(p_account uuid) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF p_account <> current_account_id() THEN
      RAISE EXCEPTION 'a tenant may move its own points only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM wallets WHERE account_id = p_account FOR UPDATE;
  END $$;

  -- Makes the wallet of an account that has none, its paid fund and its counterparts, and locks it.
  CREATE FUNCTION ledger_open_wallet(p_account uuid, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO wallets (account_id, created_at) VALUES (p_account, p_at) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO ledger_accounts (account_id, kind, source, created_at)
      SELECT p_account, kind, CASE WHEN kind = 'fund' THEN 'paid' END, p_at
      FROM unnest(ARRAY['fund', 'issued', 'sold', 'spent', 'expired', 'adjusted']) AS kind;
    END IF;
    PERFORM ledger_lock_wallet(p_account);
  END $$;

  -- The outcome of an earlier call with this key; no row when the key is new.
  CREATE FUNCTION ledger_find_operation(p_account uuid, p_key text, p_request jsonb) RETURNS SETOF ledger_outcome
  LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN request = p_request THEN 'replayed' ELSE 'key_reused' END, result_id, NULL::bigint
    FROM credit_operations WHERE account_id = p_account AND key = p_key
  $$;

  -- The test and the change of the wallet, in one statement, and the entry that tells of it.
  -- Returns the entry's id, or null when the wallet does not cover the amount.
  CREATE FUNCTION ledger_write_entry(p_account uuid, p_kind text, p_amount bigint, p_note entry_note) RETURNS uuid
  LANGUAGE plpgsql AS $$
  DECLARE
    v_available bigint := CASE WHEN p_kind = 'capture' THEN 0 ELSE p_amount END;
    v_held bigint := CASE WHEN p_kind IN ('hold', 'release') THEN -p_amount
                          WHEN p_kind = 'capture' THEN p_amount ELSE 0 END;
    v_wallet wallets;
    v_entry uuid;
  BEGIN
    UPDATE wallets
    SET available = available + v_available, held = held + v_held, entry_count = entry_count + 1
    WHERE account_id = p_account AND available + v_available >= 0 AND held + v_held >= 0
    RETURNING * INTO v_wallet;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    INSERT INTO ledger_entries (account_id, sequence, kind, amount, available_after, held_after,
                                reference_kind, reference_id, reason, actor, created_at)
    VALUES (p_account, v_wallet.entry_count, p_kind, p_amount, v_wallet.available, v_wallet.held,
            p_note.reference_kind, p_note.reference_id, p_note.reason, p_note.actor, p_note.at)
    RETURNING id INTO v_entry;
    RETURN v_entry;
  END $$;

  CREATE FUNCTION ledger_describe_shortage(p_account uuid) RETURNS ledger_outcome LANGUAGE sql STABLE AS $$
    SELECT 'insufficient', NULL::uuid, coalesce((SELECT available FROM wallets WHERE account_id = p_account), 0)
  $$;

  -- Which funds give how much: granted before paid, soonest expiry first, then the oldest. Funds past their expiry are
  -- empty already: every move that draws lets them expire first.
  CREATE FUNCTION ledger_draw(p_account uuid, p_amount bigint)
  RETURNS TABLE (fund_id uuid, amount bigint) LANGUAGE sql STABLE AS $$
    SELECT id, least(available, p_amount - drawn_before)
    FROM (
      SELECT id, available, (coalesce(sum(available) OVER (
               ORDER BY source, expires_at NULLS LAST, created_at, id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS drawn_before
      FROM ledger_accounts
      WHERE account_id = p_account AND kind = 'fund' AND available > 0
    ) AS fund
    WHERE drawn_before < p_amount
  $$;
`;

/** The one place where the sums of ledger accounts change: by the transfers that are written with them. */
export const TRANSFER = `
  -- Writes one transfer per fund and applies them to the posted and pending sums of both sides. Amounts of zero are
  -- left out. Raises when the parts do not add up to p_total: that would be a mistake of the ledger itself.
  CREATE FUNCTION ledger_transfer(p_account uuid, p_entry uuid, p_kind text, p_is_incoming boolean, p_hold uuid,
                                  p_funds uuid[], p_amounts bigint[], p_total bigint, p_at timestamptz)
  RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    v_posts bigint := CASE WHEN p_kind IN ('hold', 'release') THEN 0 ELSE 1 END;
    v_pends bigint := CASE WHEN p_kind = 'hold' THEN 1 WHEN p_kind IN ('capture', 'release') THEN -1 ELSE 0 END;
    v_counterpart_kind text := CASE p_kind WHEN 'grant' THEN 'issued' WHEN 'top_up' THEN 'sold'
                                 WHEN 'expiry' THEN 'expired' WHEN 'adjustment' THEN 'adjusted' ELSE 'spent' END;
    v_counterpart uuid;
    v_moved bigint;
  BEGIN
    UPDATE ledger_accounts AS counterpart
    SET posted_debit = posted_debit + CASE WHEN p_is_incoming THEN v_posts * p_total ELSE 0 END,
        posted_credit = posted_credit + CASE WHEN p_is_incoming THEN 0 ELSE v_posts * p_total END,
        pending_credit = pending_credit + v_pends * p_total
    WHERE account_id = p_account AND kind = v_counterpart_kind
    RETURNING id INTO v_counterpart;

    UPDATE ledger_accounts AS fund
    SET posted_debit = posted_debit + CASE WHEN p_is_incoming THEN 0 ELSE v_posts * part.amount END,
        posted_credit = posted_credit + CASE WHEN p_is_incoming THEN v_posts * part.amount ELSE 0 END,
        pending_debit = pending_debit + v_pends * part.amount
    FROM unnest(p_funds, p_amounts) AS part (fund_id, amount)
    WHERE fund.id = part.fund_id AND part.amount > 0;

    WITH written AS (
      INSERT INTO transfers (account_id, entry_id, kind, debit_ledger_account_id, credit_ledger_account_id, amount,
                             hold_id, created_at)
      SELECT p_account, p_entry, p_kind,
             CASE WHEN p_is_incoming THEN v_counterpart ELSE part.fund_id END,
             CASE WHEN p_is_incoming THEN part.fund_id ELSE v_counterpart END,
             part.amount, p_hold, p_at
      FROM unnest(p_funds, p_amounts) AS part (fund_id, amount)
      WHERE part.amount > 0
      RETURNING amount)
    SELECT coalesce(sum(amount), 0) INTO v_moved FROM written;
    IF v_moved <> p_total THEN
      RAISE EXCEPTION 'ledger of account %: the funds moved % of % millipoints', p_account, v_moved, p_total
        USING ERRCODE = 'data_corrupted';
    END IF;
  END $$;
`;
