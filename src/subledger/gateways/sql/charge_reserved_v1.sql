-- What is paid back of a charge is held from the moment it is asked for: the CHECK on the charge caps the sum,
-- however many ask at once, for they meet at its row.
CREATE OR REPLACE FUNCTION charge_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bigint := CASE WHEN TG_OP = 'UPDATE' AND OLD.state <> 'rejected' THEN OLD.amount_minor ELSE 0 END;
    after bigint := CASE WHEN NEW.state <> 'rejected' THEN NEW.amount_minor ELSE 0 END;
BEGIN
    IF after <> before THEN
        UPDATE gateways_charge SET reserved_minor = reserved_minor + after - before WHERE id = NEW.charge_id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER charge_reserved AFTER INSERT OR UPDATE OF state ON gateways_paymentrequest FOR EACH ROW
    WHEN (NEW.charge_id IS NOT NULL) EXECUTE FUNCTION charge_reserved();
