-- A posted transaction becomes an open item, unless it comes to nothing; its references exist, in its own company and
-- currency; and it holds what the `GuardedCheck`s of its model say, in the order of their names.
--
-- Payments and invoices that are posted as usual hold all of it by a short condition; whatever else is in a set has the
-- set asked in full. What an expression costs at every statement goes by its length, not by what it finds.
CREATE OR REPLACE FUNCTION transaction_arrived_v6() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    bad bigint;
    broken text;
    notes bigint[];
BEGIN
    PERFORM 1 FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (n.state = 'posted' AND n.credit_reason_id IS NULL AND n.amount_minor > 0 AND n.amount_minor < 9007199254740992
            AND num_nulls(n.base_minor, n.number, n.posted_at, n.posted_on) = 0
            AND (n.classification = 'payment' AND n.net_minor IS NULL
                 OR n.classification = 'invoice' AND n.due_on >= n.posted_on
                    AND n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
            AND t.classification = n.classification AND t.company_id = n.company_id AND a.company_id = n.company_id
            AND a.currency = n.currency AND a.state <> 'terminated') IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        SELECT id, name INTO bad, broken FROM (
            SELECT n.id, CASE
                WHEN NOT (n.amount_minor < 9007199254740992
                          AND (n.amount_minor > 0
                               OR (n.amount_minor = 0 AND n.classification IN ('invoice', 'invoice_cancellation'))))
                    THEN 'transaction_amount'
                WHEN NOT (n.classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off',
                                               'invoice_cancellation', 'payment_cancellation'))
                    THEN 'transaction_classification'
                WHEN NOT (n.credit_reason_id IS NULL OR n.classification = 'credit_note')
                    THEN 'transaction_credit_reason'
                WHEN NOT (NOT (n.classification = 'invoice') OR n.posted_on IS NULL
                          OR (n.due_on >= n.posted_on AND n.due_on IS NOT NULL))
                    THEN 'transaction_invoice_due'
                WHEN NOT ((n.base_minor IS NULL AND n.number IS NULL AND n.posted_at IS NULL AND n.posted_on IS NULL
                           AND n.state IN ('draft', 'pending', 'rejected'))
                          OR (n.base_minor IS NOT NULL AND n.number IS NOT NULL AND n.posted_at IS NOT NULL
                              AND n.posted_on IS NOT NULL AND n.state IN ('posted', 'cancelled', 'written_off')))
                    THEN 'transaction_posted_has_number_and_day'
                WHEN NOT (n.state IN ('draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'))
                    THEN 'transaction_state'
                WHEN NOT (n.net_minor IS NULL OR n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
                    THEN 'transaction_total'
                WHEN (a.company_id = n.company_id AND a.currency = n.currency
                      AND t.company_id = n.company_id AND t.classification = n.classification
                      AND (TG_OP = 'UPDATE' OR n.state = 'draft'
                           OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
                    THEN 'transaction_references'
                END AS name
              FROM new_rows n
              LEFT JOIN accounts_account a ON a.id = n.account_id
              LEFT JOIN transactions_transactiontype t ON t.id = n.type_id) checked
         WHERE name IS NOT NULL LIMIT 1;
        IF broken = 'transaction_references' THEN
            RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
        ELSIF broken IS NOT NULL THEN
            RAISE EXCEPTION 'transaction % violates check constraint "%"', bad, broken
                USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
        END IF;
        notes := ARRAY(SELECT id FROM new_rows WHERE classification = 'credit_note' AND state = 'posted');
        IF TG_OP = 'INSERT' AND cardinality(notes) > 0 THEN
            PERFORM check_credited_within_v4(notes);
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, is_debit(classification),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, is_debit(n.classification),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER transaction_inserted AFTER INSERT ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived_v6();

CREATE OR REPLACE TRIGGER transaction_updated AFTER UPDATE ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived_v6();
