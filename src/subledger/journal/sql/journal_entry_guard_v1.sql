CREATE OR REPLACE FUNCTION journal_entry_guard() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(c.company_id) FROM (SELECT DISTINCT company_id FROM new_rows) c;
    SELECT n.id, n.effective_on, p.through INTO bad FROM new_rows n
      JOIN journal_periodclose p
        ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'journal_period_open';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER journal_entry_guard AFTER INSERT ON journal_journalentry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_guard();
