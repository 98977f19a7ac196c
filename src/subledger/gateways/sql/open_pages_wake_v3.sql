-- What changes on an account whose customer is on a page to pay: a worker looks at once whether that page is over more
-- than is owed by now. The job has no queueing lock, for one that waits already may be done before this commits.
--
-- Less is owed after a transaction was posted, or credit that was there was allocated, and after nothing else. Nearly
-- always nobody is on a page of that account, so that is asked first and alone; and once for a posting, not again for
-- the allocations that come with it. Who allocates without posting says so (`consequences.py`).
CREATE OR REPLACE FUNCTION open_pages_wake_v3() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM changed c
      JOIN gateways_paymentrequest r ON r.account_id = c.account_id AND r.state = 'requires_action' LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    SELECT DISTINCT 'default', 'close_pages',
           format('close_pages company_id=%s provider_id=%s', r.company_id, r.provider_id),
           jsonb_build_object('company_id', r.company_id, 'provider_id', r.provider_id)
      FROM gateways_paymentrequest r
     WHERE r.state = 'requires_action' AND r.reference <> ''
       AND r.account_id IN (SELECT account_id FROM changed);
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS open_pages_wake_on_allocation ON transactions_allocation;
CREATE OR REPLACE TRIGGER open_pages_wake_on_posting AFTER INSERT ON transactions_transaction
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION open_pages_wake_v3();
CREATE OR REPLACE TRIGGER open_pages_wake_on_update AFTER UPDATE ON transactions_transaction
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION open_pages_wake_v3();
