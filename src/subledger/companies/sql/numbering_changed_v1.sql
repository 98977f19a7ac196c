-- How numbers are written is kept by each process: a series that is new or written otherwise raises the version of its
-- company's settings. Numbers that are taken do not: they change no format.
CREATE OR REPLACE FUNCTION numbering_changed_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM configuration_changed_v1(ARRAY[NEW.company_id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER numbering_added AFTER INSERT ON platform_numberseries
    FOR EACH ROW EXECUTE FUNCTION numbering_changed_v1();

CREATE OR REPLACE TRIGGER numbering_changed AFTER UPDATE OF format, restarts ON platform_numberseries
    FOR EACH ROW WHEN ((OLD.format, OLD.restarts) IS DISTINCT FROM (NEW.format, NEW.restarts))
    EXECUTE FUNCTION numbering_changed_v1();
