-- What is open on accounts, as far as it is needed: p_needs is [[account, debits to cover, credits to cover], …]. Earliest
-- first, until a need is covered. More than there can be is everything: one scan for all that need it, no counting.
-- Called by functions that hold the planner to index look-ups; held itself to the order of the index, for a plan that sorts
-- reads every open item of a large account to use ten.
CREATE OR REPLACE FUNCTION open_items_needed_v2(p_needs json) RETURNS json LANGUAGE plpgsql
    SET enable_sort = off SET enable_bitmapscan = off AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    needs CONSTANT jsonb := p_needs::jsonb;  -- each is then found without reading those before it
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
    whole json[] := '{}';
BEGIN
    FOR at IN 0 .. jsonb_array_length(needs) - 1 LOOP
        account := (needs->at->>0)::bigint;
        FOR side IN 1 .. 2 LOOP
            uncovered := (needs->at->>side)::bigint;
            CONTINUE WHEN uncovered <= 0;
            IF uncovered > everything THEN
                whole := array_append(whole, json_build_array(account, side = 1));
                CONTINUE;
            END IF;
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
    END LOOP;
    IF cardinality(whole) > 0 THEN
        found := found || ARRAY(
            SELECT json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on,
                                    o.open_minor, o.open_base_minor)
              FROM unnest(whole) AS w
              JOIN transactions_openitem o ON o.account_id = (w->>0)::bigint AND o.is_debit = (w->>1)::boolean);
    END IF;
    RETURN array_to_json(found);
END $$;
