-- Claims are open exactly as long as their request is.
CREATE OR REPLACE FUNCTION claims_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gateways_claim SET is_open = false WHERE request_id = NEW.id AND is_open;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER claims_follow AFTER UPDATE OF state ON gateways_paymentrequest FOR EACH ROW
    WHEN (NEW.state IN ('posted', 'rejected') AND OLD.state NOT IN ('posted', 'rejected'))
    EXECUTE FUNCTION claims_follow();
