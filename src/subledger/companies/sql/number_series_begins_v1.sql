-- A server of the version before says prefix and digits of a series, and no format.
CREATE OR REPLACE FUNCTION number_series_begins_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.format = '' THEN
        NEW.format := NEW.prefix || '{number:' || NEW.digits || '}';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER number_series_begins BEFORE INSERT ON platform_numberseries
    FOR EACH ROW EXECUTE FUNCTION number_series_begins_v1();
