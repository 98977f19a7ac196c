CREATE OR REPLACE FUNCTION payment_request_stays_v3() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
        OLD.charge_id, OLD.batch_id) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
        NEW.charge_id, NEW.batch_id)
       OR (OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'rejected'))
       OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
        RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER payment_request_stays BEFORE UPDATE ON gateways_paymentrequest
    FOR EACH ROW EXECUTE FUNCTION payment_request_stays_v3();
