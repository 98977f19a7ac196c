-- What a file is, and what it is of, never changes. It is removed once, which empties it, and stays removed.
CREATE OR REPLACE FUNCTION attachment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL
       OR (NEW.company_id, NEW.object_type, NEW.object_id, NEW.name, NEW.media_type, NEW.size, NEW.sha256, NEW.note,
           NEW.added_at, NEW.added_by)
          IS DISTINCT FROM
          (OLD.company_id, OLD.object_type, OLD.object_id, OLD.name, OLD.media_type, OLD.size, OLD.sha256, OLD.note,
           OLD.added_at, OLD.added_by)
    THEN
        RAISE EXCEPTION 'an attached file never changes; it is removed, once'
            USING ERRCODE = '23514', CONSTRAINT = 'attachment_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER attachment_stays BEFORE UPDATE ON attachments_attachment
    FOR EACH ROW EXECUTE FUNCTION attachment_stays();
