-- What posting decides on, under its locks. Settings, and the day that the books are closed through, are kept by each
-- process at the version that is read here: closing raises it.
CREATE OR REPLACE FUNCTION posting_read_v5(
    p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer
) RETURNS json LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    facts json;
    locked text;
    ids bigint[] := '{}';
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    locked := pg_advisory_xact_lock_shared(p_company);  -- an expression, not a statement
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    FOR number IN 1 .. p_ids LOOP
        ids := array_append(ids, next_id());
    END LOOP;
    SELECT json_build_object('facts', json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'ids', array_to_json(ids),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', open_items_needed_v3(p_needs))) INTO facts;
    IF p_targets = '{}' THEN
        RETURN facts;
    END IF;
    RETURN json_build_object('facts', facts->'facts',
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;
