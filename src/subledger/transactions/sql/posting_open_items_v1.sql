-- p_needs: [[account, debits to cover, credits to cover], …]
CREATE OR REPLACE FUNCTION posting_open_items(p_needs json) RETURNS json LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on,
                                                  o.available_on, o.open_minor, o.open_base_minor)), '[]')
          FROM json_array_elements(p_needs) n,
               LATERAL (SELECT * FROM open_items_covering((n->>0)::bigint, true, (n->>1)::bigint)
                         WHERE (n->>1)::bigint BETWEEN 1 AND 9007199254740992
                        UNION ALL
                        SELECT * FROM open_items_covering((n->>0)::bigint, false, (n->>2)::bigint)
                         WHERE (n->>2)::bigint BETWEEN 1 AND 9007199254740992
                        UNION ALL  -- more than there can be is everything: one scan, no counting
                        SELECT * FROM transactions_openitem
                         WHERE account_id = (n->>0)::bigint AND is_debit AND (n->>1)::bigint > 9007199254740992
                        UNION ALL
                        SELECT * FROM transactions_openitem
                         WHERE account_id = (n->>0)::bigint AND NOT is_debit AND (n->>2)::bigint > 9007199254740992) o);
END $$;
