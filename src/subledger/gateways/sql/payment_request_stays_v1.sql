-- A request keeps what it is about; a final one keeps its state, but for money that moved after
-- all, and for a refund that came back.
CREATE OR REPLACE FUNCTION payment_request_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
        OLD.charge_id) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
        NEW.charge_id)
       OR (OLD.state = 'posted' AND NEW.state <> 'posted' AND (OLD.type = 'payment' OR NEW.state <> 'rejected'))
       OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
        RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER payment_request_stays BEFORE UPDATE ON gateways_paymentrequest
    FOR EACH ROW EXECUTE FUNCTION payment_request_stays();
