-- A level that a document reached stays recorded as it was. A letter that was to be printed is printed once, or
-- lapses.
CREATE OR REPLACE FUNCTION dunning_record_stays_v2() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - 'outcome') IS DISTINCT FROM (to_jsonb(NEW) - 'outcome')
       OR (OLD.outcome <> NEW.outcome AND NOT (OLD.outcome = 'to_print' AND NEW.outcome IN ('printed', 'lapsed'))) THEN
        RAISE EXCEPTION 'the record of level % of document % stays as it is', OLD.level_number, OLD.document_number
            USING ERRCODE = '23514', CONSTRAINT = 'dunning_record_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER dunning_record_stays BEFORE UPDATE ON dunning_dunningrecord
    FOR EACH ROW EXECUTE FUNCTION dunning_record_stays_v2();
