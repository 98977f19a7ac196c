-- Open items of one side of an account, earliest first, until they cover an amount: never the whole history.
CREATE OR REPLACE FUNCTION open_items_covering(p_account bigint, p_is_debit boolean, p_amount bigint)
    RETURNS SETOF transactions_openitem LANGUAGE plpgsql STABLE AS $$
DECLARE
    item transactions_openitem;
    uncovered bigint := p_amount;
BEGIN
    IF p_amount <= 0 THEN RETURN; END IF;
    FOR item IN SELECT * FROM transactions_openitem o WHERE o.account_id = p_account AND o.is_debit = p_is_debit
                 ORDER BY o.order_on, o.transaction_id
    LOOP
        RETURN NEXT item;
        uncovered := uncovered - item.open_minor;
        EXIT WHEN uncovered <= 0;
    END LOOP;
END $$;
