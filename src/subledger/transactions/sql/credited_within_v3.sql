-- Of each item of an invoice, credit notes credit no more than it came to, in net after discount and in tax; who
-- credits all of its net credits all of its tax. And an invoice that is credited is not cancelled: what is left of it
-- is credited. The reason of a credit note is one of its company. Credit notes that are inserted as posted are checked
-- by `transaction_arrived`, which looks at them anyway.
CREATE OR REPLACE FUNCTION check_credited_within_v3(p_notes bigint[]) RETURNS void LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad bigint;
    invoices bigint[];
BEGIN
    SELECT n.id INTO bad FROM transactions_transaction n
     WHERE n.id = ANY(p_notes) AND n.credit_reason_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM transactions_creditreason r
                        WHERE r.id = n.credit_reason_id AND r.company_id = n.company_id) LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % has a reason that its company does not have', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_reason_is_own';
    END IF;
    SELECT array_agg(DISTINCT credits_id) INTO invoices FROM transactions_transactionitem
     WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM transactions_transactionitem c
      JOIN transactions_transaction n ON n.id = c.transaction_id
      LEFT JOIN transactions_transactionitem i
             ON i.transaction_id = c.credits_id AND i.position = c.credits_position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.credits_id AND o.credits_position = c.credits_position AND m.state = 'posted') s
             ON true
     WHERE c.transaction_id = ANY(p_notes) AND c.credits_id IS NOT NULL
       AND (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION credited_within_v3() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v3(
            (SELECT array_agg(id) FROM new_rows WHERE classification = 'credit_note' AND state = 'posted'));
    END IF;
    SELECT n.id INTO bad FROM new_rows n
     WHERE n.classification = 'invoice' AND n.state = 'cancelled'
       AND EXISTS (SELECT 1 FROM transactions_transactionitem c
                     JOIN transactions_transaction m ON m.id = c.transaction_id
                    WHERE c.credits_id = n.id AND m.state = 'posted') LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is credited: it cannot be cancelled', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_stays';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS credited_within_inserted ON transactions_transaction;
CREATE OR REPLACE TRIGGER credited_within_updated AFTER UPDATE ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION credited_within_v3();
