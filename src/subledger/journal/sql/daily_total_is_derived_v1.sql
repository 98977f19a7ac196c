-- Daily totals follow from journal lines: only triggers write them. Parts may be deleted, which merges them.
CREATE OR REPLACE FUNCTION daily_total_is_derived_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'daily totals follow from journal lines: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'daily_total_is_derived';
END $$;

CREATE OR REPLACE TRIGGER daily_total_is_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON journal_dailytotal
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION daily_total_is_derived_v1();

CREATE OR REPLACE TRIGGER daily_total_part_is_derived BEFORE INSERT OR UPDATE OR TRUNCATE ON journal_dailytotalpart
    FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION daily_total_is_derived_v1();
