-- Balances and the journal agree by account: a control account that carries entries stays the control account.
CREATE OR REPLACE FUNCTION control_accounts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM journal_journalentry WHERE company_id = OLD.company_id) THEN
        RAISE EXCEPTION 'the control accounts of company % carry entries: they cannot be changed', OLD.company_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'control_accounts_stay';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER control_accounts_stay BEFORE UPDATE ON transactions_transactiondefinition FOR EACH ROW
    WHEN ((OLD.receivable_id, OLD.suspense_id) IS DISTINCT FROM (NEW.receivable_id, NEW.suspense_id))
    EXECUTE FUNCTION control_accounts_stay();
