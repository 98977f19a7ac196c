-- What a dispute is of never changes. While it is open, what is said of it may; it is closed once, and stays closed.
CREATE OR REPLACE FUNCTION invoice_dispute_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed'
       OR (OLD.id, OLD.company_id, OLD.account_id, OLD.document_id, OLD.currency, OLD.opened_on, OLD.opened_at,
           OLD.opened_by) IS DISTINCT FROM
          (NEW.id, NEW.company_id, NEW.account_id, NEW.document_id, NEW.currency, NEW.opened_on, NEW.opened_at,
           NEW.opened_by) THEN
        RAISE EXCEPTION 'dispute % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invoice_dispute_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER invoice_dispute_stays BEFORE UPDATE ON promises_invoicedispute
    FOR EACH ROW EXECUTE FUNCTION invoice_dispute_stays();
