-- Allocations hold what the `GuardedCheck`s of their model say, and take what is open on both sides.
CREATE OR REPLACE FUNCTION allocation_made_v4() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    broken text;
    some_released boolean;
    whole bigint;
    parts bigint;
BEGIN
    -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
    -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
    -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
    --
    -- One allocation made as usual, which is what a posting mostly makes: the same without sums and without looking at
    -- both sides again, which mostly go whole. What does not fit its condition is left alone here.
    DELETE FROM transactions_openitem o USING new_rows n
     WHERE o.transaction_id = ANY(ARRAY[n.credit_id, n.debit_id]) AND o.is_debit = (o.transaction_id = n.debit_id)
       AND o.account_id = n.account_id AND o.company_id = n.company_id AND o.open_minor = n.minor
       AND o.open_base_minor = CASE WHEN o.is_debit THEN n.debit_base_minor ELSE n.credit_base_minor END
       AND n.principle IN ('fifo', 'against_item') AND n.minor > 0
       AND num_nonnulls(n.release_reason, n.released_at, n.released_on) = 0 AND (SELECT count(*) FROM new_rows) = 1;
    GET DIAGNOSTICS whole = ROW_COUNT;
    IF whole = 2 THEN
        RETURN NULL;
    END IF;
    UPDATE transactions_openitem o
       SET open_minor = o.open_minor - n.minor,
           open_base_minor = o.open_base_minor
                             - CASE WHEN o.is_debit THEN n.debit_base_minor ELSE n.credit_base_minor END
      FROM new_rows n
     WHERE o.transaction_id = ANY(ARRAY[n.credit_id, n.debit_id]) AND o.is_debit = (o.transaction_id = n.debit_id)
       AND o.account_id = n.account_id AND o.company_id = n.company_id
       AND n.principle IN ('fifo', 'against_item') AND n.minor > 0
       AND num_nonnulls(n.release_reason, n.released_at, n.released_on) = 0 AND (SELECT count(*) FROM new_rows) = 1;
    GET DIAGNOSTICS parts = ROW_COUNT;
    IF whole + parts = 2 THEN
        RETURN NULL;
    ELSIF whole + parts = 1 THEN
        RAISE EXCEPTION 'an allocation joins what it must not: one of its sides is not open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
    END IF;
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL
                             AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END), bool_or(released_on IS NOT NULL)
      INTO broken, some_released FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    WITH sides AS MATERIALIZED (
        SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
               sum(credit_base_minor)::bigint AS base
          FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
        UNION ALL
        SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
          FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
    )
    MERGE INTO transactions_openitem o USING sides s
       ON o.transaction_id = s.id
          AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
     WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
     WHEN MATCHED THEN UPDATE
          SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
     WHEN NOT MATCHED THEN
          INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                  open_base_minor)
          VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    IF some_released THEN  -- made and released in one set, between two days: it took nothing, but must fit
        PERFORM 1 FROM new_rows n
          LEFT JOIN transactions_transaction c ON c.id = n.credit_id
          LEFT JOIN transactions_transaction d ON d.id = n.debit_id
         WHERE n.released_on IS NOT NULL
           AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                AND NOT is_debit(c.classification)
                AND is_debit(d.classification)) IS NOT TRUE;
        IF FOUND THEN
            RAISE EXCEPTION 'an allocation joins what it must not'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER allocation_made AFTER INSERT ON transactions_allocation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION allocation_made_v4();
