CREATE OR REPLACE FUNCTION bump_configuration_of_type_v2() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM configuration_changed_v1(ARRAY(
        SELECT DISTINCT t.company_id FROM transactions_transactiontype t JOIN changed c ON c.transactiontype_id = t.id));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER transactions_transactiontype_payment_methods_insert
    AFTER INSERT ON transactions_transactiontype_payment_methods
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
CREATE OR REPLACE TRIGGER transactions_transactiontype_payment_methods_delete
    AFTER DELETE ON transactions_transactiontype_payment_methods
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
CREATE OR REPLACE TRIGGER transactions_transactiontype_refund_methods_insert
    AFTER INSERT ON transactions_transactiontype_refund_methods
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
CREATE OR REPLACE TRIGGER transactions_transactiontype_refund_methods_delete
    AFTER DELETE ON transactions_transactiontype_refund_methods
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
CREATE OR REPLACE TRIGGER transactions_transactiontype_categories_insert
    AFTER INSERT ON transactions_transactiontype_categories
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
CREATE OR REPLACE TRIGGER transactions_transactiontype_categories_delete
    AFTER DELETE ON transactions_transactiontype_categories
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type_v2();
