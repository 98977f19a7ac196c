-- What is open on accounts, as far as it is needed: p_needs is [[account, debits to cover, credits to cover], …]. Earliest
-- first, until a need is covered. More than there can be is everything: one scan for all that need it, no counting.
-- Called by functions that hold the planner to index look-ups; held itself to the order of the index, for a plan that sorts
-- reads every open item of a large account to use ten.
--
-- One account, which is what a posting asks for, is looked at by a loop; many by one statement, which takes an item at a
-- time for all of them. Which items are found is the same: the loop costs less to begin, the statement less an account.
CREATE OR REPLACE FUNCTION open_items_needed_v3(p_needs json) RETURNS json LANGUAGE plpgsql
    SET enable_sort = off SET enable_bitmapscan = off AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
BEGIN
    IF json_array_length(p_needs) > 1 OR (p_needs->0->>1)::bigint > everything THEN
        RETURN (
            WITH RECURSIVE need AS (
                SELECT (n->>0)::bigint AS account_id, s.is_debit, s.minor
                  FROM json_array_elements(p_needs) n,
                       LATERAL (VALUES (true, (n->>1)::bigint), (false, (n->>2)::bigint)) s (is_debit, minor)
                 WHERE s.minor > 0
            ), covering AS (
                SELECT n.account_id, n.is_debit, i.*, n.minor - i.open_minor AS uncovered
                  FROM need n,
                       LATERAL (SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                                  FROM transactions_openitem o
                                 WHERE o.account_id = n.account_id AND o.is_debit = n.is_debit
                                 ORDER BY order_on, transaction_id LIMIT 1) i
                 WHERE n.minor <= everything
                 UNION ALL
                SELECT c.account_id, c.is_debit, i.*, c.uncovered - i.open_minor
                  FROM covering c,
                       LATERAL (SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                                  FROM transactions_openitem o
                                 WHERE o.account_id = c.account_id AND o.is_debit = c.is_debit
                                   AND (o.order_on, o.transaction_id) > (c.order_on, c.transaction_id)
                                 ORDER BY order_on, transaction_id LIMIT 1) i
                 WHERE c.uncovered > 0
            )
            SELECT coalesce(json_agg(json_build_array(account_id, is_debit, transaction_id, order_on, available_on,
                                                      open_minor, open_base_minor)), '[]')
              FROM (SELECT account_id, is_debit, transaction_id, order_on, available_on, open_minor, open_base_minor
                      FROM covering
                     UNION ALL
                    SELECT o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on, o.open_minor,
                           o.open_base_minor
                      FROM need n
                      JOIN transactions_openitem o ON o.account_id = n.account_id AND o.is_debit = n.is_debit
                     WHERE n.minor > everything) needed);
    END IF;
    account := (p_needs->0->>0)::bigint;
    FOR side IN 1 .. 2 LOOP
        uncovered := (p_needs->0->>side)::bigint;
        CONTINUE WHEN (uncovered > 0) IS NOT TRUE;
        FOR item IN SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                      FROM transactions_openitem o WHERE o.account_id = account AND o.is_debit = (side = 1)
                     ORDER BY o.order_on, o.transaction_id
        LOOP
            found := array_append(found, json_build_array(
                account, side = 1, item.transaction_id, item.order_on, item.available_on, item.open_minor,
                item.open_base_minor));
            uncovered := uncovered - item.open_minor;
            EXIT WHEN uncovered <= 0;
        END LOOP;
    END LOOP;
    RETURN array_to_json(found);
END $$;
