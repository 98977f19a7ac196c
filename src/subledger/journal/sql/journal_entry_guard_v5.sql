-- No entry is on a day that the books are closed through; each is of a source that a room declares, and bears the id of
-- what it is of where the source says so: then there is no second one. Both tables that are looked at are short, so
-- that any plan will do.
CREATE OR REPLACE FUNCTION journal_entry_guard_v5() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(company_id) FROM new_rows;
    PERFORM 1 FROM new_rows n
      LEFT JOIN journal_source s ON s.code = n.source
      LEFT JOIN journal_periodclose p
        ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on
     WHERE (n.id = n.source_id OR NOT s.shares_id) IS NOT TRUE OR s.code IS NULL OR p.id IS NOT NULL LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO bad FROM (
        SELECT n.id, n.effective_on, p.through, CASE
            WHEN s.code IS NULL THEN 'journal_entry_source'
            WHEN s.shares_id AND n.id <> n.source_id THEN 'journal_entry_is_its_source'
            WHEN p.id IS NOT NULL THEN 'journal_period_open'
            END AS name
          FROM new_rows n
          LEFT JOIN journal_source s ON s.code = n.source
          LEFT JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF bad.name = 'journal_period_open' THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = bad.name;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal entry % violates check constraint "%"', bad.id, bad.name
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.name, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER journal_entry_guard AFTER INSERT ON journal_journalentry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_guard_v5();
