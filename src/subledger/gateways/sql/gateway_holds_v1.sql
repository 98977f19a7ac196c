-- What an open request is about stands still: nobody posts, rejects or cancels it past the gateway.
CREATE OR REPLACE FUNCTION gateway_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gateways_paymentrequest r
                WHERE r.transaction_id = OLD.id AND r.state NOT IN ('posted', 'rejected')) THEN
        RAISE EXCEPTION 'transaction % waits for its gateway', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'gateway_holds';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER gateway_holds BEFORE UPDATE ON transactions_transaction FOR EACH ROW
    WHEN (OLD.state = 'pending' AND NEW.state <> 'pending' OR OLD.state = 'posted' AND NEW.state = 'cancelled')
    EXECUTE FUNCTION gateway_holds();
