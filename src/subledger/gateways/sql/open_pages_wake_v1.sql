-- What changes on an account whose customer is on a page to pay: a worker looks at once whether that page is over more
-- than is owed by now. The job has no queueing lock, for one that waits already may be done before this commits.
CREATE OR REPLACE FUNCTION open_pages_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    SELECT DISTINCT 'default', 'close_pages',
           format('close_pages company_id=%s provider_id=%s', r.company_id, r.provider_id),
           jsonb_build_object('company_id', r.company_id, 'provider_id', r.provider_id)
      FROM gateways_paymentrequest r
     WHERE r.state = 'requires_action' AND r.reference <> ''
       AND r.account_id IN (SELECT account_id FROM changed);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER open_pages_wake_on_insert AFTER INSERT ON transactions_openitem
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION open_pages_wake();
CREATE OR REPLACE TRIGGER open_pages_wake_on_update AFTER UPDATE ON transactions_openitem
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION open_pages_wake();
CREATE OR REPLACE TRIGGER open_pages_wake_on_delete AFTER DELETE ON transactions_openitem
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION open_pages_wake();
