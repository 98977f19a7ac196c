-- Entries balance, in one currency and on their company's own ledger accounts; each line holds what the `GuardedCheck`
-- of its model says: no amount is below zero, and of debit and credit one is zero, which is one question (`least`).
CREATE OR REPLACE FUNCTION journal_line_guard_v3() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    bad bigint;
    two_sided boolean;
BEGIN
    SELECT n.entry_id INTO bad
      FROM new_rows n
      LEFT JOIN journal_journalentry e ON e.id = n.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
     GROUP BY n.entry_id
    HAVING bool_or((least(n.debit_minor, n.credit_minor) = 0 AND least(n.base_debit_minor, n.base_credit_minor) = 0
                    AND a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
        OR sum(n.debit_minor - n.credit_minor) <> 0 OR sum(n.base_debit_minor - n.base_credit_minor) <> 0
        OR min(n.currency) <> max(n.currency)
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
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_line_guard_v3();
