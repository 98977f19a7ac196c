-- What was drafted for a late payment stays; that it was drafted anew since is noted once.
CREATE OR REPLACE FUNCTION dunning_claim_stays_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - 'superseded_at') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded_at')
       OR OLD.superseded_at IS NOT NULL THEN
        RAISE EXCEPTION 'the late charge of document % stays as it is', OLD.document_number
            USING ERRCODE = '23514', CONSTRAINT = 'dunning_claim_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER dunning_claim_stays BEFORE UPDATE ON dunning_dunningclaim
    FOR EACH ROW EXECUTE FUNCTION dunning_claim_stays_v1();
