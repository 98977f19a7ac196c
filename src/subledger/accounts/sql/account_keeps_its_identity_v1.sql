CREATE OR REPLACE FUNCTION account_keeps_its_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % keeps its company, currency, type and number', OLD.number
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_keeps_its_identity';
END $$;

CREATE OR REPLACE TRIGGER account_keeps_its_identity BEFORE UPDATE ON accounts_account FOR EACH ROW
    WHEN ((OLD.company_id, OLD.currency, OLD.type, OLD.number, OLD.system_role)
          IS DISTINCT FROM (NEW.company_id, NEW.currency, NEW.type, NEW.number, NEW.system_role))
    EXECUTE FUNCTION account_keeps_its_identity();
