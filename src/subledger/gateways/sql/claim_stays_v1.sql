CREATE OR REPLACE FUNCTION claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'claims follow their request: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER claim_stays BEFORE UPDATE ON gateways_claim FOR EACH ROW EXECUTE FUNCTION claim_stays();
