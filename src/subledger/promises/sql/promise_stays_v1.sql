-- What was promised, for what and when never changes. An open promise is kept, broken or withdrawn; a kept one is open
-- again when its invoice is; broken and withdrawn it stays.
CREATE OR REPLACE FUNCTION promise_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.account_id, OLD.document_id, OLD.currency, OLD.promised_minor, OLD.grace_days,
        OLD.waives_interest, OLD.note, OLD.made_on, OLD.made_at, OLD.made_by) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.account_id, NEW.document_id, NEW.currency, NEW.promised_minor, NEW.grace_days,
        NEW.waives_interest, NEW.note, NEW.made_on, NEW.made_at, NEW.made_by)
       OR OLD.state IN ('broken', 'withdrawn')
       OR (OLD.state = 'kept' AND NEW.state <> 'open') THEN
        RAISE EXCEPTION 'promise % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'promise_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER promise_stays BEFORE UPDATE ON promises_promise
    FOR EACH ROW EXECUTE FUNCTION promise_stays();
