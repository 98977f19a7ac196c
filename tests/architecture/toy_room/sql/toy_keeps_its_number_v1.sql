-- What a toy is called may change; its number never.
CREATE OR REPLACE FUNCTION toy_keeps_its_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> OLD.number THEN
        RAISE EXCEPTION 'a toy keeps its number' USING ERRCODE = '23514', CONSTRAINT = 'toy_keeps_its_number';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER toy_keeps_its_number BEFORE UPDATE ON toys_toy
    FOR EACH ROW EXECUTE FUNCTION toy_keeps_its_number();
