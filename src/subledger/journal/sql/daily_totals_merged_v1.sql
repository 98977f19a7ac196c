-- Parts of daily totals that are deleted are added to the totals, so that the sum of both never changes. Keys are taken
-- in order: two who merge do not wait for each other in a circle.
CREATE OR REPLACE FUNCTION daily_totals_merged_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_dailytotal AS t (company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                         credit_minor, base_debit_minor, base_credit_minor)
    SELECT company_id, ledger_account_id, currency, effective_on, sum(lines), sum(debit_minor), sum(credit_minor),
           sum(base_debit_minor), sum(base_credit_minor)
      FROM old_rows
     GROUP BY company_id, ledger_account_id, currency, effective_on
     ORDER BY company_id, ledger_account_id, currency, effective_on
        ON CONFLICT (company_id, ledger_account_id, currency, effective_on) DO UPDATE
       SET lines = t.lines + excluded.lines, debit_minor = t.debit_minor + excluded.debit_minor,
           credit_minor = t.credit_minor + excluded.credit_minor,
           base_debit_minor = t.base_debit_minor + excluded.base_debit_minor,
           base_credit_minor = t.base_credit_minor + excluded.base_credit_minor;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER daily_totals_merged AFTER DELETE ON journal_dailytotalpart
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION daily_totals_merged_v1();
