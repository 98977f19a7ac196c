-- Entries with their lines. A room whose own function writes what they are of calls this from there, in one statement
-- of the client's; the triggers of both tables look at what is written, as through any other door.
CREATE OR REPLACE FUNCTION journal_write_v1(p_company bigint, p_at timestamptz, p_entries json, p_lines json)
    RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
END $$;
