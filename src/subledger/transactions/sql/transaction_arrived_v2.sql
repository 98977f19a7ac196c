-- A posted transaction becomes an open item, unless it comes to nothing; its references exist, in its own company and currency.
CREATE OR REPLACE FUNCTION transaction_arrived_v2() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.id INTO bad FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (a.company_id = n.company_id AND a.currency = n.currency
            AND t.company_id = n.company_id AND t.classification = n.classification
            AND (TG_OP = 'UPDATE' OR n.state = 'draft' OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_references';
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER transaction_inserted AFTER INSERT ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived_v2();

CREATE OR REPLACE TRIGGER transaction_updated AFTER UPDATE ON transactions_transaction
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived_v2();
