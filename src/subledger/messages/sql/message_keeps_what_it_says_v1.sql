-- What was written, and whom it is for, never changes; what was sealed is opened once and emptied; what is over stays so.
CREATE OR REPLACE FUNCTION message_keeps_what_it_says() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.kind, NEW.key, NEW.level, NEW.recipient, NEW.subject, NEW.body, NEW.language, NEW.created_at,
        NEW.created_by) IS DISTINCT FROM
       (OLD.company_id, OLD.kind, OLD.key, OLD.level, OLD.recipient, OLD.subject, OLD.body, OLD.language, OLD.created_at,
        OLD.created_by)
       OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.resends_id IS DISTINCT FROM OLD.resends_id
       OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '')
       OR (OLD.state IN ('sent', 'suppressed', 'bounced', 'failed') AND NEW.state IN ('queued', 'sending'))
    THEN
        RAISE EXCEPTION 'a message keeps what it says, and what is over stays so'
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER message_keeps_what_it_says BEFORE UPDATE ON messages_message
    FOR EACH ROW EXECUTE FUNCTION message_keeps_what_it_says();
