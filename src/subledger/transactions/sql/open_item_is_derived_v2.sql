-- Open items follow from transactions and allocations: only a trigger writes them. Whether one does is asked in the
-- condition: this function is called where nobody may.
CREATE OR REPLACE FUNCTION open_item_is_derived_v2() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'open items follow from transactions and allocations: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'open_item_is_derived';
END $$;

CREATE OR REPLACE TRIGGER open_item_is_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON transactions_openitem
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION open_item_is_derived_v2();
