-- The instalments of a promise sum to what is promised. They come in one statement, right behind it.
CREATE OR REPLACE FUNCTION instalments_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT p.id INTO bad
      FROM promises_promise p JOIN promises_instalment i ON i.promise_id = p.id
     WHERE p.id IN (SELECT promise_id FROM new_rows)
     GROUP BY p.id HAVING sum(i.minor) <> p.promised_minor LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the instalments of promise % do not sum to what is promised', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalments_sum';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER instalments_sum AFTER INSERT ON promises_instalment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION instalments_sum();
