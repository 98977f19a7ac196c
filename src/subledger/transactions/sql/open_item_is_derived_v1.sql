CREATE OR REPLACE FUNCTION open_item_is_derived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'open items follow from transactions and allocations: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'open_item_is_derived';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER open_item_is_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON transactions_openitem
    FOR EACH STATEMENT EXECUTE FUNCTION open_item_is_derived();
