-- What was written, of what and for whom, never changes; what was sealed is opened once and emptied; a message moves only
-- along its life cycle.
CREATE OR REPLACE FUNCTION message_keeps_what_it_says_v3() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.kind, NEW.key, NEW.level, NEW.recipient, NEW.addressee, NEW.subject, NEW.body, NEW.language,
        NEW.object_type, NEW.about, NEW.concerns, NEW.created_at, NEW.created_by) IS DISTINCT FROM
       (OLD.company_id, OLD.kind, OLD.key, OLD.level, OLD.recipient, OLD.addressee, OLD.subject, OLD.body, OLD.language,
        OLD.object_type, OLD.about, OLD.concerns, OLD.created_at, OLD.created_by)
       OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.resends_id IS DISTINCT FROM OLD.resends_id
       OR NEW.template_id IS DISTINCT FROM OLD.template_id
       OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '')
    THEN
        RAISE EXCEPTION 'a message keeps what it says, and whom it is for'
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('queued', 'sending'), ('queued', 'failed'), ('queued', 'suppressed'),
        ('sending', 'sent'), ('sending', 'queued'), ('sending', 'failed'),
        ('sent', 'bounced'), ('failed', 'bounced')) THEN
        RAISE EXCEPTION 'a message does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER message_keeps_what_it_says BEFORE UPDATE ON messages_message
    FOR EACH ROW EXECUTE FUNCTION message_keeps_what_it_says_v3();
