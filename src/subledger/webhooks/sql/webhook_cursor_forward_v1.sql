-- A cursor goes forward; after a restore into another cluster it begins anew, above what was heard by then.
CREATE OR REPLACE FUNCTION webhook_cursor_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.endpoint_id <> OLD.endpoint_id OR NEW.floor < OLD.floor
       OR (NEW.floor = OLD.floor AND (NEW.recorded_in, NEW.event_id) < (OLD.recorded_in, OLD.event_id)
           AND NEW.recorded_in > 0) THEN
        RAISE EXCEPTION 'the cursor of a webhook endpoint goes forward alone'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_cursor_forward';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER webhook_cursor_forward BEFORE UPDATE ON webhooks_webhookcursor
    FOR EACH ROW EXECUTE FUNCTION webhook_cursor_forward();
