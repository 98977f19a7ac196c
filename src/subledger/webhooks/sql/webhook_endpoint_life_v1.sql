-- An endpoint moves only along its life cycle, and stays its company's.
CREATE OR REPLACE FUNCTION webhook_endpoint_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.company_id <> OLD.company_id OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('active', 'disabled'), ('active', 'deleted'), ('disabled', 'active'), ('disabled', 'deleted'))) THEN
        RAISE EXCEPTION 'a webhook endpoint does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_endpoint_life';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER webhook_endpoint_life BEFORE UPDATE ON webhooks_webhookendpoint
    FOR EACH ROW EXECUTE FUNCTION webhook_endpoint_life();
