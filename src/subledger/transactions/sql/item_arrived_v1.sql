-- Posting writes items before their transaction, so a posted one that exists already takes no more.
CREATE OR REPLACE FUNCTION item_arrived() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.transaction_id INTO bad FROM new_rows n
      JOIN transactions_transaction t ON t.id = n.transaction_id WHERE t.state <> 'draft' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % is posted: it takes no more items', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_arrived';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER item_arrived AFTER INSERT ON transactions_transactionitem
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION item_arrived();
