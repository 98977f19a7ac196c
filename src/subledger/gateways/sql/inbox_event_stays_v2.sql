-- What was delivered is kept as it came; only what became of it changes.
CREATE OR REPLACE FUNCTION inbox_event_stays_v2() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'tries', 'process_at', 'processed_at', 'error', 'put_off_by'];
BEGIN
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'event % is kept as it was delivered', OLD.external_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inbox_event_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER inbox_event_stays BEFORE UPDATE ON gateways_inboxevent
    FOR EACH ROW EXECUTE FUNCTION inbox_event_stays_v2();
