-- A delivery keeps what it is about, and once it has ended it stays as it ended.
CREATE OR REPLACE FUNCTION webhook_delivery_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM before b JOIN after a ON a.id = b.id
         WHERE b.state <> 'pending'
            OR (b.endpoint_id, b.event_id, b.object_id, b.kind) <> (a.endpoint_id, a.event_id, a.object_id, a.kind)
    ) THEN
        RAISE EXCEPTION 'a webhook delivery that has ended, or what one is about, does not change'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_delivery_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER webhook_delivery_stays AFTER UPDATE ON webhooks_webhookdelivery
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION webhook_delivery_stays();
