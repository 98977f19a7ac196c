-- What is released is open again on both sides, and holds what the `GuardedCheck`s of allocations say.
CREATE OR REPLACE FUNCTION allocation_released_v2() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    broken text;
BEGIN
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END) INTO broken FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    INSERT INTO transactions_openitem AS o
        (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
    SELECT t.id, t.company_id, t.account_id, s.is_debit, coalesce(t.due_on, t.posted_on), t.posted_on,
           greatest(t.posted_on, s.released_on), s.minor, s.base
      FROM (SELECT credit_id AS id, false AS is_debit, max(released_on) AS released_on,
                   sum(minor)::bigint AS minor, sum(credit_base_minor)::bigint AS base
              FROM new_rows GROUP BY credit_id
            UNION ALL
            SELECT debit_id, true, max(released_on), sum(minor)::bigint, sum(debit_base_minor)::bigint
              FROM new_rows GROUP BY debit_id) s
      JOIN transactions_transaction t ON t.id = s.id
    ON CONFLICT (transaction_id) DO UPDATE
        SET open_minor = o.open_minor + EXCLUDED.open_minor,
            open_base_minor = o.open_base_minor + EXCLUDED.open_base_minor,
            available_on = greatest(o.available_on, EXCLUDED.available_on);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER allocation_released AFTER UPDATE ON transactions_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION allocation_released_v2();
