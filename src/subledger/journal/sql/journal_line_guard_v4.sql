-- Entries balance, in one currency and on their company's own ledger accounts; each line holds what the `GuardedCheck`
-- of its model says: no amount is below zero, and of debit and credit one is zero, which is one question (`least`).
-- What holds is added to the totals of its day, in the same statement: as rows of their own, so that nobody who posts
-- waits for another (`daily_totals_merged`).
CREATE OR REPLACE FUNCTION journal_line_guard_v4() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    bad bigint;
    two_sided boolean;
BEGIN
    WITH line AS MATERIALIZED (
        SELECT n.entry_id, n.ledger_account_id, n.currency, n.debit_minor, n.credit_minor, n.base_debit_minor,
               n.base_credit_minor, e.company_id, e.effective_on,
               (least(n.debit_minor, n.credit_minor) = 0 AND least(n.base_debit_minor, n.base_credit_minor) = 0
                AND a.company_id = e.company_id AND e.recorded_in = txid_current()) IS TRUE AS holds
          FROM new_rows n
          LEFT JOIN journal_journalentry e ON e.id = n.entry_id
          LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
    ), added AS (
        INSERT INTO journal_dailytotalpart (company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                            credit_minor, base_debit_minor, base_credit_minor)
        SELECT company_id, ledger_account_id, currency, effective_on, count(*), sum(debit_minor), sum(credit_minor),
               sum(base_debit_minor), sum(base_credit_minor)
          FROM line WHERE holds GROUP BY company_id, ledger_account_id, currency, effective_on
    )
    SELECT entry_id INTO bad FROM line
     GROUP BY entry_id
    HAVING NOT bool_and(holds) OR sum(debit_minor - credit_minor) <> 0
        OR sum(base_debit_minor - base_credit_minor) <> 0 OR min(currency) <> max(currency)
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT bool_or(NOT (n.base_credit_minor >= 0 AND n.base_debit_minor >= 0 AND n.credit_minor >= 0
                        AND n.debit_minor >= 0 AND (n.debit_minor = 0 OR n.credit_minor = 0)
                        AND (n.base_debit_minor = 0 OR n.base_credit_minor = 0)))
      INTO two_sided FROM new_rows n WHERE n.entry_id = bad;
    IF two_sided THEN
        RAISE EXCEPTION 'a line of journal entry % violates check constraint "journal_line_one_side"', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_line_one_side', TABLE = TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION
        'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
        USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
END $$;

CREATE OR REPLACE TRIGGER journal_line_guard AFTER INSERT ON journal_journalline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_line_guard_v4();
