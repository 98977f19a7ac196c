-- Posting writes items before their transaction, so a posted one that exists already takes no more. Items hold what
-- the `GuardedCheck`s of their model say, in the order of their names.
CREATE OR REPLACE FUNCTION item_arrived_v4() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad bigint;
    broken text;
BEGIN
    SELECT id, name INTO bad, broken FROM (
        SELECT n.transaction_id AS id, CASE
            WHEN NOT (n.credits_id IS NULL AND n.credits_position IS NULL
                      OR n.credits_id IS NOT NULL AND n.credits_position IS NOT NULL)
                THEN 'item_credits'
            WHEN NOT (n.price_is IN ('unit', 'unit_with_tax', 'sub_total') OR n.price_is IS NULL)
                THEN 'item_price_is'
            WHEN NOT (n.service_end IS NULL AND n.service_start IS NULL
                      OR n.service_end >= n.service_start AND n.service_end IS NOT NULL
                         AND n.service_start IS NOT NULL)
                THEN 'item_service_period'
            WHEN NOT (n.sub_total_minor = n.net_minor - n.discount_minor + n.tax_minor) THEN 'item_sub_total'
            WHEN t.state <> 'draft' THEN 'item_arrived'
            END AS name
          FROM new_rows n LEFT JOIN transactions_transaction t ON t.id = n.transaction_id) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF broken = 'item_arrived' THEN
        RAISE EXCEPTION 'transaction % is posted: it takes no more items', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    ELSIF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an item of transaction % violates check constraint "%"', bad, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER item_arrived AFTER INSERT ON transactions_transactionitem
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION item_arrived_v4();

CREATE OR REPLACE TRIGGER item_updated AFTER UPDATE ON transactions_transactionitem
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION item_arrived_v4();
