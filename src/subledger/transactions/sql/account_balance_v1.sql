-- [unsettled, unallocated, outstanding] of an account at the end of a day, in minor units.
--
-- What is open now, which the index alone answers; for a past day, rolled back as open_as_of_sql in queries.py
-- does it: plus the allocations made since, less those released since. An item that is ordered by a later day
-- than its posting is an invoice; the others are looked up, one by one.
CREATE OR REPLACE FUNCTION account_balance(p_company bigint, p_account bigint, p_as_of date) RETURNS bigint[]
    LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    open_now bigint[];
    rolled_back bigint[];
BEGIN
    PERFORM 1 FROM accounts_account WHERE id = p_account AND company_id = p_company;
    IF NOT FOUND THEN
        RETURN ARRAY[0, 0, 0];
    END IF;
    SELECT ARRAY[coalesce(sum(open_minor) FILTER (WHERE is_debit), 0),
                 coalesce(sum(open_minor) FILTER (WHERE NOT is_debit), 0),
                 coalesce(sum(open_minor) FILTER (WHERE is_debit AND order_on < p_as_of AND (
                     order_on > posted_on
                     OR (SELECT t.classification = 'invoice' FROM transactions_transaction t
                          WHERE t.id = o.transaction_id))), 0)]::bigint[]
      INTO open_now FROM transactions_openitem o WHERE o.account_id = p_account AND o.posted_on <= p_as_of;
    PERFORM 1 FROM transactions_allocation WHERE account_id = p_account AND allocated_on > p_as_of LIMIT 1;
    IF NOT FOUND THEN
        PERFORM 1 FROM transactions_allocation WHERE account_id = p_account AND released_on > p_as_of LIMIT 1;
        IF NOT FOUND THEN
            RETURN open_now;
        END IF;
    END IF;
    SELECT ARRAY[coalesce(sum(a.minor) FILTER (WHERE side.is_debit), 0),
                 coalesce(sum(a.minor) FILTER (WHERE NOT side.is_debit), 0),
                 coalesce(sum(a.minor) FILTER (WHERE t.classification = 'invoice' AND t.due_on < p_as_of), 0)
                ]::bigint[]
      INTO rolled_back
      FROM (SELECT credit_id, debit_id, minor FROM transactions_allocation
             WHERE account_id = p_account AND allocated_on > p_as_of AND released_on IS NULL
            UNION ALL
            SELECT credit_id, debit_id, -minor FROM transactions_allocation
             WHERE account_id = p_account AND released_on > p_as_of AND allocated_on <= p_as_of) a
     CROSS JOIN LATERAL (VALUES (a.credit_id, false), (a.debit_id, true)) side (id, is_debit)
      JOIN transactions_transaction t ON t.id = side.id AND t.posted_on <= p_as_of;
    RETURN ARRAY[open_now[1] + rolled_back[1], open_now[2] + rolled_back[2], open_now[3] + rolled_back[3]];
END $$;
