-- Drafts may change; what waits for its gateway goes back to draft before it may; what was posted changes its state
-- (once, forward) and its metadata, and nothing else.
CREATE OR REPLACE FUNCTION transaction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'metadata', 'updated_at', 'updated_by'];
BEGIN
    IF OLD.state = 'draft' THEN
        IF (OLD.id, OLD.company_id, OLD.classification) IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification)
           OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
            RAISE EXCEPTION 'draft % keeps its company and classification, and is posted or rejected', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        END IF;
    ELSIF OLD.state = 'pending' THEN
        IF (OLD.id, OLD.company_id, OLD.classification, OLD.account_id, OLD.amount_minor, OLD.currency)
           IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification, NEW.account_id, NEW.amount_minor, NEW.currency)
           OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
            RAISE EXCEPTION 'transaction % waits for its gateway: it keeps its account and amount', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        END IF;
    ELSIF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
          OR (NEW.state <> OLD.state
              AND NOT (OLD.state = 'posted' AND OLD.classification IN ('invoice', 'payment') AND NEW.state = 'cancelled')
              AND NOT (OLD.state = 'posted' AND OLD.classification = 'invoice' AND NEW.state = 'written_off')) THEN
        RAISE EXCEPTION 'transaction % is %: it cannot be edited', coalesce(OLD.number, OLD.id::text), OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
    ELSIF (NEW.state = 'cancelled' AND OLD.state = 'posted'
           AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE cancels_id = OLD.id))
          OR (NEW.state = 'written_off' AND OLD.state = 'posted'
              AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE writes_off_id = OLD.id)) THEN
        RAISE EXCEPTION 'transaction % becomes % by a transaction that does it', OLD.number, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER transaction_stays BEFORE UPDATE ON transactions_transaction
    FOR EACH ROW EXECUTE FUNCTION transaction_stays();
