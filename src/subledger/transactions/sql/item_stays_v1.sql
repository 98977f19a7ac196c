CREATE OR REPLACE FUNCTION item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM transactions_transaction WHERE id = OLD.transaction_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'the items of transaction % are posted: they cannot be edited', OLD.transaction_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE TRIGGER item_stays BEFORE UPDATE OR DELETE ON transactions_transactionitem
    FOR EACH ROW EXECUTE FUNCTION item_stays();
