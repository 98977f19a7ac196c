CREATE OR REPLACE FUNCTION journal_line_guard() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.entry_id INTO bad FROM new_rows n
      LEFT JOIN journal_journalentry e ON e.id = n.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
     GROUP BY n.entry_id
    HAVING bool_or((a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
        OR sum(n.debit_minor) <> sum(n.credit_minor) OR sum(n.base_debit_minor) <> sum(n.base_credit_minor)
        OR min(n.currency) <> max(n.currency)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION
            'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER journal_line_guard AFTER INSERT ON journal_journalline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_line_guard();
