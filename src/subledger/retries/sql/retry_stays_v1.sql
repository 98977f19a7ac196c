-- What failed, and how, stays as it was. A retry that was made or stopped stays so.
CREATE OR REPLACE FUNCTION retry_stays_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.account_id, OLD.provider_id, OLD.plan_id, OLD.preference_id, OLD.failed_request_id,
        OLD.document_kind, OLD.document_id, OLD.amount_minor, OLD.currency, OLD.decline_class, OLD.code, OLD.failed_on)
       IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.account_id, NEW.provider_id, NEW.plan_id, NEW.preference_id, NEW.failed_request_id,
        NEW.document_kind, NEW.document_id, NEW.amount_minor, NEW.currency, NEW.decline_class, NEW.code, NEW.failed_on)
       OR OLD.state IN ('made', 'stopped')
       OR (OLD.state = 'waiting' AND NEW.state = 'made') THEN
        RAISE EXCEPTION 'retry % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = '23514', CONSTRAINT = 'retry_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER retry_stays BEFORE UPDATE ON retries_retry
    FOR EACH ROW EXECUTE FUNCTION retry_stays_v1();
