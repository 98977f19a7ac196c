CREATE OR REPLACE FUNCTION allocation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['released_on', 'released_at', 'release_reason'];
BEGIN
    IF OLD.released_on IS NOT NULL OR NEW.released_on IS NULL
       OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'allocation % is never edited: it can be released, once', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'allocation_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER allocation_stays BEFORE UPDATE ON transactions_allocation
    FOR EACH ROW EXECUTE FUNCTION allocation_stays();
