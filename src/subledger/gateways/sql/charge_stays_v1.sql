CREATE OR REPLACE FUNCTION charge_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['reserved_minor', 'fee_minor', 'fee_currency'];
BEGIN
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
       OR (OLD.fee_minor IS NOT NULL AND OLD.fee_minor IS DISTINCT FROM NEW.fee_minor)
       OR (OLD.reserved_minor <> NEW.reserved_minor AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'charge % is what the gateway captured: it cannot be edited', OLD.reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'charge_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER charge_stays BEFORE UPDATE ON gateways_charge FOR EACH ROW EXECUTE FUNCTION charge_stays();
