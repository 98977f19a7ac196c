-- Of each item of an invoice, credit notes credit no more than it came to, in net after discount and in tax, those that
-- name it and the shares of those that are for the invoice as a whole; who credits all of its net by name credits all of
-- its tax. And an invoice of which items are credited by name is not cancelled: what is left of it is credited. The
-- reason of a credit note is one of its company. Credit notes that are inserted as posted are checked by
-- `transaction_arrived`, which looks at them anyway; their shares are there by then.
CREATE OR REPLACE FUNCTION check_credited_within_v4(p_notes bigint[]) RETURNS void LANGUAGE plpgsql
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
    SELECT array_agg(DISTINCT invoice) INTO invoices FROM (
        SELECT credits_id AS invoice FROM transactions_transactionitem
         WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL
        UNION ALL
        SELECT invoice_id FROM transactions_creditshare WHERE transaction_id = ANY(p_notes)) c;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM (SELECT transaction_id AS note, credits_id AS invoice, credits_position AS position
              FROM transactions_transactionitem WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL
             UNION ALL
            SELECT transaction_id, invoice_id, position
              FROM transactions_creditshare WHERE transaction_id = ANY(p_notes)) c
      JOIN transactions_transaction n ON n.id = c.note
      LEFT JOIN transactions_transactionitem i ON i.transaction_id = c.invoice AND i.position = c.position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.invoice AND o.credits_position = c.position AND m.state = 'posted') l ON true
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor) AS net, sum(o.tax_minor) AS tax FROM transactions_creditshare o
            WHERE o.invoice_id = c.invoice AND o.position = c.position) w ON true
     CROSS JOIN LATERAL (
           SELECT coalesce(l.net, 0) + coalesce(w.net, 0) AS net, coalesce(l.tax, 0) + coalesce(w.tax, 0) AS tax) s
     WHERE (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id AND n.classification = 'credit_note'
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor OR w.net IS NOT NULL)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION credited_within_v4() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v4(
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

CREATE OR REPLACE TRIGGER credited_within_updated AFTER UPDATE ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION credited_within_v4();

-- A share comes before its note is posted, and is looked at then; one that comes later is looked at now.
CREATE OR REPLACE FUNCTION credit_share_arrived_v4() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_credited_within_v4((SELECT array_agg(DISTINCT transaction_id) FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER credit_share_arrived AFTER INSERT ON transactions_creditshare
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION credit_share_arrived_v4();
