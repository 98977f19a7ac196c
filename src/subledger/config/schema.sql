-- PostgreSQL 18
-- digest 1a98f439b8cba8bbd63ea25ec2acf4bd80fdd21d15ec50e605d3f3d2f120dcb3
-- migration accounts 0001_initial
-- migration accounts 0002_guards
-- migration accounts 0003_release_payment_preferences
-- migration accounts 0004_customer_language
-- migration accounts 0005_electronic_invoices
-- migration accounts 0006_contact_persons
-- migration accounts 0007_words
-- migration accounts 0008_parent_accounts
-- migration accounts 0009_contact_words
-- migration accounts 0010_recurring
-- migration attachments 0001_initial
-- migration auth 0001_initial
-- migration auth 0002_alter_permission_name_max_length
-- migration auth 0003_alter_user_email_max_length
-- migration auth 0004_alter_user_username_opts
-- migration auth 0005_alter_user_last_login_null
-- migration auth 0006_require_contenttypes_0002
-- migration auth 0007_alter_validators_add_error_messages
-- migration auth 0008_alter_user_username_max_length
-- migration auth 0009_alter_user_last_name_max_length
-- migration auth 0010_alter_group_name_max_length
-- migration auth 0011_update_proxy_permissions
-- migration auth 0012_alter_user_first_name_max_length
-- migration axes 0001_initial
-- migration axes 0002_auto_20151217_2044
-- migration axes 0003_auto_20160322_0929
-- migration axes 0004_auto_20181024_1538
-- migration axes 0005_remove_accessattempt_trusted
-- migration axes 0006_remove_accesslog_trusted
-- migration axes 0007_alter_accessattempt_unique_together
-- migration axes 0008_accessfailurelog
-- migration axes 0009_add_session_hash
-- migration axes 0010_accessattemptexpiration
-- migration catalog 0001_initial
-- migration catalog 0002_guards
-- migration catalog 0003_product_groups
-- migration catalog 0004_products_that_are_no_revenue
-- migration catalog 0005_tax_categories
-- migration catalog 0006_names_by_language
-- migration collecting 0001_initial
-- migration collecting 0002_card_notices
-- migration collecting 0003_ends_of_cards
-- migration companies 0001_initial
-- migration companies 0002_gateway_permissions
-- migration companies 0003_formats
-- migration companies 0004_product_permission
-- migration companies 0005_second_factor
-- migration companies 0006_provided
-- migration companies 0007_configuration_changed
-- migration companies 0008_setup
-- migration companies 0009_saved_views
-- migration companies 0010_language
-- migration companies 0011_numbering_changed
-- migration contenttypes 0001_initial
-- migration contenttypes 0002_remove_content_type_name
-- migration desk 0001_initial
-- migration documents 0001_initial
-- migration documents 0002_guards
-- migration documents 0003_electronic_invoices
-- migration documents 0004_kinds_of_rooms
-- migration documents 0005_kept_parties
-- migration documents 0006_closing_words
-- migration dunning 0001_initial
-- migration dunning 0002_guards
-- migration dunning 0003_segments
-- migration dunning 0004_letters_lapse
-- migration dunning 0005_names_by_language
-- migration dunning 0006_how_to_pay
-- migration dunning 0007_rates
-- migration dunning 0008_minimums
-- migration dunning 0009_claims_keep_their_plan
-- migration dunning 0010_assignments
-- migration gateways 0001_initial
-- migration gateways 0002_guards
-- migration gateways 0003_creditor
-- migration gateways 0004_defaults
-- migration gateways 0005_given_back
-- migration gateways 0006_unbooked_facts
-- migration gateways 0007_paid_with
-- migration gateways 0008_fees_of_requests
-- migration gateways 0009_charge_ledger_account
-- migration gateways 0010_unbooked_directions
-- migration gateways 0011_open_pages
-- migration gateways 0012_pages_wake_less
-- migration gateways 0013_returned_first
-- migration gateways 0014_put_off
-- migration gateways 0015_pages_wake_once
-- migration gateways 0016_restorations
-- migration gateways 0017_requests_name_no_run
-- migration gateways 0018_request_reports
-- migration gateways 0019_facts_in_the_same_words
-- migration gateways 0020_letters_say_how_it_stands
-- migration gateways 0021_recurring
-- migration gateways 0022_request_batches
-- migration gateways 0023_requests_of_batches
-- migration gateways 0024_request_indexes
-- migration gateways 0025_links_by_state
-- migration gateways 0026_barred_ways
-- migration gateways 0027_marked_files
-- migration imports 0001_initial
-- migration imports 0002_guards
-- migration imports 0003_parts
-- migration imports 0004_kinds_of_rooms
-- migration imports 0005_staged
-- migration imports 0006_orders
-- migration imports 0007_receipts
-- migration journal 0001_initial
-- migration journal 0002_guards
-- migration journal 0003_gateway_fees
-- migration journal 0004_checks_in_guards
-- migration journal 0005_entries_in_fewer_steps
-- migration journal 0006_sources
-- migration journal 0007_written_by_its_room
-- migration journal 0008_month_end
-- migration journal 0009_daily_totals
-- migration messages 0001_initial
-- migration messages 0002_guards
-- migration messages 0003_life_of_messages
-- migration messages 0004_attachments
-- migration messages 0005_warnings
-- migration messages 0006_said_again
-- migration messages 0007_bytes_under_their_digest
-- migration messages 0008_no_templates_of_logins
-- migration messages 0009_senders
-- migration messages 0010_suppressed_meanwhile
-- migration messages 0011_unreached_since
-- migration messages 0012_roots_of_keys
-- migration people 0001_initial
-- migration people 0002_reset_requests
-- migration platform 0001_initial
-- migration platform 0002_what_an_answer_made
-- migration platform 0003_what_kind_of_thing_an_answer_made
-- migration platform 0004_ids_never_run_backwards
-- migration platform 0005_installation
-- migration platform 0006_last_check
-- migration platform 0007_listeners
-- migration platform 0008_event_request_id
-- migration platform 0009_written_by_their_room
-- migration platform 0010_own_numbers
-- migration platform 0011_listener_backlogs
-- migration platform 0012_listener_backlog_keys
-- migration procrastinate 0001_initial
-- migration procrastinate 0002_drop_started_at_column
-- migration procrastinate 0003_drop_started_at_column
-- migration procrastinate 0004_drop_procrastinate_version_table
-- migration procrastinate 0005_fix_procrastinate_fetch_job
-- migration procrastinate 0006_fix_trigger_status_events_insert
-- migration procrastinate 0007_add_queueing_lock_column
-- migration procrastinate 0008_close_fetch_job_race_condition
-- migration procrastinate 0009_add_defer_job_function
-- migration procrastinate 0010_add_procrastinate_periodic_defers
-- migration procrastinate 0011_add_foreign_key_index
-- migration procrastinate 0012_add_locks_to_periodic_defer
-- migration procrastinate 0013_fix_procrastinate_defer_periodic_job
-- migration procrastinate 0014_add_finish_job_and_retry_job_functions
-- migration procrastinate 0015_add_trigger_on_job_deletion
-- migration procrastinate 0016_delete_finished_jobs
-- migration procrastinate 0017_add_checks_to_finish_job
-- migration procrastinate 0018_add_checks_to_retry_job
-- migration procrastinate 0019_fix_finish_job_compat_issue
-- migration procrastinate 0020_add_index_on_procrastinate_jobs
-- migration procrastinate 0021_add_kwargs_to_defer_periodic_job
-- migration procrastinate 0022_null_locks_excluded
-- migration procrastinate 0023_remove_old_finish_job_function
-- migration procrastinate 0024_job_id_bigint
-- migration procrastinate 0025_add_models
-- migration procrastinate 0026_add_job_priority
-- migration procrastinate 0027_add_periodic_job_priority
-- migration procrastinate 0028_add_cancel_states
-- migration procrastinate 0029_add_additional_params_to_retry_job
-- migration procrastinate 0030_alter_procrastinateevent_options
-- migration procrastinate 0031_add_indexes_for_fetch_job
-- migration procrastinate 0032_pre_cancel_notification
-- migration procrastinate 0033_post_cancel_notification
-- migration procrastinate 0034_pre_add_heartbeat
-- migration procrastinate 0035_post_add_heartbeat
-- migration procrastinate 0036_add_worker_model
-- migration procrastinate 0037_pre_batch_defer_jobs
-- migration procrastinate 0038_post_batch_defer_jobs
-- migration procrastinate 0039_pre_priority_lock_fetch_job
-- migration procrastinate 0040_pre_retry_failed_job
-- migration procrastinate 0041_post_retry_failed_job
-- migration promises 0001_initial
-- migration retries 0001_initial
-- migration retries 0002_taken_back
-- migration retries 0003_planned_on
-- migration runs 0001_initial
-- migration runs 0002_guards
-- migration runs 0003_progress
-- migration runs 0004_files
-- migration runs 0005_step_indexes
-- migration segments 0001_initial
-- migration sessions 0001_initial
-- migration stripe_client 0001_initial
-- migration transactions 0001_initial
-- migration transactions 0002_guards
-- migration transactions 0003_posting
-- migration transactions 0004_speed
-- migration transactions 0005_pending
-- migration transactions 0006_zero_and_tax_rounding
-- migration transactions 0007_items_as_entered
-- migration transactions 0008_default_tax_rate
-- migration transactions 0009_checks_in_guards
-- migration transactions 0010_posting_in_fewer_statements
-- migration transactions 0011_rules_by_product
-- migration transactions 0012_service_periods
-- migration transactions 0013_credited_items
-- migration transactions 0014_credit_reasons
-- migration transactions 0015_types_that_are_no_revenue
-- migration transactions 0016_written_by_each_room
-- migration transactions 0017_read_in_order
-- migration transactions 0018_open_items_of_sets
-- migration transactions 0019_amounts
-- migration transactions 0020_credit_shares
-- migration transactions 0021_shares_of_before
-- migration transactions 0022_shares_of_items_of_before
-- migration transactions 0023_told_when_settled
-- migration transactions 0024_statements_say_their_period
-- migration transactions 0025_changed_since
-- migration transactions 0026_letters_say_how_it_stands
-- migration transactions 0027_drafts_without_a_day
-- migration transactions 0028_purchase_orders
-- migration transactions 0029_found_by_purchase_order
-- migration transactions 0030_receipts_name_what_they_pay
-- migration transactions 0031_own_numbers
-- migration transactions 0032_found_by_spoken_purchase_order
-- migration transactions 0033_days_kept
-- migration transactions 0034_days_and_rarer_kinds
-- migration transactions 0035_names_by_language
-- migration transactions 0036_days_by_type
-- migration transactions 0037_items_posted_as_entered
-- migration wallets 0001_initial
-- migration webhooks 0001_initial
-- migration webhooks 0002_guards
-- migration webhooks 0003_life_of_endpoints

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.account_balance(p_company bigint, p_account bigint, p_as_of date) RETURNS bigint[]
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    open_now bigint[];
    rolled_back bigint[];
BEGIN
    PERFORM 1 FROM accounts_account WHERE id = p_account AND company_id = p_company;
    IF NOT FOUND THEN
        RETURN ARRAY[0, 0, 0];
    END IF;
    SELECT ARRAY[coalesce(sum(open_minor) FILTER (WHERE is_debit), 0),
                 coalesce(sum(open_minor) FILTER (WHERE NOT is_debit), 0),
                 coalesce(sum(open_minor) FILTER (WHERE is_debit AND order_on < p_as_of AND (
                     order_on > posted_on
                     OR (SELECT t.classification = 'invoice' FROM transactions_transaction t
                          WHERE t.id = o.transaction_id))), 0)]::bigint[]
      INTO open_now FROM transactions_openitem o WHERE o.account_id = p_account AND o.posted_on <= p_as_of;
    PERFORM 1 FROM transactions_allocation WHERE account_id = p_account AND allocated_on > p_as_of LIMIT 1;
    IF NOT FOUND THEN
        PERFORM 1 FROM transactions_allocation WHERE account_id = p_account AND released_on > p_as_of LIMIT 1;
        IF NOT FOUND THEN
            RETURN open_now;
        END IF;
    END IF;
    SELECT ARRAY[coalesce(sum(a.minor) FILTER (WHERE side.is_debit), 0),
                 coalesce(sum(a.minor) FILTER (WHERE NOT side.is_debit), 0),
                 coalesce(sum(a.minor) FILTER (WHERE t.classification = 'invoice' AND t.due_on < p_as_of), 0)
                ]::bigint[]
      INTO rolled_back
      FROM (SELECT credit_id, debit_id, minor FROM transactions_allocation
             WHERE account_id = p_account AND allocated_on > p_as_of AND released_on IS NULL
            UNION ALL
            SELECT credit_id, debit_id, -minor FROM transactions_allocation
             WHERE account_id = p_account AND released_on > p_as_of AND allocated_on <= p_as_of) a
     CROSS JOIN LATERAL (VALUES (a.credit_id, false), (a.debit_id, true)) side (id, is_debit)
      JOIN transactions_transaction t ON t.id = side.id AND t.posted_on <= p_as_of;
    RETURN ARRAY[open_now[1] + rolled_back[1], open_now[2] + rolled_back[2], open_now[3] + rolled_back[3]];
END $$;

CREATE FUNCTION public.account_keeps_its_identity() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'account % keeps its company, currency, type and number', OLD.number
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_keeps_its_identity';
END $$;

CREATE FUNCTION public.account_parent_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    is_own boolean;
    is_circle boolean;
    above integer;
    below integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('account parents', NEW.company_id));
    WITH RECURSIVE up(id, parent_id, company_id, type, steps) AS (
        SELECT a.id, a.parent_id, a.company_id, a.type, 1 FROM accounts_account a WHERE a.id = NEW.parent_id
        UNION ALL
        SELECT a.id, a.parent_id, a.company_id, a.type, up.steps + 1
          FROM up JOIN accounts_account a ON a.id = up.parent_id WHERE up.id <> NEW.id AND up.steps < 10
    ) SELECT bool_and(company_id = NEW.company_id AND type = 'customer'), bool_or(id = NEW.id), max(steps)
        INTO is_own, is_circle, above FROM up;
    IF NOT is_own OR NEW.type <> 'customer' THEN
        RAISE EXCEPTION 'the parent of account % is no customer account of its company', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_is_own';
    END IF;
    IF is_circle THEN
        RAISE EXCEPTION 'account % would stand above itself', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_circle';
    END IF;
    WITH RECURSIVE down(id, steps) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT a.id, down.steps + 1 FROM down JOIN accounts_account a ON a.parent_id = down.id WHERE down.steps < 10
    ) SELECT max(steps) INTO below FROM down;
    IF above + below > 5 THEN
        RAISE EXCEPTION 'the line of parents of account % is longer than five accounts', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_depth';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_made() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
    -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
    -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
    WITH sides AS MATERIALIZED (
        SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
               sum(credit_base_minor)::bigint AS base
          FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
        UNION ALL
        SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
          FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
    )
    MERGE INTO transactions_openitem o USING sides s
       ON o.transaction_id = s.id
          AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
     WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
     WHEN MATCHED THEN UPDATE
          SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
     WHEN NOT MATCHED THEN
          INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                  open_base_minor)
          VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    IF EXISTS (SELECT 1 FROM new_rows WHERE released_on IS NOT NULL) THEN  -- made and released in one set, between two days: it took nothing, but must fit
        PERFORM 1 FROM new_rows n
          LEFT JOIN transactions_transaction c ON c.id = n.credit_id
          LEFT JOIN transactions_transaction d ON d.id = n.debit_id
         WHERE n.released_on IS NOT NULL
           AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                AND c.classification NOT IN ('invoice', 'refund', 'payment_cancellation')
                AND d.classification IN ('invoice', 'refund', 'payment_cancellation')) IS NOT TRUE;
        IF FOUND THEN
            RAISE EXCEPTION 'an allocation joins what it must not'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_made_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    broken text;
    some_released boolean;
BEGIN
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END), bool_or(released_on IS NOT NULL)
      INTO broken, some_released FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
    -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
    -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
    WITH sides AS MATERIALIZED (
        SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
               sum(credit_base_minor)::bigint AS base
          FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
        UNION ALL
        SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
          FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
    )
    MERGE INTO transactions_openitem o USING sides s
       ON o.transaction_id = s.id
          AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
     WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
     WHEN MATCHED THEN UPDATE
          SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
     WHEN NOT MATCHED THEN
          INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                  open_base_minor)
          VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    IF some_released THEN  -- made and released in one set, between two days: it took nothing, but must fit
        PERFORM 1 FROM new_rows n
          LEFT JOIN transactions_transaction c ON c.id = n.credit_id
          LEFT JOIN transactions_transaction d ON d.id = n.debit_id
         WHERE n.released_on IS NOT NULL
           AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                AND c.classification NOT IN ('invoice', 'refund', 'payment_cancellation')
                AND d.classification IN ('invoice', 'refund', 'payment_cancellation')) IS NOT TRUE;
        IF FOUND THEN
            RAISE EXCEPTION 'an allocation joins what it must not'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_made_v3() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    broken text;
    some_released boolean;
    rows bigint;
BEGIN
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END), bool_or(released_on IS NOT NULL), count(*)
      INTO broken, some_released, rows FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
    -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
    -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
    IF rows = 1 AND NOT some_released THEN  -- the same without sums, at half the cost: one posting at a time
        MERGE INTO transactions_openitem o USING (
            SELECT n.company_id, n.account_id, side.is_debit, side.id, n.minor, side.base
              FROM new_rows n, LATERAL (VALUES (false, n.credit_id, n.credit_base_minor),
                                               (true, n.debit_id, n.debit_base_minor)) side (is_debit, id, base)) s
           ON o.transaction_id = s.id
              AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
         WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
         WHEN MATCHED THEN UPDATE
              SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
         WHEN NOT MATCHED THEN
              INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                      open_base_minor)
              VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    ELSE
        WITH sides AS MATERIALIZED (
            SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
                   sum(credit_base_minor)::bigint AS base
              FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
            UNION ALL
            SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
              FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
        )
        MERGE INTO transactions_openitem o USING sides s
           ON o.transaction_id = s.id
              AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
         WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
         WHEN MATCHED THEN UPDATE
              SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
         WHEN NOT MATCHED THEN
              INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                      open_base_minor)
              VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    END IF;
    IF some_released THEN  -- made and released in one set, between two days: it took nothing, but must fit
        PERFORM 1 FROM new_rows n
          LEFT JOIN transactions_transaction c ON c.id = n.credit_id
          LEFT JOIN transactions_transaction d ON d.id = n.debit_id
         WHERE n.released_on IS NOT NULL
           AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                AND c.classification NOT IN ('invoice', 'refund', 'payment_cancellation')
                AND d.classification IN ('invoice', 'refund', 'payment_cancellation')) IS NOT TRUE;
        IF FOUND THEN
            RAISE EXCEPTION 'an allocation joins what it must not'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_made_v4() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    broken text;
    some_released boolean;
    whole bigint;
    parts bigint;
BEGIN
    -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
    -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
    -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
    --
    -- One allocation made as usual, which is what a posting mostly makes: the same without sums and without looking at
    -- both sides again, which mostly go whole. What does not fit its condition is left alone here.
    DELETE FROM transactions_openitem o USING new_rows n
     WHERE o.transaction_id = ANY(ARRAY[n.credit_id, n.debit_id]) AND o.is_debit = (o.transaction_id = n.debit_id)
       AND o.account_id = n.account_id AND o.company_id = n.company_id AND o.open_minor = n.minor
       AND o.open_base_minor = CASE WHEN o.is_debit THEN n.debit_base_minor ELSE n.credit_base_minor END
       AND n.principle IN ('fifo', 'against_item') AND n.minor > 0
       AND num_nonnulls(n.release_reason, n.released_at, n.released_on) = 0 AND (SELECT count(*) FROM new_rows) = 1;
    GET DIAGNOSTICS whole = ROW_COUNT;
    IF whole = 2 THEN
        RETURN NULL;
    END IF;
    UPDATE transactions_openitem o
       SET open_minor = o.open_minor - n.minor,
           open_base_minor = o.open_base_minor
                             - CASE WHEN o.is_debit THEN n.debit_base_minor ELSE n.credit_base_minor END
      FROM new_rows n
     WHERE o.transaction_id = ANY(ARRAY[n.credit_id, n.debit_id]) AND o.is_debit = (o.transaction_id = n.debit_id)
       AND o.account_id = n.account_id AND o.company_id = n.company_id
       AND n.principle IN ('fifo', 'against_item') AND n.minor > 0
       AND num_nonnulls(n.release_reason, n.released_at, n.released_on) = 0 AND (SELECT count(*) FROM new_rows) = 1;
    GET DIAGNOSTICS parts = ROW_COUNT;
    IF whole + parts = 2 THEN
        RETURN NULL;
    ELSIF whole + parts = 1 THEN
        RAISE EXCEPTION 'an allocation joins what it must not: one of its sides is not open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
    END IF;
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL
                             AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END), bool_or(released_on IS NOT NULL)
      INTO broken, some_released FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    WITH sides AS MATERIALIZED (
        SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
               sum(credit_base_minor)::bigint AS base
          FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
        UNION ALL
        SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
          FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
    )
    MERGE INTO transactions_openitem o USING sides s
       ON o.transaction_id = s.id
          AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
     WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
     WHEN MATCHED THEN UPDATE
          SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
     WHEN NOT MATCHED THEN
          INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                  open_base_minor)
          VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
    IF some_released THEN  -- made and released in one set, between two days: it took nothing, but must fit
        PERFORM 1 FROM new_rows n
          LEFT JOIN transactions_transaction c ON c.id = n.credit_id
          LEFT JOIN transactions_transaction d ON d.id = n.debit_id
         WHERE n.released_on IS NOT NULL
           AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                AND NOT is_debit(c.classification)
                AND is_debit(d.classification)) IS NOT TRUE;
        IF FOUND THEN
            RAISE EXCEPTION 'an allocation joins what it must not'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_released() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    INSERT INTO transactions_openitem AS o
        (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
    SELECT t.id, t.company_id, t.account_id, s.is_debit, coalesce(t.due_on, t.posted_on), t.posted_on,
           greatest(t.posted_on, s.released_on), s.minor, s.base
      FROM (SELECT credit_id AS id, false AS is_debit, max(released_on) AS released_on,
                   sum(minor)::bigint AS minor, sum(credit_base_minor)::bigint AS base
              FROM new_rows GROUP BY credit_id
            UNION ALL
            SELECT debit_id, true, max(released_on), sum(minor)::bigint, sum(debit_base_minor)::bigint
              FROM new_rows GROUP BY debit_id) s
      JOIN transactions_transaction t ON t.id = s.id
    ON CONFLICT (transaction_id) DO UPDATE
        SET open_minor = o.open_minor + EXCLUDED.open_minor,
            open_base_minor = o.open_base_minor + EXCLUDED.open_base_minor,
            available_on = greatest(o.available_on, EXCLUDED.available_on);
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_released_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    broken text;
BEGIN
    SELECT min(CASE
               WHEN NOT (minor > 0) THEN 'allocation_amount'
               WHEN NOT (principle IN ('fifo', 'against_item')) THEN 'allocation_principle'
               WHEN NOT ((release_reason IS NULL AND released_at IS NULL AND released_on IS NULL)
                         OR (release_reason IS NOT NULL AND released_at IS NOT NULL AND released_on >= allocated_on))
                   THEN 'allocation_release'
               WHEN NOT (release_reason IN ('displaced', 'invoice_cancelled', 'payment_cancelled', 'payment_moved')
                         OR release_reason IS NULL)
                   THEN 'allocation_release_reason'
               END) INTO broken FROM new_rows;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an allocation violates check constraint "%"', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    INSERT INTO transactions_openitem AS o
        (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
    SELECT t.id, t.company_id, t.account_id, s.is_debit, coalesce(t.due_on, t.posted_on), t.posted_on,
           greatest(t.posted_on, s.released_on), s.minor, s.base
      FROM (SELECT credit_id AS id, false AS is_debit, max(released_on) AS released_on,
                   sum(minor)::bigint AS minor, sum(credit_base_minor)::bigint AS base
              FROM new_rows GROUP BY credit_id
            UNION ALL
            SELECT debit_id, true, max(released_on), sum(minor)::bigint, sum(debit_base_minor)::bigint
              FROM new_rows GROUP BY debit_id) s
      JOIN transactions_transaction t ON t.id = s.id
    ON CONFLICT (transaction_id) DO UPDATE
        SET open_minor = o.open_minor + EXCLUDED.open_minor,
            open_base_minor = o.open_base_minor + EXCLUDED.open_base_minor,
            available_on = greatest(o.available_on, EXCLUDED.available_on);
    RETURN NULL;
END $$;

CREATE FUNCTION public.allocation_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    free text[] := ARRAY['released_on', 'released_at', 'release_reason'];
BEGIN
    IF OLD.released_on IS NOT NULL OR NEW.released_on IS NULL
       OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'allocation % is never edited: it can be released, once', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'allocation_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.attachment_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL
       OR (NEW.company_id, NEW.object_type, NEW.object_id, NEW.name, NEW.media_type, NEW.size, NEW.sha256, NEW.note,
           NEW.added_at, NEW.added_by)
          IS DISTINCT FROM
          (OLD.company_id, OLD.object_type, OLD.object_id, OLD.name, OLD.media_type, OLD.size, OLD.sha256, OLD.note,
           OLD.added_at, OLD.added_by)
    THEN
        RAISE EXCEPTION 'an attached file never changes; it is removed, once'
            USING ERRCODE = '23514', CONSTRAINT = 'attachment_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.bump_configuration() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE companies_company SET config_version = next_id()
     WHERE id IN (SELECT company_id FROM changed);
    RETURN NULL;
END $$;

CREATE FUNCTION public.bump_configuration_of_type() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE companies_company SET config_version = next_id() WHERE id IN (
        SELECT t.company_id FROM transactions_transactiontype t JOIN changed c ON c.transactiontype_id = t.id);
    RETURN NULL;
END $$;

CREATE FUNCTION public.bump_configuration_of_type_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM configuration_changed_v1(ARRAY(
        SELECT DISTINCT t.company_id FROM transactions_transactiontype t JOIN changed c ON c.transactiontype_id = t.id));
    RETURN NULL;
END $$;

CREATE FUNCTION public.charge_reserved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    before bigint := CASE WHEN TG_OP = 'UPDATE' AND OLD.state <> 'rejected' THEN OLD.amount_minor ELSE 0 END;
    after bigint := CASE WHEN NEW.state <> 'rejected' THEN NEW.amount_minor ELSE 0 END;
BEGIN
    IF after <> before THEN
        UPDATE gateways_charge SET reserved_minor = reserved_minor + after - before WHERE id = NEW.charge_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.charge_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    free text[] := ARRAY['reserved_minor', 'fee_minor', 'fee_currency'];
BEGIN
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
       OR (OLD.fee_minor IS NOT NULL AND OLD.fee_minor IS DISTINCT FROM NEW.fee_minor)
       OR (OLD.reserved_minor <> NEW.reserved_minor AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'charge % is what the gateway captured: it cannot be edited', OLD.reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'charge_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.check_credited_within_v1(p_notes bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    invoices bigint[];
BEGIN
    SELECT array_agg(DISTINCT credits_id) INTO invoices FROM transactions_transactionitem
     WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM transactions_transactionitem c
      JOIN transactions_transaction n ON n.id = c.transaction_id
      LEFT JOIN transactions_transactionitem i
             ON i.transaction_id = c.credits_id AND i.position = c.credits_position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.credits_id AND o.credits_position = c.credits_position AND m.state = 'posted') s
             ON true
     WHERE c.transaction_id = ANY(p_notes) AND c.credits_id IS NOT NULL
       AND (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE FUNCTION public.check_credited_within_v2(p_notes bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    invoices bigint[];
BEGIN
    SELECT array_agg(DISTINCT credits_id) INTO invoices FROM transactions_transactionitem
     WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM transactions_transactionitem c
      JOIN transactions_transaction n ON n.id = c.transaction_id
      LEFT JOIN transactions_transactionitem i
             ON i.transaction_id = c.credits_id AND i.position = c.credits_position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.credits_id AND o.credits_position = c.credits_position AND m.state = 'posted') s
             ON true
     WHERE c.transaction_id = ANY(p_notes) AND c.credits_id IS NOT NULL
       AND (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE FUNCTION public.check_credited_within_v3(p_notes bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    invoices bigint[];
BEGIN
    SELECT n.id INTO bad FROM transactions_transaction n
     WHERE n.id = ANY(p_notes) AND n.credit_reason_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM transactions_creditreason r
                        WHERE r.id = n.credit_reason_id AND r.company_id = n.company_id) LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % has a reason that its company does not have', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_reason_is_own';
    END IF;
    SELECT array_agg(DISTINCT credits_id) INTO invoices FROM transactions_transactionitem
     WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM transactions_transactionitem c
      JOIN transactions_transaction n ON n.id = c.transaction_id
      LEFT JOIN transactions_transactionitem i
             ON i.transaction_id = c.credits_id AND i.position = c.credits_position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.credits_id AND o.credits_position = c.credits_position AND m.state = 'posted') s
             ON true
     WHERE c.transaction_id = ANY(p_notes) AND c.credits_id IS NOT NULL
       AND (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE FUNCTION public.check_credited_within_v4(p_notes bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    invoices bigint[];
BEGIN
    SELECT n.id INTO bad FROM transactions_transaction n
     WHERE n.id = ANY(p_notes) AND n.credit_reason_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM transactions_creditreason r
                        WHERE r.id = n.credit_reason_id AND r.company_id = n.company_id) LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % has a reason that its company does not have', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_reason_is_own';
    END IF;
    SELECT array_agg(DISTINCT invoice) INTO invoices FROM (
        SELECT credits_id AS invoice FROM transactions_transactionitem
         WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL
        UNION ALL
        SELECT invoice_id FROM transactions_creditshare WHERE transaction_id = ANY(p_notes)) c;
    IF invoices IS NULL THEN
        RETURN;
    END IF;
    -- One after the other for each invoice, whatever else its writers hold; what stands is read after the lock.
    PERFORM 1 FROM transactions_transaction WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.id INTO bad
      FROM (SELECT transaction_id AS note, credits_id AS invoice, credits_position AS position
              FROM transactions_transactionitem WHERE transaction_id = ANY(p_notes) AND credits_id IS NOT NULL
             UNION ALL
            SELECT transaction_id, invoice_id, position
              FROM transactions_creditshare WHERE transaction_id = ANY(p_notes)) c
      JOIN transactions_transaction n ON n.id = c.note
      LEFT JOIN transactions_transactionitem i ON i.transaction_id = c.invoice AND i.position = c.position
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor - o.discount_minor) AS net, sum(o.tax_minor) AS tax
             FROM transactions_transactionitem o JOIN transactions_transaction m ON m.id = o.transaction_id
            WHERE o.credits_id = c.invoice AND o.credits_position = c.position AND m.state = 'posted') l ON true
      LEFT JOIN LATERAL (
           SELECT sum(o.net_minor) AS net, sum(o.tax_minor) AS tax FROM transactions_creditshare o
            WHERE o.invoice_id = c.invoice AND o.position = c.position) w ON true
     CROSS JOIN LATERAL (
           SELECT coalesce(l.net, 0) + coalesce(w.net, 0) AS net, coalesce(l.tax, 0) + coalesce(w.tax, 0) AS tax) s
     WHERE (t.classification = 'invoice' AND t.state = 'posted' AND t.company_id = n.company_id
            AND t.account_id = n.account_id AND n.classification = 'credit_note'
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor OR w.net IS NOT NULL)) IS NOT TRUE
     LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'credit note % credits what it cannot: more than is left of an item, or no item of an invoice', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_within';
    END IF;
END $$;

CREATE FUNCTION public.claim_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'claims follow their request: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.claims_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE gateways_claim SET is_open = false WHERE request_id = NEW.id AND is_open;
    RETURN NULL;
END $$;

CREATE FUNCTION public.collection_contact_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.done_at IS NOT NULL
       OR (OLD.id, OLD.company_id, OLD.account_id, OLD.kind, OLD.with_whom, OLD.text, OLD.happened_on, OLD.follow_up_on,
           OLD.made_at, OLD.made_by) IS DISTINCT FROM
          (NEW.id, NEW.company_id, NEW.account_id, NEW.kind, NEW.with_whom, NEW.text, NEW.happened_on, NEW.follow_up_on,
           NEW.made_at, NEW.made_by) THEN
        RAISE EXCEPTION 'a contact never changes; its follow-up is done once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_contact_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.configuration_changed_v1(p_companies bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE companies_company SET config_version = next_id() WHERE id = ANY(p_companies);
END $$;

CREATE FUNCTION public.control_accounts_stay() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM journal_journalentry WHERE company_id = OLD.company_id) THEN
        RAISE EXCEPTION 'the control accounts of company % carry entries: they cannot be changed', OLD.company_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'control_accounts_stay';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.credit_share_arrived_v4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM check_credited_within_v4((SELECT array_agg(DISTINCT transaction_id) FROM new_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION public.credited_within_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v1(
            (SELECT array_agg(id) FROM new_rows WHERE classification = 'credit_note' AND state = 'posted'));
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT n.id INTO bad FROM new_rows n
         WHERE n.classification = 'invoice' AND n.state = 'cancelled'
           AND EXISTS (SELECT 1 FROM transactions_transactionitem c
                         JOIN transactions_transaction m ON m.id = c.transaction_id
                        WHERE c.credits_id = n.id AND m.state = 'posted') LIMIT 1;
        IF bad IS NOT NULL THEN
            RAISE EXCEPTION 'invoice % is credited: it cannot be cancelled', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_stays';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.credited_within_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v2(
            (SELECT array_agg(id) FROM new_rows WHERE classification = 'credit_note' AND state = 'posted'));
        SELECT n.id INTO bad FROM new_rows n
         WHERE n.classification = 'credit_note' AND n.state = 'posted' AND n.credit_reason_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM transactions_creditreason r
                            WHERE r.id = n.credit_reason_id AND r.company_id = n.company_id) LIMIT 1;
        IF bad IS NOT NULL THEN
            RAISE EXCEPTION 'credit note % has a reason that its company does not have', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_reason_is_own';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT n.id INTO bad FROM new_rows n
         WHERE n.classification = 'invoice' AND n.state = 'cancelled'
           AND EXISTS (SELECT 1 FROM transactions_transactionitem c
                         JOIN transactions_transaction m ON m.id = c.transaction_id
                        WHERE c.credits_id = n.id AND m.state = 'posted') LIMIT 1;
        IF bad IS NOT NULL THEN
            RAISE EXCEPTION 'invoice % is credited: it cannot be cancelled', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_stays';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.credited_within_v3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v3(
            (SELECT array_agg(id) FROM new_rows WHERE classification = 'credit_note' AND state = 'posted'));
    END IF;
    SELECT n.id INTO bad FROM new_rows n
     WHERE n.classification = 'invoice' AND n.state = 'cancelled'
       AND EXISTS (SELECT 1 FROM transactions_transactionitem c
                     JOIN transactions_transaction m ON m.id = c.transaction_id
                    WHERE c.credits_id = n.id AND m.state = 'posted') LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is credited: it cannot be cancelled', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.credited_within_v4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE classification = 'credit_note' AND state = 'posted') THEN
        PERFORM check_credited_within_v4(
            (SELECT array_agg(id) FROM new_rows WHERE classification = 'credit_note' AND state = 'posted'));
    END IF;
    SELECT n.id INTO bad FROM new_rows n
     WHERE n.classification = 'invoice' AND n.state = 'cancelled'
       AND EXISTS (SELECT 1 FROM transactions_transactionitem c
                     JOIN transactions_transaction m ON m.id = c.transaction_id
                    WHERE c.credits_id = n.id AND m.state = 'posted') LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is credited: it cannot be cancelled', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credited_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.daily_total_is_derived_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'daily totals follow from journal lines: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'daily_total_is_derived';
END $$;

CREATE FUNCTION public.daily_totals_merged_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO journal_dailytotal AS t (company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                         credit_minor, base_debit_minor, base_credit_minor)
    SELECT company_id, ledger_account_id, currency, effective_on, sum(lines), sum(debit_minor), sum(credit_minor),
           sum(base_debit_minor), sum(base_credit_minor)
      FROM old_rows
     GROUP BY company_id, ledger_account_id, currency, effective_on
     ORDER BY company_id, ledger_account_id, currency, effective_on
        ON CONFLICT (company_id, ledger_account_id, currency, effective_on) DO UPDATE
       SET lines = t.lines + excluded.lines, debit_minor = t.debit_minor + excluded.debit_minor,
           credit_minor = t.credit_minor + excluded.credit_minor,
           base_debit_minor = t.base_debit_minor + excluded.base_debit_minor,
           base_credit_minor = t.base_credit_minor + excluded.base_credit_minor;
    RETURN NULL;
END $$;

CREATE FUNCTION public.dunning_claim_stays_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (to_jsonb(OLD) - 'superseded_at') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded_at')
       OR OLD.superseded_at IS NOT NULL THEN
        RAISE EXCEPTION 'the late charge of document % stays as it is', OLD.document_number
            USING ERRCODE = '23514', CONSTRAINT = 'dunning_claim_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.dunning_plan_rated_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    today date := (SELECT (now() AT TIME ZONE c.time_zone)::date FROM companies_company c WHERE c.id = NEW.company_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO dunning_dunningrate (company_id, plan_id, from_on, percent, is_active)
        VALUES (NEW.company_id, NEW.id, NULL, NEW.interest_percent, true);
    ELSIF NEW.interest_percent <> OLD.interest_percent
      AND NEW.interest_percent IS DISTINCT FROM (SELECT percent FROM dunning_dunningrate
                                                  WHERE plan_id = NEW.id ORDER BY id DESC LIMIT 1)
      AND NEW.interest_percent IS DISTINCT FROM (SELECT percent FROM dunning_dunningrate
                                                  WHERE plan_id = NEW.id AND is_active
                                                    AND COALESCE(from_on, '-infinity') <= today
                                                  ORDER BY from_on DESC NULLS LAST LIMIT 1) THEN
        INSERT INTO dunning_dunningrate (company_id, plan_id, from_on, percent, is_active)
        VALUES (NEW.company_id, NEW.id, today, NEW.interest_percent, true)
        ON CONFLICT (plan_id, from_on) WHERE is_active DO UPDATE SET percent = EXCLUDED.percent;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.dunning_record_stays_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (to_jsonb(OLD) - 'outcome') IS DISTINCT FROM (to_jsonb(NEW) - 'outcome')
       OR (OLD.outcome <> NEW.outcome AND NOT (OLD.outcome = 'to_print' AND NEW.outcome = 'printed')) THEN
        RAISE EXCEPTION 'the record of level % of document % stays as it is', OLD.level_number, OLD.document_number
            USING ERRCODE = '23514', CONSTRAINT = 'dunning_record_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.dunning_record_stays_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (to_jsonb(OLD) - 'outcome') IS DISTINCT FROM (to_jsonb(NEW) - 'outcome')
       OR (OLD.outcome <> NEW.outcome AND NOT (OLD.outcome = 'to_print' AND NEW.outcome IN ('printed', 'lapsed'))) THEN
        RAISE EXCEPTION 'the record of level % of document % stays as it is', OLD.level_number, OLD.document_number
            USING ERRCODE = '23514', CONSTRAINT = 'dunning_record_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.events_write_v1(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_object_type text, p_events json) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO platform_event (company_id, at, actor, request_id, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, p_request, type, p_object_type, object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
END $$;

CREATE FUNCTION public.gateway_holds() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gateways_paymentrequest r
                WHERE r.transaction_id = OLD.id AND r.state NOT IN ('posted', 'rejected')) THEN
        RAISE EXCEPTION 'transaction % waits for its gateway', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'gateway_holds';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.inbox_event_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    free text[] := ARRAY['state', 'tries', 'process_at', 'processed_at', 'error'];
BEGIN
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'event % is kept as it was delivered', OLD.external_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inbox_event_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.inbox_event_stays_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    free text[] := ARRAY['state', 'tries', 'process_at', 'processed_at', 'error', 'put_off_by'];
BEGIN
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'event % is kept as it was delivered', OLD.external_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inbox_event_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.instalments_sum() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT p.id INTO bad
      FROM promises_promise p JOIN promises_instalment i ON i.promise_id = p.id
     WHERE p.id IN (SELECT promise_id FROM new_rows)
     GROUP BY p.id HAVING sum(i.minor) <> p.promised_minor LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the instalments of promise % do not sum to what is promised', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalments_sum';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.invoice_dispute_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.state = 'closed'
       OR (OLD.id, OLD.company_id, OLD.account_id, OLD.document_id, OLD.currency, OLD.opened_on, OLD.opened_at,
           OLD.opened_by) IS DISTINCT FROM
          (NEW.id, NEW.company_id, NEW.account_id, NEW.document_id, NEW.currency, NEW.opened_on, NEW.opened_at,
           NEW.opened_by) THEN
        RAISE EXCEPTION 'dispute % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invoice_dispute_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.is_debit(p_classification text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT p_classification IN ('invoice', 'refund', 'payment_cancellation')
$$;

CREATE FUNCTION public.item_arrived() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.item_arrived_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    broken text;
BEGIN
    SELECT id, name INTO bad, broken FROM (
        SELECT n.transaction_id AS id, CASE
            WHEN NOT (n.price_is IN ('unit', 'unit_with_tax', 'sub_total') OR n.price_is IS NULL)
                THEN 'item_price_is'
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

CREATE FUNCTION public.item_arrived_v3() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    broken text;
BEGIN
    SELECT id, name INTO bad, broken FROM (
        SELECT n.transaction_id AS id, CASE
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

CREATE FUNCTION public.item_arrived_v4() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.item_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM transactions_transaction WHERE id = OLD.transaction_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'the items of transaction % are posted: they cannot be edited', OLD.transaction_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.journal_entry_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(c.company_id) FROM (SELECT DISTINCT company_id FROM new_rows) c;
    SELECT n.id, n.effective_on, p.through INTO bad FROM new_rows n
      JOIN journal_periodclose p
        ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'journal_period_open';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_entry_guard_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(c.company_id) FROM (SELECT DISTINCT company_id FROM new_rows) c;
    SELECT * INTO bad FROM (
        SELECT n.id, n.effective_on, p.through, CASE
            WHEN NOT (n.id = n.source_id OR n.source = 'release') THEN 'journal_entry_is_its_source'
            WHEN NOT (n.source IN ('transaction', 'allocation', 'release', 'gateway_fee')) THEN 'journal_entry_source'
            WHEN p.id IS NOT NULL THEN 'journal_period_open'
            END AS name
          FROM new_rows n
          LEFT JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF bad.name = 'journal_period_open' THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = bad.name;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal entry % violates check constraint "%"', bad.id, bad.name
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.name, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_entry_guard_v3() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(company_id) FROM new_rows;
    SELECT * INTO bad FROM (
        SELECT n.id, n.effective_on, p.through, CASE
            WHEN NOT (n.id = n.source_id OR n.source = 'release') THEN 'journal_entry_is_its_source'
            WHEN NOT (n.source IN ('transaction', 'allocation', 'release', 'gateway_fee')) THEN 'journal_entry_source'
            WHEN p.id IS NOT NULL THEN 'journal_period_open'
            END AS name
          FROM new_rows n
          LEFT JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF bad.name = 'journal_period_open' THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = bad.name;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal entry % violates check constraint "%"', bad.id, bad.name
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.name, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_entry_guard_v4() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(company_id) FROM new_rows;
    SELECT * INTO bad FROM (
        SELECT n.id, n.effective_on, p.through, CASE
            WHEN s.code IS NULL THEN 'journal_entry_source'
            WHEN s.shares_id AND n.id <> n.source_id THEN 'journal_entry_is_its_source'
            WHEN p.id IS NOT NULL THEN 'journal_period_open'
            END AS name
          FROM new_rows n
          LEFT JOIN journal_source s ON s.code = n.source
          LEFT JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF bad.name = 'journal_period_open' THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = bad.name;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal entry % violates check constraint "%"', bad.id, bad.name
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.name, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_entry_guard_v5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    bad record;
BEGIN
    -- Closing takes this lock alone: an entry is either before the closing or sees it.
    PERFORM pg_advisory_xact_lock_shared(company_id) FROM new_rows;
    PERFORM 1 FROM new_rows n
      LEFT JOIN journal_source s ON s.code = n.source
      LEFT JOIN journal_periodclose p
        ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on
     WHERE (n.id = n.source_id OR NOT s.shares_id) IS NOT TRUE OR s.code IS NULL OR p.id IS NOT NULL LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO bad FROM (
        SELECT n.id, n.effective_on, p.through, CASE
            WHEN s.code IS NULL THEN 'journal_entry_source'
            WHEN s.shares_id AND n.id <> n.source_id THEN 'journal_entry_is_its_source'
            WHEN p.id IS NOT NULL THEN 'journal_period_open'
            END AS name
          FROM new_rows n
          LEFT JOIN journal_source s ON s.code = n.source
          LEFT JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF bad.name = 'journal_period_open' THEN
        RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
            bad.id, bad.effective_on, bad.through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = bad.name;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal entry % violates check constraint "%"', bad.id, bad.name
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.name, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_line_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.entry_id INTO bad FROM new_rows n
      LEFT JOIN journal_journalentry e ON e.id = n.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
     GROUP BY n.entry_id
    HAVING bool_or((a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
        OR sum(n.debit_minor) <> sum(n.credit_minor) OR sum(n.base_debit_minor) <> sum(n.base_credit_minor)
        OR min(n.currency) <> max(n.currency)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION
            'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.journal_line_guard_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    two_sided boolean;
BEGIN
    SELECT n.entry_id,
           bool_or(NOT (n.base_credit_minor >= 0 AND n.base_debit_minor >= 0 AND n.credit_minor >= 0
                        AND n.debit_minor >= 0 AND (n.debit_minor = 0 OR n.credit_minor = 0)
                        AND (n.base_debit_minor = 0 OR n.base_credit_minor = 0)))
      INTO bad, two_sided
      FROM new_rows n
      LEFT JOIN journal_journalentry e ON e.id = n.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
     GROUP BY n.entry_id
    HAVING bool_or(NOT (n.base_credit_minor >= 0 AND n.base_debit_minor >= 0 AND n.credit_minor >= 0
                        AND n.debit_minor >= 0 AND (n.debit_minor = 0 OR n.credit_minor = 0)
                        AND (n.base_debit_minor = 0 OR n.base_credit_minor = 0)))
        OR bool_or((a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
        OR sum(n.debit_minor) <> sum(n.credit_minor) OR sum(n.base_debit_minor) <> sum(n.base_credit_minor)
        OR min(n.currency) <> max(n.currency)
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF two_sided THEN
        RAISE EXCEPTION 'a line of journal entry % violates check constraint "journal_line_one_side"', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_line_one_side', TABLE = TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION
        'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
        USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
END $$;

CREATE FUNCTION public.journal_line_guard_v3() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    bad bigint;
    two_sided boolean;
BEGIN
    SELECT n.entry_id INTO bad
      FROM new_rows n
      LEFT JOIN journal_journalentry e ON e.id = n.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
     GROUP BY n.entry_id
    HAVING bool_or((least(n.debit_minor, n.credit_minor) = 0 AND least(n.base_debit_minor, n.base_credit_minor) = 0
                    AND a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
        OR sum(n.debit_minor - n.credit_minor) <> 0 OR sum(n.base_debit_minor - n.base_credit_minor) <> 0
        OR min(n.currency) <> max(n.currency)
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT bool_or(NOT (n.base_credit_minor >= 0 AND n.base_debit_minor >= 0 AND n.credit_minor >= 0
                        AND n.debit_minor >= 0 AND (n.debit_minor = 0 OR n.credit_minor = 0)
                        AND (n.base_debit_minor = 0 OR n.base_credit_minor = 0)))
      INTO two_sided FROM new_rows n WHERE n.entry_id = bad;
    IF two_sided THEN
        RAISE EXCEPTION 'a line of journal entry % violates check constraint "journal_line_one_side"', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_line_one_side', TABLE = TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION
        'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
        USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
END $$;

CREATE FUNCTION public.journal_line_guard_v4() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    bad bigint;
    two_sided boolean;
BEGIN
    WITH line AS MATERIALIZED (
        SELECT n.entry_id, n.ledger_account_id, n.currency, n.debit_minor, n.credit_minor, n.base_debit_minor,
               n.base_credit_minor, e.company_id, e.effective_on,
               (least(n.debit_minor, n.credit_minor) = 0 AND least(n.base_debit_minor, n.base_credit_minor) = 0
                AND a.company_id = e.company_id AND e.recorded_in = txid_current()) IS TRUE AS holds
          FROM new_rows n
          LEFT JOIN journal_journalentry e ON e.id = n.entry_id
          LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
    ), added AS (
        INSERT INTO journal_dailytotalpart (company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                            credit_minor, base_debit_minor, base_credit_minor)
        SELECT company_id, ledger_account_id, currency, effective_on, count(*), sum(debit_minor), sum(credit_minor),
               sum(base_debit_minor), sum(base_credit_minor)
          FROM line WHERE holds GROUP BY company_id, ledger_account_id, currency, effective_on
    )
    SELECT entry_id INTO bad FROM line
     GROUP BY entry_id
    HAVING NOT bool_and(holds) OR sum(debit_minor - credit_minor) <> 0
        OR sum(base_debit_minor - base_credit_minor) <> 0 OR min(currency) <> max(currency)
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT bool_or(NOT (n.base_credit_minor >= 0 AND n.base_debit_minor >= 0 AND n.credit_minor >= 0
                        AND n.debit_minor >= 0 AND (n.debit_minor = 0 OR n.credit_minor = 0)
                        AND (n.base_debit_minor = 0 OR n.base_credit_minor = 0)))
      INTO two_sided FROM new_rows n WHERE n.entry_id = bad;
    IF two_sided THEN
        RAISE EXCEPTION 'a line of journal entry % violates check constraint "journal_line_one_side"', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_line_one_side', TABLE = TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION
        'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
        USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
END $$;

CREATE FUNCTION public.journal_write_v1(p_company bigint, p_at timestamp with time zone, p_entries json, p_lines json) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
END $$;

CREATE FUNCTION public.list_choice_is_own() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND NEW.membership_id <> OLD.membership_id)
       OR (SELECT company_id FROM companies_savedview WHERE id = NEW.opens_with_id)
          <> (SELECT company_id FROM companies_membership WHERE id = NEW.membership_id) THEN
        RAISE EXCEPTION 'a list opens with a view of the company of who looks at it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'list_choice_is_own';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.message_keeps_what_it_says() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (NEW.company_id, NEW.kind, NEW.key, NEW.level, NEW.recipient, NEW.subject, NEW.body, NEW.language, NEW.created_at,
        NEW.created_by) IS DISTINCT FROM
       (OLD.company_id, OLD.kind, OLD.key, OLD.level, OLD.recipient, OLD.subject, OLD.body, OLD.language, OLD.created_at,
        OLD.created_by)
       OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.resends_id IS DISTINCT FROM OLD.resends_id
       OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '')
       OR (OLD.state IN ('sent', 'suppressed', 'bounced', 'failed') AND NEW.state IN ('queued', 'sending'))
    THEN
        RAISE EXCEPTION 'a message keeps what it says, and what is over stays so'
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.message_keeps_what_it_says_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (NEW.company_id, NEW.kind, NEW.key, NEW.level, NEW.recipient, NEW.addressee, NEW.subject, NEW.body, NEW.language,
        NEW.object_type, NEW.about, NEW.concerns, NEW.created_at, NEW.created_by) IS DISTINCT FROM
       (OLD.company_id, OLD.kind, OLD.key, OLD.level, OLD.recipient, OLD.addressee, OLD.subject, OLD.body, OLD.language,
        OLD.object_type, OLD.about, OLD.concerns, OLD.created_at, OLD.created_by)
       OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.resends_id IS DISTINCT FROM OLD.resends_id
       OR NEW.template_id IS DISTINCT FROM OLD.template_id
       OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '')
    THEN
        RAISE EXCEPTION 'a message keeps what it says, and whom it is for'
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('queued', 'sending'), ('queued', 'failed'),
        ('sending', 'sent'), ('sending', 'queued'), ('sending', 'failed'),
        ('sent', 'bounced'), ('failed', 'bounced')) THEN
        RAISE EXCEPTION 'a message does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.message_keeps_what_it_says_v3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (NEW.company_id, NEW.kind, NEW.key, NEW.level, NEW.recipient, NEW.addressee, NEW.subject, NEW.body, NEW.language,
        NEW.object_type, NEW.about, NEW.concerns, NEW.created_at, NEW.created_by) IS DISTINCT FROM
       (OLD.company_id, OLD.kind, OLD.key, OLD.level, OLD.recipient, OLD.addressee, OLD.subject, OLD.body, OLD.language,
        OLD.object_type, OLD.about, OLD.concerns, OLD.created_at, OLD.created_by)
       OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.resends_id IS DISTINCT FROM OLD.resends_id
       OR NEW.template_id IS DISTINCT FROM OLD.template_id
       OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '')
    THEN
        RAISE EXCEPTION 'a message keeps what it says, and whom it is for'
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('queued', 'sending'), ('queued', 'failed'), ('queued', 'suppressed'),
        ('sending', 'sent'), ('sending', 'queued'), ('sending', 'failed'),
        ('sent', 'bounced'), ('failed', 'bounced')) THEN
        RAISE EXCEPTION 'a message does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.next_id() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    at_ms bigint := (date_part('epoch', clock_timestamp()) * 1000)::bigint - 1577836800000;
    mark bigint := coalesce(pg_sequence_last_value('id_clock'::regclass), 0);
BEGIN
    IF at_ms > mark THEN
        PERFORM setval('id_clock', at_ms + 1000);
    ELSIF at_ms < mark - 2000 THEN
        at_ms := mark + 1;
        PERFORM setval('id_clock', at_ms);
    END IF;
    RETURN (at_ms << 21) | (nextval('id_sequence') & 2097151);
END $$;

CREATE FUNCTION public.number_series_begins_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.format = '' THEN
        NEW.format := NEW.prefix || '{number:' || NEW.digits || '}';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.numbering_changed_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM configuration_changed_v1(ARRAY[NEW.company_id]);
    RETURN NULL;
END $$;

CREATE FUNCTION public.numbers_take_v1(p_company bigint, p_series json, OUT codes text[], OUT firsts bigint[], OUT prefixes text[], OUT widths integer[], OUT told json[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
    wanted text;
    many bigint;
    locked text;
BEGIN
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        wanted := p_series->at->>0;
        many := p_series->at->>1;
        locked := pg_advisory_xact_lock(hashtextextended(wanted, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + many WHERE company_id = p_company AND code = wanted
        RETURNING codes || code, firsts || (next_value - many), prefixes || prefix, widths || digits::integer,
                  told || json_build_array(code, next_value - many, prefix, digits)
             INTO codes, firsts, prefixes, widths, told;
    END LOOP;
END $$;

CREATE FUNCTION public.numbers_take_v2(p_company bigint, p_counters json, OUT counters text[], OUT firsts bigint[], OUT told json[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
    wanted text;
    many bigint;
    locked text;
BEGIN
    FOR at IN 0 .. coalesce(json_array_length(p_counters), 0) - 1 LOOP
        wanted := p_counters->at->>0;
        many := p_counters->at->>1;
        locked := pg_advisory_xact_lock(hashtextextended(split_part(wanted, ' ', 1), p_company));  -- an expression
        IF strpos(wanted, ' ') = 0 THEN
            UPDATE platform_numberseries SET next_value = next_value + many WHERE company_id = p_company AND code = wanted
            RETURNING counters || code, firsts || (next_value - many), told || json_build_array(code, next_value - many)
                 INTO counters, firsts, told;
        ELSE
            UPDATE platform_numbercounter SET next_value = next_value + many
             WHERE company_id = p_company AND series = split_part(wanted, ' ', 1) AND period = split_part(wanted, ' ', 2)
            RETURNING counters || wanted, firsts || (next_value - many), told || json_build_array(wanted, next_value - many)
                 INTO counters, firsts, told;
            IF NOT FOUND THEN
                INSERT INTO platform_numbercounter (company_id, series, period, first_value, next_value)
                VALUES (p_company, split_part(wanted, ' ', 1), split_part(wanted, ' ', 2), 1, many + 1)
                RETURNING counters || wanted, firsts || first_value, told || json_build_array(wanted, first_value)
                     INTO counters, firsts, told;
            END IF;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION public.open_item_is_derived() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'open items follow from transactions and allocations: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'open_item_is_derived';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.open_item_is_derived_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'open items follow from transactions and allocations: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'open_item_is_derived';
END $$;

CREATE TABLE public.transactions_openitem (
    transaction_id bigint NOT NULL,
    company_id bigint NOT NULL,
    is_debit boolean NOT NULL,
    order_on date NOT NULL,
    posted_on date NOT NULL,
    available_on date NOT NULL,
    open_minor bigint NOT NULL,
    open_base_minor bigint NOT NULL,
    account_id bigint NOT NULL,
    CONSTRAINT allocation_within_open CHECK ((open_minor > 0))
);

CREATE FUNCTION public.open_items_covering(p_account bigint, p_is_debit boolean, p_amount bigint) RETURNS SETOF public.transactions_openitem
    LANGUAGE plpgsql STABLE
    AS $$
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

CREATE FUNCTION public.open_items_needed_v1(p_needs json) RETURNS json
    LANGUAGE plpgsql
    AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    needs CONSTANT jsonb := p_needs::jsonb;  -- each is then found without reading those before it
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
    whole json[] := '{}';
BEGIN
    FOR at IN 0 .. jsonb_array_length(needs) - 1 LOOP
        account := (needs->at->>0)::bigint;
        FOR side IN 1 .. 2 LOOP
            uncovered := (needs->at->>side)::bigint;
            CONTINUE WHEN uncovered <= 0;
            IF uncovered > everything THEN
                whole := array_append(whole, json_build_array(account, side = 1));
                CONTINUE;
            END IF;
            FOR item IN SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                          FROM transactions_openitem o WHERE o.account_id = account AND o.is_debit = (side = 1)
                         ORDER BY o.order_on, o.transaction_id
            LOOP
                found := array_append(found, json_build_array(
                    account, side = 1, item.transaction_id, item.order_on, item.available_on, item.open_minor,
                    item.open_base_minor));
                uncovered := uncovered - item.open_minor;
                EXIT WHEN uncovered <= 0;
            END LOOP;
        END LOOP;
    END LOOP;
    IF cardinality(whole) > 0 THEN
        found := found || ARRAY(
            SELECT json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on,
                                    o.open_minor, o.open_base_minor)
              FROM unnest(whole) AS w
              JOIN transactions_openitem o ON o.account_id = (w->>0)::bigint AND o.is_debit = (w->>1)::boolean);
    END IF;
    RETURN array_to_json(found);
END $$;

CREATE FUNCTION public.open_items_needed_v2(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_sort TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    needs CONSTANT jsonb := p_needs::jsonb;  -- each is then found without reading those before it
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
    whole json[] := '{}';
BEGIN
    FOR at IN 0 .. jsonb_array_length(needs) - 1 LOOP
        account := (needs->at->>0)::bigint;
        FOR side IN 1 .. 2 LOOP
            uncovered := (needs->at->>side)::bigint;
            CONTINUE WHEN uncovered <= 0;
            IF uncovered > everything THEN
                whole := array_append(whole, json_build_array(account, side = 1));
                CONTINUE;
            END IF;
            FOR item IN SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                          FROM transactions_openitem o WHERE o.account_id = account AND o.is_debit = (side = 1)
                         ORDER BY o.order_on, o.transaction_id
            LOOP
                found := array_append(found, json_build_array(
                    account, side = 1, item.transaction_id, item.order_on, item.available_on, item.open_minor,
                    item.open_base_minor));
                uncovered := uncovered - item.open_minor;
                EXIT WHEN uncovered <= 0;
            END LOOP;
        END LOOP;
    END LOOP;
    IF cardinality(whole) > 0 THEN
        found := found || ARRAY(
            SELECT json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on,
                                    o.open_minor, o.open_base_minor)
              FROM unnest(whole) AS w
              JOIN transactions_openitem o ON o.account_id = (w->>0)::bigint AND o.is_debit = (w->>1)::boolean);
    END IF;
    RETURN array_to_json(found);
END $$;

CREATE FUNCTION public.open_items_needed_v3(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_sort TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
BEGIN
    IF json_array_length(p_needs) > 1 OR (p_needs->0->>1)::bigint > everything THEN
        RETURN (
            WITH RECURSIVE need AS (
                SELECT (n->>0)::bigint AS account_id, s.is_debit, s.minor
                  FROM json_array_elements(p_needs) n,
                       LATERAL (VALUES (true, (n->>1)::bigint), (false, (n->>2)::bigint)) s (is_debit, minor)
                 WHERE s.minor > 0
            ), covering AS (
                SELECT n.account_id, n.is_debit, i.*, n.minor - i.open_minor AS uncovered
                  FROM need n,
                       LATERAL (SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                                  FROM transactions_openitem o
                                 WHERE o.account_id = n.account_id AND o.is_debit = n.is_debit
                                 ORDER BY order_on, transaction_id LIMIT 1) i
                 WHERE n.minor <= everything
                 UNION ALL
                SELECT c.account_id, c.is_debit, i.*, c.uncovered - i.open_minor
                  FROM covering c,
                       LATERAL (SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                                  FROM transactions_openitem o
                                 WHERE o.account_id = c.account_id AND o.is_debit = c.is_debit
                                   AND (o.order_on, o.transaction_id) > (c.order_on, c.transaction_id)
                                 ORDER BY order_on, transaction_id LIMIT 1) i
                 WHERE c.uncovered > 0
            )
            SELECT coalesce(json_agg(json_build_array(account_id, is_debit, transaction_id, order_on, available_on,
                                                      open_minor, open_base_minor)), '[]')
              FROM (SELECT account_id, is_debit, transaction_id, order_on, available_on, open_minor, open_base_minor
                      FROM covering
                     UNION ALL
                    SELECT o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on, o.open_minor,
                           o.open_base_minor
                      FROM need n
                      JOIN transactions_openitem o ON o.account_id = n.account_id AND o.is_debit = n.is_debit
                     WHERE n.minor > everything) needed);
    END IF;
    account := (p_needs->0->>0)::bigint;
    FOR side IN 1 .. 2 LOOP
        uncovered := (p_needs->0->>side)::bigint;
        CONTINUE WHEN (uncovered > 0) IS NOT TRUE;
        FOR item IN SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                      FROM transactions_openitem o WHERE o.account_id = account AND o.is_debit = (side = 1)
                     ORDER BY o.order_on, o.transaction_id
        LOOP
            found := array_append(found, json_build_array(
                account, side = 1, item.transaction_id, item.order_on, item.available_on, item.open_minor,
                item.open_base_minor));
            uncovered := uncovered - item.open_minor;
            EXIT WHEN uncovered <= 0;
        END LOOP;
    END LOOP;
    RETURN array_to_json(found);
END $$;

CREATE FUNCTION public.open_pages_wake() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.open_pages_wake_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.open_pages_wake_v3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.payment_request_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
        OLD.charge_id) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
        NEW.charge_id)
       OR (OLD.state = 'posted' AND NEW.state <> 'posted' AND (OLD.type = 'payment' OR NEW.state <> 'rejected'))
       OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
        RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.payment_request_stays_v2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
        OLD.charge_id) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
        NEW.charge_id)
       OR (OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'rejected'))
       OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
        RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.payment_request_stays_v3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
        OLD.charge_id, OLD.batch_id) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
        NEW.charge_id, NEW.batch_id)
       OR (OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'rejected'))
       OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
        RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.posting_open_items(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on,
                                                  o.available_on, o.open_minor, o.open_base_minor)), '[]')
          FROM json_array_elements(p_needs) n,
               LATERAL (SELECT * FROM open_items_covering((n->>0)::bigint, true, (n->>1)::bigint)
                         WHERE (n->>1)::bigint BETWEEN 1 AND 9007199254740992
                        UNION ALL
                        SELECT * FROM open_items_covering((n->>0)::bigint, false, (n->>2)::bigint)
                         WHERE (n->>2)::bigint BETWEEN 1 AND 9007199254740992
                        UNION ALL  -- more than there can be is everything: one scan, no counting
                        SELECT * FROM transactions_openitem
                         WHERE account_id = (n->>0)::bigint AND is_debit AND (n->>1)::bigint > 9007199254740992
                        UNION ALL
                        SELECT * FROM transactions_openitem
                         WHERE account_id = (n->>0)::bigint AND NOT is_debit AND (n->>2)::bigint > 9007199254740992) o);
END $$;

CREATE FUNCTION public.posting_open_items_v2(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    everything CONSTANT bigint := 9007199254740992;
    needs CONSTANT jsonb := p_needs::jsonb;  -- each is then found without reading those before it
    account bigint;
    uncovered bigint;
    item record;
    found json[] := '{}';
    whole json[] := '{}';
BEGIN
    FOR at IN 0 .. jsonb_array_length(needs) - 1 LOOP
        account := (needs->at->>0)::bigint;
        FOR side IN 1 .. 2 LOOP
            uncovered := (needs->at->>side)::bigint;
            CONTINUE WHEN uncovered <= 0;
            IF uncovered > everything THEN
                whole := array_append(whole, json_build_array(account, side = 1));
                CONTINUE;
            END IF;
            FOR item IN SELECT transaction_id, order_on, available_on, open_minor, open_base_minor
                          FROM transactions_openitem o WHERE o.account_id = account AND o.is_debit = (side = 1)
                         ORDER BY o.order_on, o.transaction_id
            LOOP
                found := array_append(found, json_build_array(
                    account, side = 1, item.transaction_id, item.order_on, item.available_on, item.open_minor,
                    item.open_base_minor));
                uncovered := uncovered - item.open_minor;
                EXIT WHEN uncovered <= 0;
            END LOOP;
        END LOOP;
    END LOOP;
    IF cardinality(whole) > 0 THEN
        found := found || ARRAY(
            SELECT json_build_array(o.account_id, o.is_debit, o.transaction_id, o.order_on, o.available_on,
                                    o.open_minor, o.open_base_minor)
              FROM unnest(whole) AS w
              JOIN transactions_openitem o ON o.account_id = (w->>0)::bigint AND o.is_debit = (w->>1)::boolean);
    END IF;
    RETURN array_to_json(found);
END $$;

CREATE FUNCTION public.posting_open_items_v3(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN open_items_needed_v1(p_needs);
END $$;

CREATE FUNCTION public.posting_open_items_v4(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN open_items_needed_v2(p_needs);
END $$;

CREATE FUNCTION public.posting_open_items_v5(p_needs json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN open_items_needed_v3(p_needs);
END $$;

CREATE FUNCTION public.posting_read(p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    facts json;
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    PERFORM pg_advisory_xact_lock_shared(p_company);
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    SELECT json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'closed_through', (SELECT max(through) FROM journal_periodclose
                            WHERE company_id = p_company AND reopened_at IS NULL),
        'ids', (SELECT json_agg(next_id()) FROM generate_series(1, p_ids)),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', posting_open_items(p_needs)) INTO facts;
    IF p_targets = '{}' THEN
        RETURN json_build_object('facts', facts);
    END IF;
    RETURN json_build_object('facts', facts,
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;

CREATE FUNCTION public.posting_read_v2(p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    facts json;
    locked text;
    ids bigint[] := '{}';
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    locked := pg_advisory_xact_lock_shared(p_company);  -- an expression, not a statement
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    FOR number IN 1 .. p_ids LOOP
        ids := array_append(ids, next_id());
    END LOOP;
    SELECT json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'closed_through', (SELECT max(through) FROM journal_periodclose
                            WHERE company_id = p_company AND reopened_at IS NULL),
        'ids', array_to_json(ids),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', posting_open_items_v2(p_needs)) INTO facts;
    IF p_targets = '{}' THEN
        RETURN json_build_object('facts', facts);
    END IF;
    RETURN json_build_object('facts', facts,
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;

CREATE FUNCTION public.posting_read_v3(p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    facts json;
    locked text;
    ids bigint[] := '{}';
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    locked := pg_advisory_xact_lock_shared(p_company);  -- an expression, not a statement
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    FOR number IN 1 .. p_ids LOOP
        ids := array_append(ids, next_id());
    END LOOP;
    SELECT json_build_object('facts', json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'ids', array_to_json(ids),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', open_items_needed_v1(p_needs))) INTO facts;
    IF p_targets = '{}' THEN
        RETURN facts;
    END IF;
    RETURN json_build_object('facts', facts->'facts',
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;

CREATE FUNCTION public.posting_read_v4(p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    facts json;
    locked text;
    ids bigint[] := '{}';
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    locked := pg_advisory_xact_lock_shared(p_company);  -- an expression, not a statement
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    FOR number IN 1 .. p_ids LOOP
        ids := array_append(ids, next_id());
    END LOOP;
    SELECT json_build_object('facts', json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'ids', array_to_json(ids),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', open_items_needed_v2(p_needs))) INTO facts;
    IF p_targets = '{}' THEN
        RETURN facts;
    END IF;
    RETURN json_build_object('facts', facts->'facts',
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;

CREATE FUNCTION public.posting_read_v5(p_company bigint, p_accounts bigint[], p_targets bigint[], p_needs json, p_ids integer) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    facts json;
    locked text;
    ids bigint[] := '{}';
BEGIN
    -- Closing the books takes this lock alone, so what is read of periods stays true until the commit.
    locked := pg_advisory_xact_lock_shared(p_company);  -- an expression, not a statement
    -- System accounts are written by everybody and settle nothing by FIFO: they need no lock of their own.
    PERFORM 1 FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company AND type = 'customer'
      ORDER BY id FOR NO KEY UPDATE;
    FOR number IN 1 .. p_ids LOOP
        ids := array_append(ids, next_id());
    END LOOP;
    SELECT json_build_object('facts', json_build_object(
        'version', (SELECT config_version FROM companies_company WHERE id = p_company),
        'ids', array_to_json(ids),
        'accounts', (
            SELECT json_agg(json_build_array(id, coalesce(system_role, 'customer'), state, currency, number,
                   credit_limit_minor, credit_period_value, credit_period_operator, credit_period_unit))
              FROM accounts_account WHERE id = ANY(p_accounts) AND company_id = p_company),
        'open_items', open_items_needed_v3(p_needs))) INTO facts;
    IF p_targets = '{}' THEN
        RETURN facts;
    END IF;
    RETURN json_build_object('facts', facts->'facts',
        'targets', (
            SELECT json_agg(t) FROM transactions_transaction t
             WHERE t.id = ANY(p_targets) AND t.company_id = p_company),
        'target_items', (
            SELECT json_agg(json_build_array(transaction_id, account_id, is_debit, order_on, available_on, open_minor,
                                             open_base_minor))
              FROM transactions_openitem WHERE transaction_id = ANY(p_targets)),
        'links', (
            SELECT json_agg(json_build_array(
                       c.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
                       json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                        coalesce(co.open_base_minor, 0)),
                       json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                        coalesce(do_.open_minor, 0),
                                        coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
              FROM (SELECT * FROM transactions_allocation WHERE credit_id = ANY(p_targets) AND released_on IS NULL
                    UNION
                    SELECT * FROM transactions_allocation WHERE debit_id = ANY(p_targets) AND released_on IS NULL) a
              JOIN transactions_transaction c ON c.id = a.credit_id
              JOIN transactions_transaction d ON d.id = a.debit_id
              LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
              LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
                 WHERE a.company_id = p_company),
        'lines', (
            SELECT json_agg(json_build_array(entry_id, ledger_account_id, debit_minor - credit_minor,
                                             base_debit_minor - base_credit_minor) ORDER BY entry_id, position)
              FROM journal_journalline WHERE entry_id = ANY(p_targets)));
END $$;

CREATE FUNCTION public.posting_write(p_company bigint, p_at timestamp with time zone, p_actor text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    series json;
    codes text[];
    firsts bigint[];
    prefixes text[];
    widths integer[];
    a_first bigint;
    a_prefix text;
    a_width integer;
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
    INSERT INTO platform_event (company_id, at, actor, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, type, 'transaction', object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    -- [[series, how many], …] come sorted by series, so that two posters never wait for each other crosswise.
    -- Posters queue at an advisory lock, served in order with one wake-up each; queueing at the counter's row
    -- itself would wake all of them at every commit.
    FOR series IN SELECT * FROM json_array_elements(p_series) LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(series->>0, p_company));
        UPDATE platform_numberseries SET next_value = next_value + (series->>1)::bigint
         WHERE company_id = p_company AND code = series->>0
        RETURNING next_value - (series->>1)::bigint, prefix, digits INTO a_first, a_prefix, a_width;
        codes := codes || (series->>0);
        firsts := firsts || a_first;
        prefixes := prefixes || a_prefix;
        widths := widths || a_width;
    END LOOP;

    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id,
        metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, cancels_id bigint, writes_off_id bigint,
             mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN (SELECT json_agg(json_build_array(c, f, p, w)) FROM unnest(codes, firsts, prefixes, widths) AS u(c, f, p, w));
END $$;

CREATE FUNCTION public.posting_write_v10(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_settlements json, p_items json, p_item_copies json, p_counters json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_settlements IS NOT NULL THEN
        -- What became of debits that were only read as open items: told of those that are invoices.
        done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', (
            SELECT json_agg(s) FROM json_array_elements(p_settlements) s
              JOIN transactions_transaction t ON t.id = (s->>'object_id')::bigint AND t.classification = 'invoice'));
    END IF;
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v2(p_company, p_counters);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, order_reference, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number_v2(t.number_as, taken.firsts[array_position(taken.counters, t.counter)] + t.ordinal, t.digits),
           amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on,
           back_office_code, order_reference, payment_method_id, refund_method_id, payment_preference_id, received_on,
           received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id,
           moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, counter text, ordinal bigint, number_as text, digits integer, account_id bigint,
             classification text, type_id bigint, category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint,
             tax_minor bigint, currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             order_reference text, payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', issued_on = t.issued_on, posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on,
               base_minor = t.base_minor,
               number = series_number_v2(t.number_as,
                         taken.firsts[array_position(taken.counters, t.counter)] + t.ordinal, t.digits),
               updated_at = p_at, updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, counter text, ordinal bigint, number_as text, digits integer, issued_on date,
                 posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.posting_write_v11(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_settlements json, p_items json, p_item_copies json, p_counters json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_settlements IS NOT NULL THEN
        -- What became of debits that were only read as open items: told of those that are invoices.
        done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', (
            SELECT json_agg(s) FROM json_array_elements(p_settlements) s
              JOIN transactions_transaction t ON t.id = (s->>'object_id')::bigint AND t.classification = 'invoice'));
    END IF;
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata, price_is,
            entered_discount_percent, entered_discount_minor)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata, price_is,
               entered_discount_percent, entered_discount_minor
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb, price_is text, entered_discount_percent numeric, entered_discount_minor bigint);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v2(p_company, p_counters);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, order_reference, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number_v2(t.number_as, taken.firsts[array_position(taken.counters, t.counter)] + t.ordinal, t.digits),
           amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on,
           back_office_code, order_reference, payment_method_id, refund_method_id, payment_preference_id, received_on,
           received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id,
           moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, counter text, ordinal bigint, number_as text, digits integer, account_id bigint,
             classification text, type_id bigint, category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint,
             tax_minor bigint, currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             order_reference text, payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', issued_on = t.issued_on, posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on,
               base_minor = t.base_minor,
               number = series_number_v2(t.number_as,
                         taken.firsts[array_position(taken.counters, t.counter)] + t.ordinal, t.digits),
               updated_at = p_at, updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, counter text, ordinal bigint, number_as text, digits integer, issued_on date,
                 posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.posting_write_v2(p_company bigint, p_at timestamp with time zone, p_actor text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    series json;
    codes text[];
    firsts bigint[];
    prefixes text[];
    widths integer[];
    a_first bigint;
    a_prefix text;
    a_width integer;
    taken jsonb;
    locked text;
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
    INSERT INTO platform_event (company_id, at, actor, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, type, 'transaction', object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    -- [[series, how many], …] come sorted by series, so that two posters never wait for each other crosswise.
    -- Posters queue at an advisory lock, served in order with one wake-up each; queueing at the counter's row
    -- itself would wake all of them at every commit.
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        series := p_series->at;
        locked := pg_advisory_xact_lock(hashtextextended(series->>0, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + (series->>1)::bigint
         WHERE company_id = p_company AND code = series->>0
        RETURNING next_value - (series->>1)::bigint, prefix, digits INTO a_first, a_prefix, a_width;
        codes := codes || (series->>0);
        firsts := firsts || a_first;
        prefixes := prefixes || a_prefix;
        widths := widths || a_width;
        taken := coalesce(taken, '[]')
                 || jsonb_build_array(jsonb_build_array(series->>0, a_first, a_prefix, a_width));
    END LOOP;

    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id,
        metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, cancels_id bigint, writes_off_id bigint,
             mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN taken::json;
END $$;

CREATE FUNCTION public.posting_write_v3(p_company bigint, p_at timestamp with time zone, p_actor text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    series json;
    codes text[];
    firsts bigint[];
    prefixes text[];
    widths integer[];
    a_first bigint;
    a_prefix text;
    a_width integer;
    taken jsonb;
    locked text;
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
    INSERT INTO platform_event (company_id, at, actor, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, type, 'transaction', object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    -- [[series, how many], …] come sorted by series, so that two posters never wait for each other crosswise.
    -- Posters queue at an advisory lock, served in order with one wake-up each; queueing at the counter's row
    -- itself would wake all of them at every commit.
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        series := p_series->at;
        locked := pg_advisory_xact_lock(hashtextextended(series->>0, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + (series->>1)::bigint
         WHERE company_id = p_company AND code = series->>0
        RETURNING next_value - (series->>1)::bigint, prefix, digits INTO a_first, a_prefix, a_width;
        codes := codes || (series->>0);
        firsts := firsts || a_first;
        prefixes := prefixes || a_prefix;
        widths := widths || a_width;
        taken := coalesce(taken, '[]')
                 || jsonb_build_array(jsonb_build_array(series->>0, a_first, a_prefix, a_width));
    END LOOP;

    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id,
        metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, cancels_id bigint, writes_off_id bigint,
             mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN taken::json;
END $$;

CREATE FUNCTION public.posting_write_v4(p_company bigint, p_at timestamp with time zone, p_actor text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    series json;
    codes text[];
    firsts bigint[];
    prefixes text[];
    widths integer[];
    a_first bigint;
    a_prefix text;
    a_width integer;
    taken jsonb;
    locked text;
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
    INSERT INTO platform_event (company_id, at, actor, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, type, 'transaction', object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    -- [[series, how many], …] come sorted by series, so that two posters never wait for each other crosswise.
    -- Posters queue at an advisory lock, served in order with one wake-up each; queueing at the counter's row
    -- itself would wake all of them at every commit.
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        series := p_series->at;
        locked := pg_advisory_xact_lock(hashtextextended(series->>0, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + (series->>1)::bigint
         WHERE company_id = p_company AND code = series->>0
        RETURNING next_value - (series->>1)::bigint, prefix, digits INTO a_first, a_prefix, a_width;
        codes := codes || (series->>0);
        firsts := firsts || a_first;
        prefixes := prefixes || a_prefix;
        widths := widths || a_width;
        taken := coalesce(taken, '[]')
                 || jsonb_build_array(jsonb_build_array(series->>0, a_first, a_prefix, a_width));
    END LOOP;

    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id,
        metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, cancels_id, writes_off_id, mirrors_id, moved_from_id, coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, cancels_id bigint, writes_off_id bigint,
             mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN taken::json;
END $$;

CREATE FUNCTION public.posting_write_v5(p_company bigint, p_at timestamp with time zone, p_actor text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    series json;
    codes text[];
    firsts bigint[];
    prefixes text[];
    widths integer[];
    a_first bigint;
    a_prefix text;
    a_width integer;
    taken jsonb;
    locked text;
BEGIN
    INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)
    SELECT id, p_company, effective_on, source, source_id, p_at
      FROM json_to_recordset(p_entries)
        AS e(id bigint, effective_on date, source text, source_id bigint);
    INSERT INTO journal_journalline (entry_id, position, ledger_account_id, account_id, currency, debit_minor,
                                     credit_minor, base_debit_minor, base_credit_minor)
    SELECT entry_id, position, ledger_account_id, account_id, currency, debit_minor, credit_minor,
           base_debit_minor, base_credit_minor
      FROM json_to_recordset(p_lines)
        AS l(entry_id bigint, position smallint, ledger_account_id bigint, account_id bigint, currency text,
             debit_minor bigint, credit_minor bigint, base_debit_minor bigint, base_credit_minor bigint);
    INSERT INTO platform_event (company_id, at, actor, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, type, 'transaction', object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    -- [[series, how many], …] come sorted by series, so that two posters never wait for each other crosswise.
    -- Posters queue at an advisory lock, served in order with one wake-up each; queueing at the counter's row
    -- itself would wake all of them at every commit.
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        series := p_series->at;
        locked := pg_advisory_xact_lock(hashtextextended(series->>0, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + (series->>1)::bigint
         WHERE company_id = p_company AND code = series->>0
        RETURNING next_value - (series->>1)::bigint, prefix, digits INTO a_first, a_prefix, a_width;
        codes := codes || (series->>0);
        firsts := firsts || a_first;
        prefixes := prefixes || a_prefix;
        widths := widths || a_width;
        taken := coalesce(taken, '[]')
                 || jsonb_build_array(jsonb_build_array(series->>0, a_first, a_prefix, a_width));
    END LOOP;

    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id, moved_from_id,
           coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint, writes_off_id bigint,
             mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(prefixes[array_position(codes, t.series)],
                         firsts[array_position(codes, t.series)] + t.ordinal,
                         widths[array_position(codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN taken::json;
END $$;

CREATE FUNCTION public.posting_write_v6(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v1(p_company, p_series);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id, moved_from_id,
           coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.posting_write_v7(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_settlements json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_settlements IS NOT NULL THEN
        -- What became of debits that were only read as open items: told of those that are invoices.
        done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', (
            SELECT json_agg(s) FROM json_array_elements(p_settlements) s
              JOIN transactions_transaction t ON t.id = (s->>'object_id')::bigint AND t.classification = 'invoice'));
    END IF;
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v1(p_company, p_series);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id, moved_from_id,
           coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on, base_minor = t.base_minor,
               number = series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.posting_write_v8(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_settlements json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_settlements IS NOT NULL THEN
        -- What became of debits that were only read as open items: told of those that are invoices.
        done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', (
            SELECT json_agg(s) FROM json_array_elements(p_settlements) s
              JOIN transactions_transaction t ON t.id = (s->>'object_id')::bigint AND t.classification = 'invoice'));
    END IF;
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v1(p_company, p_series);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id, moved_from_id,
           coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', issued_on = t.issued_on, posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on,
               base_minor = t.base_minor,
               number = series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, issued_on date, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.posting_write_v9(p_company bigint, p_at timestamp with time zone, p_actor text, p_request text, p_entries json, p_lines json, p_events json, p_settlements json, p_items json, p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json, p_allocations json) RETURNS json
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    done text;  -- what other rooms write, they write: called as expressions, which cost no statement
    taken record;
BEGIN
    done := journal_write_v1(p_company, p_at, p_entries, p_lines);
    done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', p_events);
    IF p_settlements IS NOT NULL THEN
        -- What became of debits that were only read as open items: told of those that are invoices.
        done := events_write_v1(p_company, p_at, p_actor, p_request, 'transaction', (
            SELECT json_agg(s) FROM json_array_elements(p_settlements) s
              JOIN transactions_transaction t ON t.id = (s->>'object_id')::bigint AND t.classification = 'invoice'));
    END IF;
    IF p_items IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, credits_id, credits_position, metadata)
        SELECT transaction_id, position, product_id, description, quantity, unit_amount, net_minor,
               discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor, sub_total_minor,
               service_start, service_end, credits_id, credits_position, metadata
          FROM json_to_recordset(p_items)
            AS i(transaction_id bigint, position smallint, product_id bigint, description text, quantity numeric,
                 unit_amount numeric, net_minor bigint, discount_percent numeric, discount_minor bigint,
                 tax_rate_id bigint, tax_percent numeric, tax_minor bigint, sub_total_minor bigint,
                 service_start date, service_end date, credits_id bigint, credits_position smallint,
                 metadata jsonb);
    END IF;
    IF p_item_copies IS NOT NULL THEN
        INSERT INTO transactions_transactionitem (transaction_id, position, product_id, description, quantity,
            unit_amount, net_minor, discount_percent, discount_minor, tax_rate_id, tax_percent, tax_minor,
            sub_total_minor, service_start, service_end, metadata)
        SELECT (c->>0)::bigint, i.position, i.product_id, i.description, i.quantity, i.unit_amount, i.net_minor,
               i.discount_percent, i.discount_minor, i.tax_rate_id, i.tax_percent, i.tax_minor, i.sub_total_minor,
               i.service_start, i.service_end, i.metadata
          FROM json_array_elements(p_item_copies) c
          JOIN transactions_transactionitem i ON i.transaction_id = (c->>1)::bigint;
    END IF;

    taken := numbers_take_v1(p_company, p_series);
    INSERT INTO transactions_transaction (id, company_id, account_id, classification, type_id, category_id, state,
        number, amount_minor, net_minor, discount_minor, tax_minor, currency, base_minor, issued_on, posted_on,
        posted_at, due_on, back_office_code, order_reference, payment_method_id, refund_method_id, payment_preference_id,
        received_on, received_by, intended_ids, issue_reason, credit_reason_id, cancels_id, writes_off_id,
        mirrors_id, moved_from_id, metadata, created_at, created_by)
    SELECT t.id, p_company, account_id, classification, type_id, category_id, 'posted',
           series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), amount_minor, net_minor, discount_minor,
           tax_minor, currency, base_minor, issued_on, posted_on, p_at, due_on, back_office_code,
           order_reference, payment_method_id, refund_method_id, payment_preference_id, received_on, received_by, intended_ids,
           issue_reason, credit_reason_id, cancels_id, writes_off_id, mirrors_id, moved_from_id,
           coalesce(metadata, '{}'), p_at, p_actor
      FROM json_to_recordset(p_transactions)
        AS t(id bigint, series text, ordinal bigint, account_id bigint, classification text, type_id bigint,
             category_id bigint, amount_minor bigint, net_minor bigint, discount_minor bigint, tax_minor bigint,
             currency text, base_minor bigint, issued_on date, posted_on date, due_on date, back_office_code text,
             order_reference text, payment_method_id bigint, refund_method_id bigint, payment_preference_id bigint, received_on date,
             received_by text, intended_ids bigint[], issue_reason text, credit_reason_id bigint, cancels_id bigint,
             writes_off_id bigint, mirrors_id bigint, moved_from_id bigint, metadata jsonb);
    IF p_drafts IS NOT NULL THEN
        UPDATE transactions_transaction d
           SET state = 'posted', issued_on = t.issued_on, posted_on = t.posted_on, posted_at = p_at, due_on = t.due_on,
               base_minor = t.base_minor,
               number = series_number(taken.prefixes[array_position(taken.codes, t.series)],
                         taken.firsts[array_position(taken.codes, t.series)] + t.ordinal,
                         taken.widths[array_position(taken.codes, t.series)]), updated_at = p_at,
               updated_by = p_actor,
               received_on = CASE d.classification WHEN 'payment' THEN coalesce(d.received_on, t.posted_on) END,
               received_by = CASE d.classification WHEN 'payment' THEN coalesce(d.received_by, p_actor) END
          FROM json_to_recordset(p_drafts)
            AS t(id bigint, series text, ordinal bigint, issued_on date, posted_on date, due_on date, base_minor bigint)
         WHERE d.id = t.id;
    END IF;
    IF p_states IS NOT NULL THEN
        UPDATE transactions_transaction t SET state = s.state, updated_at = p_at, updated_by = p_actor
          FROM json_to_recordset(p_states) AS s(id bigint, state text) WHERE t.id = s.id;
    END IF;

    IF p_releases IS NOT NULL THEN
        UPDATE transactions_allocation a
           SET released_on = r.released_on, released_at = p_at, release_reason = r.release_reason
          FROM json_to_recordset(p_releases) AS r(id bigint, released_on date, release_reason text)
         WHERE a.id = r.id;
    END IF;
    IF p_allocations IS NOT NULL THEN
        -- They come by the hundred thousand: as one array a column, parsed in a fraction of the time of rows.
        INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor,
            credit_base_minor, debit_base_minor, principle, allocated_on, created_at, released_on, released_at,
            release_reason)
        SELECT coalesce(a.id, next_id()), p_company, a.account_id, a.credit_id, a.debit_id, a.minor,
               a.credit_base_minor, a.debit_base_minor, a.principle, a.allocated_on, p_at, a.released_on,
               CASE WHEN a.released_on IS NOT NULL THEN p_at END, a.release_reason
          FROM json_to_record(p_allocations)
            AS c(id bigint[], account_id bigint[], credit_id bigint[], debit_id bigint[], minor bigint[],
                 credit_base_minor bigint[], debit_base_minor bigint[], principle text[], allocated_on date[],
                 released_on date[], release_reason text[]),
               unnest(c.id, c.account_id, c.credit_id, c.debit_id, c.minor, c.credit_base_minor,
                      c.debit_base_minor, c.principle, c.allocated_on, c.released_on, c.release_reason)
            AS a(id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
                 allocated_on, released_on, release_reason);
    END IF;
    RETURN array_to_json(taken.told);
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.promise_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.account_id, OLD.document_id, OLD.currency, OLD.promised_minor, OLD.grace_days,
        OLD.waives_interest, OLD.note, OLD.made_on, OLD.made_at, OLD.made_by) IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.account_id, NEW.document_id, NEW.currency, NEW.promised_minor, NEW.grace_days,
        NEW.waives_interest, NEW.note, NEW.made_on, NEW.made_at, NEW.made_by)
       OR OLD.state IN ('broken', 'withdrawn')
       OR (OLD.state = 'kept' AND NEW.state <> 'open') THEN
        RAISE EXCEPTION 'promise % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'promise_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.promises_follow_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    told text;
BEGIN
    PERFORM 1 FROM changed c
      JOIN promises_promise p ON p.document_id = c.debit_id AND p.state IN ('open', 'kept') LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    WITH touched AS (
        SELECT DISTINCT ON (c.debit_id) c.debit_id, c.credit_id, coalesce(c.released_at, c.created_at) AS at,
               coalesce(c.released_on, c.allocated_on) AS day
          FROM changed c ORDER BY c.debit_id, c.id DESC
    ), moved AS (
        UPDATE promises_promise p
           SET state = s.becomes,
               open_since = CASE s.becomes WHEN 'open' THEN greatest(s.day, p.made_on) ELSE p.open_since END,
               ended_on = CASE WHEN s.becomes <> 'open' THEN greatest(s.day, p.made_on) END,
               ended_at = CASE WHEN s.becomes <> 'open' THEN s.at END,
               ended_by = CASE WHEN s.becomes <> 'open' THEN s.actor ELSE '' END,
               end_reason = CASE s.becomes WHEN 'withdrawn' THEN s.document_state END
          FROM (SELECT u.debit_id, u.at, u.day, d.state AS document_state,
                       CASE WHEN o.transaction_id IS NOT NULL THEN 'open' WHEN d.state = 'posted' THEN 'kept'
                            ELSE 'withdrawn' END AS becomes,
                       -- Whoever posted the credit or took it back just now; else the books did it by themselves.
                       CASE u.at WHEN k.updated_at THEN k.updated_by WHEN k.created_at THEN k.created_by
                            ELSE 'system' END AS actor
                  FROM touched u
                  JOIN transactions_transaction d ON d.id = u.debit_id
                  JOIN transactions_transaction k ON k.id = u.credit_id
                  LEFT JOIN transactions_openitem o ON o.transaction_id = u.debit_id) s
         WHERE p.document_id = s.debit_id
           AND (p.state = 'open' AND s.becomes <> 'open' OR p.state = 'kept' AND s.becomes = 'open')
        RETURNING p.id, p.company_id, p.document_id, p.state, p.promised_minor, p.currency, p.end_reason, s.at, s.actor
    )
    SELECT string_agg(events_write_v1(g.company_id, g.at, g.actor, '', 'transaction', g.events)::text, '') INTO told
      FROM (SELECT m.company_id, m.at, m.actor,
                   json_agg(json_build_object(
                       'type', 'promise.' || CASE m.state WHEN 'open' THEN 'reopened' ELSE m.state END,
                       'object_id', m.document_id,
                       'data', jsonb_strip_nulls(jsonb_build_object(
                           'promise_id', m.id, 'promised_minor', m.promised_minor, 'currency', m.currency,
                           'end_reason', m.end_reason)))) AS events
              FROM moved m GROUP BY 1, 2, 3) g;
    RETURN NULL;
END $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% keeps what was written: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE FUNCTION public.retry_stays_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.id, OLD.company_id, OLD.account_id, OLD.provider_id, OLD.plan_id, OLD.preference_id, OLD.failed_request_id,
        OLD.document_kind, OLD.document_id, OLD.amount_minor, OLD.currency, OLD.decline_class, OLD.code, OLD.failed_on)
       IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.account_id, NEW.provider_id, NEW.plan_id, NEW.preference_id, NEW.failed_request_id,
        NEW.document_kind, NEW.document_id, NEW.amount_minor, NEW.currency, NEW.decline_class, NEW.code, NEW.failed_on)
       OR OLD.state IN ('made', 'stopped')
       OR (OLD.state = 'waiting' AND NEW.state = 'made') THEN
        RAISE EXCEPTION 'retry % is %: it cannot be changed so', OLD.id, OLD.state
            USING ERRCODE = '23514', CONSTRAINT = 'retry_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.run_definition_life() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'effective'), ('effective', 'not_effective'), ('not_effective', 'effective')) THEN
        RAISE EXCEPTION 'a run definition does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_definition_life';
    END IF;
    IF (OLD.company_id, OLD.kind) IS DISTINCT FROM (NEW.company_id, NEW.kind)
       OR (OLD.state = 'effective' AND (OLD.name, OLD.criteria, OLD.schedule)
                                       IS DISTINCT FROM (NEW.name, NEW.criteria, NEW.schedule)) THEN
        RAISE EXCEPTION 'an effective run definition says what it says'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_definition_life';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.run_life() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (OLD.company_id, OLD.definition_id, OLD.definition_version, OLD.kind, OLD.name, OLD.criteria, OLD.as_of,
        OLD.due_at, OLD.actor, OLD.created_at)
       IS DISTINCT FROM
       (NEW.company_id, NEW.definition_id, NEW.definition_version, NEW.kind, NEW.name, NEW.criteria, NEW.as_of,
        NEW.due_at, NEW.actor, NEW.created_at) THEN
        RAISE EXCEPTION 'run % keeps what it was asked to do', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('waiting', 'running'), ('waiting', 'paused'), ('waiting', 'cancelled'),
        ('running', 'paused'), ('running', 'cancelled'), ('running', 'completed'),
        ('running', 'completed_with_errors'), ('running', 'failed'),
        ('paused', 'waiting'), ('paused', 'cancelled')) THEN
        RAISE EXCEPTION 'a run does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    IF NEW.ended_at IS NOT NULL AND EXISTS (SELECT FROM runs_runstep WHERE run_id = NEW.id AND outcome = 'open') THEN
        RAISE EXCEPTION 'run % has open steps', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.run_steps_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO runs_runtally AS tally (run_id, outcome, reason, currency, steps, amount_minor)
    SELECT run_id, outcome, reason, currency, count(*), COALESCE(sum(amount_minor), 0)
      FROM added GROUP BY run_id, outcome, reason, currency
    ON CONFLICT (run_id, outcome, reason, currency) DO UPDATE
       SET steps = tally.steps + EXCLUDED.steps, amount_minor = tally.amount_minor + EXCLUDED.amount_minor;
    RETURN NULL;
END $$;

CREATE FUNCTION public.run_steps_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM was WHERE outcome <> 'open') THEN
        RAISE EXCEPTION 'a step of a run is done once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_step_once';
    END IF;
    IF EXISTS (SELECT FROM was FULL JOIN became USING (id)
                WHERE (was.run_id, was.company_id, was.key, was.position, was.prefix, was.subject_id, was.currency)
                      IS DISTINCT FROM
                      (became.run_id, became.company_id, became.key, became.position, became.prefix,
                       became.subject_id, became.currency)) THEN
        RAISE EXCEPTION 'a step of a run stays about what it was about'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_step_once';
    END IF;
    INSERT INTO runs_runtally AS tally (run_id, outcome, reason, currency, steps, amount_minor)
    SELECT run_id, outcome, reason, currency, sum(steps), sum(amount)
      FROM (SELECT run_id, outcome, reason, currency, -count(*) AS steps, -COALESCE(sum(amount_minor), 0) AS amount
              FROM was GROUP BY run_id, outcome, reason, currency
             UNION ALL
            SELECT run_id, outcome, reason, currency, count(*), COALESCE(sum(amount_minor), 0)
              FROM became GROUP BY run_id, outcome, reason, currency) moved
     GROUP BY run_id, outcome, reason, currency
    ON CONFLICT (run_id, outcome, reason, currency) DO UPDATE
       SET steps = tally.steps + EXCLUDED.steps, amount_minor = tally.amount_minor + EXCLUDED.amount_minor;
    RETURN NULL;
END $$;

CREATE FUNCTION public.saved_view_is_own() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND NEW.company_id <> OLD.company_id)
       OR NEW.company_id <> (SELECT company_id FROM companies_membership WHERE id = NEW.owner_id) THEN
        RAISE EXCEPTION 'a saved view is of one company, and so is who owns it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'saved_view_is_own';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.series_number(p_prefix text, p_value bigint, p_digits integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT p_prefix || lpad(p_value::text, greatest(p_digits, length(p_value::text)), '0')
$$;

CREATE FUNCTION public.series_number_v2(p_as text, p_value bigint, p_digits integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT replace(p_as, '#', lpad(p_value::text, greatest(p_digits, length(p_value::text)), '0'))
$$;

CREATE FUNCTION public.stripe_call_wait_v1(whose text, share integer) RETURNS double precision
    LANGUAGE plpgsql
    AS $$
DECLARE
    kept timestamptz[];
    at timestamptz;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO stripe_client_callbudget (account, taken_at) VALUES (whose, '{}') ON CONFLICT (account) DO NOTHING;
    SELECT taken_at INTO kept FROM stripe_client_callbudget WHERE account = whose FOR UPDATE;
    at := clock_timestamp();  -- under the lock, so that instants never run backwards
    SELECT coalesce(array_agg(taken ORDER BY taken), '{}') INTO kept
      FROM unnest(kept) AS taken WHERE taken > at - interval '1 second';
    IF cardinality(kept) >= share THEN
        RETURN extract(epoch FROM kept[cardinality(kept) - share + 1] + interval '1 second' - at);
    END IF;
    UPDATE stripe_client_callbudget SET taken_at = kept || at WHERE account = whose;
    RETURN 0;
END
$$;

CREATE FUNCTION public.transaction_arrived() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.id INTO bad FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (a.company_id = n.company_id AND a.currency = n.currency
            AND t.company_id = n.company_id AND t.classification = n.classification
            AND (TG_OP = 'UPDATE' OR n.state = 'draft' OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_references';
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted';
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_arrived_v2() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT n.id INTO bad FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (a.company_id = n.company_id AND a.currency = n.currency
            AND t.company_id = n.company_id AND t.classification = n.classification
            AND (TG_OP = 'UPDATE' OR n.state = 'draft' OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_references';
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_arrived_v3() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    broken text;
BEGIN
    SELECT id, name INTO bad, broken FROM (
        SELECT n.id, CASE
            WHEN NOT (n.amount_minor < 9007199254740992
                      AND (n.amount_minor > 0
                           OR (n.amount_minor = 0 AND n.classification IN ('invoice', 'invoice_cancellation'))))
                THEN 'transaction_amount'
            WHEN NOT (n.classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off',
                                           'invoice_cancellation', 'payment_cancellation'))
                THEN 'transaction_classification'
            WHEN NOT (NOT (n.classification = 'invoice') OR n.posted_on IS NULL
                      OR (n.due_on >= n.posted_on AND n.due_on IS NOT NULL))
                THEN 'transaction_invoice_due'
            WHEN NOT ((n.base_minor IS NULL AND n.number IS NULL AND n.posted_at IS NULL AND n.posted_on IS NULL
                       AND n.state IN ('draft', 'pending', 'rejected'))
                      OR (n.base_minor IS NOT NULL AND n.number IS NOT NULL AND n.posted_at IS NOT NULL
                          AND n.posted_on IS NOT NULL AND n.state IN ('posted', 'cancelled', 'written_off')))
                THEN 'transaction_posted_has_number_and_day'
            WHEN NOT (n.state IN ('draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'))
                THEN 'transaction_state'
            WHEN NOT (n.net_minor IS NULL OR n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
                THEN 'transaction_total'
            WHEN (a.company_id = n.company_id AND a.currency = n.currency
                  AND t.company_id = n.company_id AND t.classification = n.classification
                  AND (TG_OP = 'UPDATE' OR n.state = 'draft'
                       OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
                THEN 'transaction_references'
            END AS name
          FROM new_rows n
          LEFT JOIN accounts_account a ON a.id = n.account_id
          LEFT JOIN transactions_transactiontype t ON t.id = n.type_id) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF broken = 'transaction_references' THEN
        RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    ELSIF broken IS NOT NULL THEN
        RAISE EXCEPTION 'transaction % violates check constraint "%"', bad, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_arrived_v4() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    bad bigint;
    broken text;
BEGIN
    SELECT id, name INTO bad, broken FROM (
        SELECT n.id, CASE
            WHEN NOT (n.amount_minor < 9007199254740992
                      AND (n.amount_minor > 0
                           OR (n.amount_minor = 0 AND n.classification IN ('invoice', 'invoice_cancellation'))))
                THEN 'transaction_amount'
            WHEN NOT (n.classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off',
                                           'invoice_cancellation', 'payment_cancellation'))
                THEN 'transaction_classification'
            WHEN NOT (n.credit_reason_id IS NULL OR n.classification = 'credit_note')
                THEN 'transaction_credit_reason'
            WHEN NOT (NOT (n.classification = 'invoice') OR n.posted_on IS NULL
                      OR (n.due_on >= n.posted_on AND n.due_on IS NOT NULL))
                THEN 'transaction_invoice_due'
            WHEN NOT ((n.base_minor IS NULL AND n.number IS NULL AND n.posted_at IS NULL AND n.posted_on IS NULL
                       AND n.state IN ('draft', 'pending', 'rejected'))
                      OR (n.base_minor IS NOT NULL AND n.number IS NOT NULL AND n.posted_at IS NOT NULL
                          AND n.posted_on IS NOT NULL AND n.state IN ('posted', 'cancelled', 'written_off')))
                THEN 'transaction_posted_has_number_and_day'
            WHEN NOT (n.state IN ('draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'))
                THEN 'transaction_state'
            WHEN NOT (n.net_minor IS NULL OR n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
                THEN 'transaction_total'
            WHEN (a.company_id = n.company_id AND a.currency = n.currency
                  AND t.company_id = n.company_id AND t.classification = n.classification
                  AND (TG_OP = 'UPDATE' OR n.state = 'draft'
                       OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
                THEN 'transaction_references'
            END AS name
          FROM new_rows n
          LEFT JOIN accounts_account a ON a.id = n.account_id
          LEFT JOIN transactions_transactiontype t ON t.id = n.type_id) checked
     WHERE name IS NOT NULL LIMIT 1;
    IF broken = 'transaction_references' THEN
        RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    ELSIF broken IS NOT NULL THEN
        RAISE EXCEPTION 'transaction % violates check constraint "%"', bad, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_arrived_v5() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    bad bigint;
    broken text;
    notes bigint[];
BEGIN
    PERFORM 1 FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (n.state = 'posted' AND n.credit_reason_id IS NULL AND n.amount_minor > 0 AND n.amount_minor < 9007199254740992
            AND num_nulls(n.base_minor, n.number, n.posted_at, n.posted_on) = 0
            AND (n.classification = 'payment' AND n.net_minor IS NULL
                 OR n.classification = 'invoice' AND n.due_on >= n.posted_on
                    AND n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
            AND t.classification = n.classification AND t.company_id = n.company_id AND a.company_id = n.company_id
            AND a.currency = n.currency AND a.state <> 'terminated') IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        SELECT id, name INTO bad, broken FROM (
            SELECT n.id, CASE
                WHEN NOT (n.amount_minor < 9007199254740992
                          AND (n.amount_minor > 0
                               OR (n.amount_minor = 0 AND n.classification IN ('invoice', 'invoice_cancellation'))))
                    THEN 'transaction_amount'
                WHEN NOT (n.classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off',
                                               'invoice_cancellation', 'payment_cancellation'))
                    THEN 'transaction_classification'
                WHEN NOT (n.credit_reason_id IS NULL OR n.classification = 'credit_note')
                    THEN 'transaction_credit_reason'
                WHEN NOT (NOT (n.classification = 'invoice') OR n.posted_on IS NULL
                          OR (n.due_on >= n.posted_on AND n.due_on IS NOT NULL))
                    THEN 'transaction_invoice_due'
                WHEN NOT ((n.base_minor IS NULL AND n.number IS NULL AND n.posted_at IS NULL AND n.posted_on IS NULL
                           AND n.state IN ('draft', 'pending', 'rejected'))
                          OR (n.base_minor IS NOT NULL AND n.number IS NOT NULL AND n.posted_at IS NOT NULL
                              AND n.posted_on IS NOT NULL AND n.state IN ('posted', 'cancelled', 'written_off')))
                    THEN 'transaction_posted_has_number_and_day'
                WHEN NOT (n.state IN ('draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'))
                    THEN 'transaction_state'
                WHEN NOT (n.net_minor IS NULL OR n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
                    THEN 'transaction_total'
                WHEN (a.company_id = n.company_id AND a.currency = n.currency
                      AND t.company_id = n.company_id AND t.classification = n.classification
                      AND (TG_OP = 'UPDATE' OR n.state = 'draft'
                           OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
                    THEN 'transaction_references'
                END AS name
              FROM new_rows n
              LEFT JOIN accounts_account a ON a.id = n.account_id
              LEFT JOIN transactions_transactiontype t ON t.id = n.type_id) checked
         WHERE name IS NOT NULL LIMIT 1;
        IF broken = 'transaction_references' THEN
            RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
        ELSIF broken IS NOT NULL THEN
            RAISE EXCEPTION 'transaction % violates check constraint "%"', bad, broken
                USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
        END IF;
        notes := ARRAY(SELECT id FROM new_rows WHERE classification = 'credit_note' AND state = 'posted');
        IF TG_OP = 'INSERT' AND cardinality(notes) > 0 THEN
            PERFORM check_credited_within_v3(notes);
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, is_debit(classification),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, is_debit(n.classification),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_arrived_v6() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    bad bigint;
    broken text;
    notes bigint[];
BEGIN
    PERFORM 1 FROM new_rows n
      LEFT JOIN accounts_account a ON a.id = n.account_id
      LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
     WHERE (n.state = 'posted' AND n.credit_reason_id IS NULL AND n.amount_minor > 0 AND n.amount_minor < 9007199254740992
            AND num_nulls(n.base_minor, n.number, n.posted_at, n.posted_on) = 0
            AND (n.classification = 'payment' AND n.net_minor IS NULL
                 OR n.classification = 'invoice' AND n.due_on >= n.posted_on
                    AND n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
            AND t.classification = n.classification AND t.company_id = n.company_id AND a.company_id = n.company_id
            AND a.currency = n.currency AND a.state <> 'terminated') IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        SELECT id, name INTO bad, broken FROM (
            SELECT n.id, CASE
                WHEN NOT (n.amount_minor < 9007199254740992
                          AND (n.amount_minor > 0
                               OR (n.amount_minor = 0 AND n.classification IN ('invoice', 'invoice_cancellation'))))
                    THEN 'transaction_amount'
                WHEN NOT (n.classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off',
                                               'invoice_cancellation', 'payment_cancellation'))
                    THEN 'transaction_classification'
                WHEN NOT (n.credit_reason_id IS NULL OR n.classification = 'credit_note')
                    THEN 'transaction_credit_reason'
                WHEN NOT (NOT (n.classification = 'invoice') OR n.posted_on IS NULL
                          OR (n.due_on >= n.posted_on AND n.due_on IS NOT NULL))
                    THEN 'transaction_invoice_due'
                WHEN NOT ((n.base_minor IS NULL AND n.number IS NULL AND n.posted_at IS NULL AND n.posted_on IS NULL
                           AND n.state IN ('draft', 'pending', 'rejected'))
                          OR (n.base_minor IS NOT NULL AND n.number IS NOT NULL AND n.posted_at IS NOT NULL
                              AND n.posted_on IS NOT NULL AND n.state IN ('posted', 'cancelled', 'written_off')))
                    THEN 'transaction_posted_has_number_and_day'
                WHEN NOT (n.state IN ('draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'))
                    THEN 'transaction_state'
                WHEN NOT (n.net_minor IS NULL OR n.amount_minor = n.net_minor - n.discount_minor + n.tax_minor)
                    THEN 'transaction_total'
                WHEN (a.company_id = n.company_id AND a.currency = n.currency
                      AND t.company_id = n.company_id AND t.classification = n.classification
                      AND (TG_OP = 'UPDATE' OR n.state = 'draft'
                           OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
                    THEN 'transaction_references'
                END AS name
              FROM new_rows n
              LEFT JOIN accounts_account a ON a.id = n.account_id
              LEFT JOIN transactions_transactiontype t ON t.id = n.type_id) checked
         WHERE name IS NOT NULL LIMIT 1;
        IF broken = 'transaction_references' THEN
            RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
        ELSIF broken IS NOT NULL THEN
            RAISE EXCEPTION 'transaction % violates check constraint "%"', bad, broken
                USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
        END IF;
        notes := ARRAY(SELECT id FROM new_rows WHERE classification = 'credit_note' AND state = 'posted');
        IF TG_OP = 'INSERT' AND cardinality(notes) > 0 THEN
            PERFORM check_credited_within_v4(notes);
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT id, company_id, account_id, is_debit(classification),
               coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
          FROM new_rows WHERE state = 'posted' AND amount_minor > 0;
    ELSE
        INSERT INTO transactions_openitem
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
             open_base_minor)
        SELECT n.id, n.company_id, n.account_id, is_debit(n.classification),
               coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
               n.base_minor
          FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND n.amount_minor > 0
           AND o.state IN ('draft', 'pending');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.transaction_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    free text[] := ARRAY['state', 'metadata', 'updated_at', 'updated_by'];
BEGIN
    IF OLD.state = 'draft' THEN
        IF (OLD.id, OLD.company_id, OLD.classification) IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification)
           OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
            RAISE EXCEPTION 'draft % keeps its company and classification, and is posted or rejected', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        END IF;
    ELSIF OLD.state = 'pending' THEN
        IF (OLD.id, OLD.company_id, OLD.classification, OLD.account_id, OLD.amount_minor, OLD.currency)
           IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification, NEW.account_id, NEW.amount_minor, NEW.currency)
           OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
            RAISE EXCEPTION 'transaction % waits for its gateway: it keeps its account and amount', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        END IF;
    ELSIF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
          OR (NEW.state <> OLD.state
              AND NOT (OLD.state = 'posted' AND OLD.classification IN ('invoice', 'payment') AND NEW.state = 'cancelled')
              AND NOT (OLD.state = 'posted' AND OLD.classification = 'invoice' AND NEW.state = 'written_off')) THEN
        RAISE EXCEPTION 'transaction % is %: it cannot be edited', coalesce(OLD.number, OLD.id::text), OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
    ELSIF (NEW.state = 'cancelled' AND OLD.state = 'posted'
           AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE cancels_id = OLD.id))
          OR (NEW.state = 'written_off' AND OLD.state = 'posted'
              AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE writes_off_id = OLD.id)) THEN
        RAISE EXCEPTION 'transaction % becomes % by a transaction that does it', OLD.number, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.wallet_rows_stay() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'wallets_wallettransaction' THEN
        IF to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'
           OR (OLD.state <> NEW.state AND (OLD.state <> 'effective' OR OLD.kind = 'void')) THEN
            RAISE EXCEPTION 'wallet transaction % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_entry_stays';
        END IF;
    ELSIF TG_TABLE_NAME = 'wallets_lot' THEN
        IF to_jsonb(OLD) - 'face_left_minor' - 'paid_left_minor'
           IS DISTINCT FROM to_jsonb(NEW) - 'face_left_minor' - 'paid_left_minor' THEN
            RAISE EXCEPTION 'lot % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_lot_stays';
        END IF;
    ELSIF TG_TABLE_NAME = 'wallets_lottake' THEN
        IF to_jsonb(OLD) - 'ended_by_id' IS DISTINCT FROM to_jsonb(NEW) - 'ended_by_id'
           OR OLD.ended_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'take % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_take_stays';
        END IF;
    ELSE
        IF (OLD.id, OLD.company_id, OLD.number, OLD.account_id, OLD.currency, OLD.opened_on, OLD.created_at,
            OLD.created_by) IS DISTINCT FROM
           (NEW.id, NEW.company_id, NEW.number, NEW.account_id, NEW.currency, NEW.opened_on, NEW.created_at,
            NEW.created_by) OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled') THEN
            RAISE EXCEPTION 'wallet % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_stays';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.webhook_cursor_forward() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.endpoint_id <> OLD.endpoint_id OR NEW.floor < OLD.floor
       OR (NEW.floor = OLD.floor AND (NEW.recorded_in, NEW.event_id) < (OLD.recorded_in, OLD.event_id)
           AND NEW.recorded_in > 0) THEN
        RAISE EXCEPTION 'the cursor of a webhook endpoint goes forward alone'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_cursor_forward';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.webhook_delivery_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.webhook_endpoint_life() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.company_id <> OLD.company_id OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('active', 'disabled'), ('active', 'deleted'), ('disabled', 'active'), ('disabled', 'deleted'))) THEN
        RAISE EXCEPTION 'a webhook endpoint does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_endpoint_life';
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE public.accounts_account (
    id bigint DEFAULT public.next_id() NOT NULL,
    number character varying(40) NOT NULL,
    code character varying(100) NOT NULL,
    name character varying(300) NOT NULL,
    description text NOT NULL,
    type character varying(10) NOT NULL,
    system_role character varying(10),
    state character varying(12) NOT NULL,
    currency character varying(3) NOT NULL,
    credit_limit_minor bigint,
    credit_period_value smallint,
    credit_period_operator character varying(10),
    credit_period_unit character varying(10),
    tax_number character varying(60) NOT NULL,
    billing_address text NOT NULL,
    metadata jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by text NOT NULL,
    company_id bigint NOT NULL,
    classification_id bigint,
    credit_rating_id bigint,
    customer_id bigint,
    presentment_preference_id bigint,
    buyer_reference character varying(120) DEFAULT ''::character varying NOT NULL,
    electronic_address character varying(120) DEFAULT ''::character varying NOT NULL,
    parent_id bigint,
    CONSTRAINT account_owner CHECK ((((customer_id IS NOT NULL) AND (system_role IS NULL) AND ((type)::text = 'customer'::text)) OR ((customer_id IS NULL) AND (system_role IS NOT NULL) AND ((type)::text = 'system'::text)))),
    CONSTRAINT account_state CHECK ((state IN ('active', 'suspended', 'terminated'))),
    CONSTRAINT account_system_role CHECK (((system_role IN ('suspense', 'write_off')) OR (system_role IS NULL))),
    CONSTRAINT account_type CHECK ((type IN ('customer', 'system')))
);

CREATE TABLE public.accounts_accountclassification (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.accounts_accountdefinition (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    allocation_principle character varying(20) NOT NULL,
    credit_rule character varying(40) NOT NULL,
    days smallint NOT NULL,
    nth smallint NOT NULL,
    months smallint NOT NULL,
    proximity_days smallint NOT NULL,
    proximity_operator character varying(10),
    is_multi_currency boolean NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT account_definition_credit_rule CHECK ((credit_rule IN ('x_days_after_transaction_posted_date', 'on_n_day_x_months_after'))),
    CONSTRAINT account_definition_operator CHECK (((proximity_operator IN ('minus', 'plus', 'plus_minus')) OR (proximity_operator IS NULL))),
    CONSTRAINT account_definition_principle CHECK ((allocation_principle IN ('fifo', 'against_item_fifo')))
);

CREATE TABLE public.accounts_accountpaymentpreference (
    id bigint DEFAULT public.next_id() NOT NULL,
    details jsonb NOT NULL,
    is_default boolean NOT NULL,
    account_id bigint NOT NULL,
    preference_id bigint NOT NULL,
    released_at timestamp with time zone,
    is_recurring boolean DEFAULT true NOT NULL,
    CONSTRAINT account_released_preference_no_default CHECK (((NOT is_default) OR (released_at IS NULL)))
);

CREATE TABLE public.accounts_contactperson (
    id bigint DEFAULT public.next_id() NOT NULL,
    name character varying(300) NOT NULL,
    role character varying(20) NOT NULL,
    email character varying(320) NOT NULL,
    phone character varying(60) NOT NULL,
    language character varying(10) NOT NULL,
    receives character varying(20)[] NOT NULL,
    removed_at timestamp with time zone,
    customer_id bigint NOT NULL,
    CONSTRAINT contact_person_reached CHECK (((receives = '{}'::character varying(20)[]) OR (NOT ((email)::text = ''::text)))),
    CONSTRAINT contact_person_role CHECK ((role IN ('general', 'billing', 'collections', 'purchasing', 'management'))),
    CONSTRAINT contact_person_topics CHECK ((receives <@ ARRAY['invoices'::character varying(20), 'statements'::character varying(20), 'reminders'::character varying(20)]))
);

CREATE TABLE public.accounts_creditrating (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.accounts_customer (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(100) NOT NULL,
    name character varying(300) NOT NULL,
    email character varying(320) NOT NULL,
    phone character varying(60) NOT NULL,
    tax_number character varying(60) NOT NULL,
    address_line1 character varying(300) NOT NULL,
    address_line2 character varying(300) NOT NULL,
    city character varying(120) NOT NULL,
    postal_code character varying(30) NOT NULL,
    region character varying(120) NOT NULL,
    country character varying(2) NOT NULL,
    metadata jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    company_id bigint NOT NULL,
    language character varying(10) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.accounts_paymentpreference (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.accounts_presentmentpreference (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.attachments_attachment (
    id bigint DEFAULT public.next_id() NOT NULL,
    object_type character varying(60) NOT NULL,
    object_id bigint NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(100) NOT NULL,
    size integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    content bytea NOT NULL,
    note text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by text NOT NULL,
    removed_at timestamp with time zone,
    removed_by text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT attachment_sha256 CHECK ((((removed_at IS NULL) AND ((sha256)::text = encode(sha256(content), 'hex'::text))) OR ((content = '\x'::bytea) AND (removed_at IS NOT NULL))))
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);

CREATE TABLE public.auth_user_groups (
    id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user_user_permissions (
    id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);

ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);

ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);

ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalog_product (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    unit_amount numeric(24,8),
    currency character varying(3) NOT NULL,
    metadata jsonb NOT NULL,
    company_id bigint NOT NULL,
    tax_rate_id bigint,
    group_id bigint,
    is_revenue boolean DEFAULT true NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.catalog_productgroup (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.catalog_taxrate (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    percent numeric(7,4) NOT NULL,
    company_id bigint NOT NULL,
    category character varying(2) DEFAULT 'S'::character varying NOT NULL,
    exemption character varying(300) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT tax_rate_category CHECK ((category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O'))),
    CONSTRAINT tax_rate_percent CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric))),
    CONSTRAINT tax_rate_taxed_is_standard CHECK (((percent = (0)::numeric) OR ((category)::text = 'S'::text)))
);

CREATE TABLE public.collecting_cardnotice (
    id bigint DEFAULT public.next_id() NOT NULL,
    level smallint NOT NULL,
    told_at timestamp with time zone NOT NULL,
    card_id bigint NOT NULL,
    company_id bigint NOT NULL,
    run_id bigint NOT NULL,
    ends_on date,
    CONSTRAINT card_notice_level CHECK ((level >= 0))
);

CREATE TABLE public.collecting_paymentrun (
    id bigint DEFAULT public.next_id() NOT NULL,
    batch_id bigint NOT NULL,
    company_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    run_id bigint NOT NULL
);

CREATE TABLE public.companies_apikey (
    id bigint DEFAULT public.next_id() NOT NULL,
    name character varying(100) NOT NULL,
    hint character varying(12) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    scopes character varying(60)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    company_id bigint NOT NULL
);

CREATE TABLE public.companies_company (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    time_zone character varying(64) NOT NULL,
    base_currency character varying(3) NOT NULL,
    country character varying(2) NOT NULL,
    config_version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    number_format character varying(20) DEFAULT ''::character varying NOT NULL,
    date_format character varying(20) DEFAULT ''::character varying NOT NULL,
    requires_second_factor boolean DEFAULT false NOT NULL,
    provided text[] DEFAULT '{}'::text[] NOT NULL,
    setup text[] DEFAULT '{}'::text[] NOT NULL,
    language character varying(8) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.companies_listchoice (
    id bigint DEFAULT public.next_id() NOT NULL,
    list_name character varying(100) NOT NULL,
    columns character varying(100)[] NOT NULL,
    membership_id bigint NOT NULL,
    opens_with_id bigint
);

CREATE TABLE public.companies_membership (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    user_id integer NOT NULL,
    role_id bigint NOT NULL,
    number_format character varying(20) DEFAULT ''::character varying NOT NULL,
    date_format character varying(20) DEFAULT ''::character varying NOT NULL,
    language character varying(8) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.companies_role (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(100) NOT NULL,
    permissions character varying(40)[] NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.companies_savedview (
    id bigint DEFAULT public.next_id() NOT NULL,
    list_name character varying(100) NOT NULL,
    name character varying(60) NOT NULL,
    query text NOT NULL,
    columns character varying(100)[] NOT NULL,
    company_id bigint NOT NULL,
    owner_id bigint
);

CREATE TABLE public.desk_collectioncontact (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(7) NOT NULL,
    with_whom character varying(200) NOT NULL,
    text text NOT NULL,
    happened_on date NOT NULL,
    follow_up_on date,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    done_at timestamp with time zone,
    done_by text NOT NULL,
    done_note text NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT collection_contact_done CHECK (((done_at IS NULL) OR (follow_up_on IS NOT NULL))),
    CONSTRAINT collection_contact_kind CHECK ((kind IN ('call', 'message', 'letter', 'visit', 'remark')))
);

CREATE TABLE public.desk_collector (
    id bigint DEFAULT public.next_id() NOT NULL,
    actor text NOT NULL,
    since timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.documents_copy (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(24) NOT NULL,
    record character varying(24) NOT NULL,
    number text NOT NULL,
    language character varying(10) NOT NULL,
    format character varying(8) NOT NULL,
    edition integer NOT NULL,
    template integer NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    company_id bigint NOT NULL,
    file_id bigint NOT NULL,
    parties jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT document_copy_first CHECK ((edition >= 1)),
    CONSTRAINT document_copy_format CHECK ((format IN ('pdf', 'html', 'xlsx', 'csv', 'rtf', 'ubl', 'cii', 'facturx')))
);

CREATE TABLE public.documents_copykind (
    name character varying(24) NOT NULL
);

CREATE TABLE public.documents_letterhead (
    id bigint DEFAULT public.next_id() NOT NULL,
    legal_name character varying(200) NOT NULL,
    address_line1 character varying(300) NOT NULL,
    address_line2 character varying(300) NOT NULL,
    postal_code character varying(30) NOT NULL,
    city character varying(120) NOT NULL,
    region character varying(120) NOT NULL,
    country character varying(2) NOT NULL,
    vat_number character varying(60) NOT NULL,
    registration character varying(200) NOT NULL,
    email character varying(320) NOT NULL,
    phone character varying(60) NOT NULL,
    website character varying(200) NOT NULL,
    iban character varying(42) NOT NULL,
    bic character varying(11) NOT NULL,
    bank_name character varying(120) NOT NULL,
    footer text NOT NULL,
    accent character varying(7) NOT NULL,
    language character varying(10) NOT NULL,
    company_id bigint NOT NULL,
    tax_number character varying(60) DEFAULT ''::character varying NOT NULL,
    electronic_address character varying(120) DEFAULT ''::character varying NOT NULL,
    footer_en text DEFAULT ''::text NOT NULL,
    footer_de text DEFAULT ''::text NOT NULL,
    footer_it text DEFAULT ''::text NOT NULL,
    footer_el text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.documents_logo (
    id bigint DEFAULT public.next_id() NOT NULL,
    content bytea NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.documents_printedfile (
    id bigint DEFAULT public.next_id() NOT NULL,
    sha256 character varying(64) NOT NULL,
    content bytea NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT printed_file_sha256 CHECK (((sha256)::text = encode(sha256(content), 'hex'::text)))
);

CREATE TABLE public.dunning_dunningassignment (
    id bigint DEFAULT public.next_id() NOT NULL,
    from_on date,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    plan_id bigint
);

CREATE TABLE public.dunning_dunningclaim (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(20) NOT NULL,
    document_kind character varying(20) NOT NULL,
    document_id bigint NOT NULL,
    document_number character varying(100) NOT NULL,
    from_on date,
    through_on date,
    percent numeric(7,4),
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    superseded_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    record_id bigint,
    pieces jsonb,
    plan_id bigint,
    CONSTRAINT dunning_claim_amount CHECK ((amount_minor > 0)),
    CONSTRAINT dunning_claim_days CHECK ((((from_on IS NULL) AND ((kind)::text = 'late_fee'::text) AND (percent IS NULL) AND (record_id IS NOT NULL) AND (through_on IS NULL)) OR ((from_on IS NOT NULL) AND ((kind)::text = 'late_interest'::text) AND (percent IS NOT NULL) AND (through_on >= from_on)))),
    CONSTRAINT dunning_claim_kind CHECK ((kind IN ('late_fee', 'late_interest')))
);

CREATE TABLE public.dunning_dunninglevel (
    id bigint DEFAULT public.next_id() NOT NULL,
    number smallint NOT NULL,
    name character varying(120) NOT NULL,
    days smallint NOT NULL,
    message character varying(40),
    fee numeric(24,8),
    currency character varying(3) NOT NULL,
    after character varying(12) NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    template_id bigint,
    plan_id bigint NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT dunning_dunninglevel_number_check CHECK ((number >= 0)),
    CONSTRAINT dunning_level_after CHECK ((after IN ('go_on', 'stop', 'hand_over', 'write_off'))),
    CONSTRAINT dunning_level_fee CHECK (((fee IS NULL) OR ((fee > (0)::numeric) AND (NOT ((currency)::text = ''::text)))))
);

CREATE TABLE public.dunning_dunningminimum (
    id bigint DEFAULT public.next_id() NOT NULL,
    amount numeric(24,8) NOT NULL,
    currency character varying(3) NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    CONSTRAINT dunning_minimum_amount CHECK ((amount > (0)::numeric))
);

CREATE TABLE public.dunning_dunningplan (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    rank smallint NOT NULL,
    interest_percent numeric(7,4) NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL,
    segment_id bigint,
    CONSTRAINT dunning_dunningplan_rank_check CHECK ((rank >= 0)),
    CONSTRAINT dunning_plan_interest CHECK (((interest_percent >= (0)::numeric) AND (interest_percent <= (100)::numeric)))
);

CREATE TABLE public.dunning_dunningplan_classifications (
    id integer NOT NULL,
    dunningplan_id bigint NOT NULL,
    accountclassification_id bigint CONSTRAINT dunning_dunningplan_classific_accountclassification_id_not_null NOT NULL
);

ALTER TABLE public.dunning_dunningplan_classifications ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_dunningplan_classifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_dunningrate (
    id bigint DEFAULT public.next_id() NOT NULL,
    from_on date,
    percent numeric(7,4) NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    CONSTRAINT dunning_rate_percent CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric)))
);

CREATE TABLE public.dunning_dunningrecord (
    id bigint DEFAULT public.next_id() NOT NULL,
    document_kind character varying(20) NOT NULL,
    document_id bigint NOT NULL,
    document_number character varying(100) NOT NULL,
    level_name character varying(120) NOT NULL,
    level_number smallint NOT NULL,
    days smallint NOT NULL,
    shift_days integer NOT NULL,
    due_on date NOT NULL,
    recorded_on date NOT NULL,
    open_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    outcome character varying(12) NOT NULL,
    why text NOT NULL,
    sentences jsonb NOT NULL,
    after character varying(12) NOT NULL,
    run_id bigint,
    created_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    level_id bigint NOT NULL,
    message_id bigint,
    CONSTRAINT dunning_record_after CHECK ((after IN ('go_on', 'stop', 'hand_over', 'write_off'))),
    CONSTRAINT dunning_record_outcome CHECK ((outcome IN ('sent', 'to_print', 'printed', 'lapsed', 'overtaken', 'silent')))
);

CREATE TABLE public.gateways_attempt (
    id bigint DEFAULT public.next_id() NOT NULL,
    started_at timestamp with time zone NOT NULL,
    sent smallint NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome character varying(20) NOT NULL,
    code character varying(80) NOT NULL,
    message text NOT NULL,
    reference text NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT gateways_attempt_sent_check CHECK ((sent >= 0))
);

CREATE TABLE public.gateways_barredway (
    id bigint DEFAULT public.next_id() NOT NULL,
    since timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by text NOT NULL,
    company_id bigint NOT NULL,
    failed_request_id bigint NOT NULL,
    preference_id bigint NOT NULL,
    CONSTRAINT barred_way_ended CHECK ((((ended_at IS NULL) AND (ended_by = ''::text)) OR ((ended_at IS NOT NULL) AND (NOT (ended_by = ''::text)))))
);

CREATE TABLE public.gateways_charge (
    id bigint DEFAULT public.next_id() NOT NULL,
    reference text NOT NULL,
    payment_id bigint NOT NULL,
    captured_minor bigint NOT NULL,
    reserved_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    fee_minor bigint,
    fee_currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    request_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    paid_with character varying(40) DEFAULT ''::character varying NOT NULL,
    last4 character varying(4) DEFAULT ''::character varying NOT NULL,
    ledger_account_id bigint,
    CONSTRAINT refunds_within_captured CHECK (((reserved_minor >= 0) AND (reserved_minor <= captured_minor)))
);

CREATE TABLE public.gateways_claim (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(12) NOT NULL,
    object_id bigint NOT NULL,
    is_open boolean NOT NULL,
    request_id bigint NOT NULL,
    CONSTRAINT claim_kind CHECK ((kind IN ('transaction', 'bill', 'wallet')))
);

CREATE TABLE public.gateways_dispute (
    id bigint DEFAULT public.next_id() NOT NULL,
    reference text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    reason character varying(60) NOT NULL,
    state character varying(6) NOT NULL,
    taken_id bigint NOT NULL,
    returned_id bigint,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    charge_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    in_books_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT dispute_state CHECK ((state IN ('open', 'won', 'lost'))),
    CONSTRAINT dispute_won_is_paid_back CHECK ((((returned_id IS NOT NULL) AND ((state)::text = 'won'::text)) OR (NOT ((state)::text = 'won'::text))))
);

CREATE TABLE public.gateways_fee (
    id bigint DEFAULT public.next_id() NOT NULL,
    reference text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    charge_id bigint,
    request_id bigint NOT NULL,
    CONSTRAINT fee_amount CHECK ((NOT (amount_minor = 0)))
);

CREATE TABLE public.gateways_gatewaycustomer (
    id bigint DEFAULT public.next_id() NOT NULL,
    mode character varying(4) NOT NULL,
    token text NOT NULL,
    account_id bigint NOT NULL,
    provider_id bigint NOT NULL
);

CREATE TABLE public.gateways_inboxevent (
    id bigint DEFAULT public.next_id() NOT NULL,
    external_id text NOT NULL,
    type character varying(100) NOT NULL,
    object_reference text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    body bytea NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    process_at timestamp with time zone,
    processed_at timestamp with time zone,
    error text NOT NULL,
    provider_id bigint NOT NULL,
    put_off_by character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT gateways_inboxevent_tries_check CHECK ((tries >= 0)),
    CONSTRAINT inbox_state CHECK ((state IN ('received', 'processed', 'ignored', 'failed')))
);

CREATE TABLE public.gateways_instrument (
    chosen_id bigint NOT NULL,
    mode character varying(4) NOT NULL,
    kind character varying(12) NOT NULL,
    token text NOT NULL,
    brand character varying(40) NOT NULL,
    last4 character varying(4) NOT NULL,
    exp_month smallint,
    exp_year smallint,
    country character varying(2) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    mandate character varying(64) NOT NULL,
    mandate_on date,
    is_default boolean NOT NULL,
    is_recurring boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    account_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    CONSTRAINT instrument_default_is_live CHECK (((removed_at IS NULL) OR (NOT is_default))),
    CONSTRAINT instrument_kind CHECK ((kind IN ('card', 'sepa_debit', 'other'))),
    CONSTRAINT instrument_last4 CHECK (((last4)::text ~ '^[0-9A-Za-z]{0,4}$'::text)),
    CONSTRAINT instrument_mode CHECK ((mode IN ('test', 'live')))
);

CREATE TABLE public.gateways_markedfile (
    id bigint DEFAULT public.next_id() NOT NULL,
    message character varying(35) NOT NULL,
    format character varying(10) NOT NULL,
    requests bigint[] NOT NULL,
    content bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    company_id bigint NOT NULL,
    provider_id bigint NOT NULL
);

CREATE TABLE public.gateways_paymentrequest (
    id bigint DEFAULT public.next_id() NOT NULL,
    mode character varying(4) NOT NULL,
    type character varying(20) NOT NULL,
    state character varying(16) NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    transaction_id bigint,
    run_id bigint,
    "order" jsonb NOT NULL,
    reference text NOT NULL,
    action_url text NOT NULL,
    action_expires_at timestamp with time zone,
    reminded_at timestamp with time zone,
    error_code character varying(80) NOT NULL,
    error_message text NOT NULL,
    executed_at timestamp with time zone,
    executed_on date,
    check_at timestamp with time zone,
    checks smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    account_id bigint NOT NULL,
    charge_id bigint,
    company_id bigint NOT NULL,
    preference_id bigint,
    provider_id bigint NOT NULL,
    in_books_minor bigint DEFAULT 0 NOT NULL,
    returned_first_on date,
    batch_id bigint,
    CONSTRAINT gateways_paymentrequest_checks_check CHECK ((checks >= 0)),
    CONSTRAINT request_amount CHECK (((amount_minor > 0) AND (amount_minor < '9007199254740992'::bigint))),
    CONSTRAINT request_final_has_its_day CHECK (((state IN ('pending', 'requires_action', 'under_processing', 'unknown')) OR (executed_at IS NOT NULL))),
    CONSTRAINT request_mode CHECK ((mode IN ('test', 'live'))),
    CONSTRAINT request_open_is_looked_up CHECK (((NOT (state IN ('unknown', 'requires_action'))) OR (check_at IS NOT NULL))),
    CONSTRAINT request_pays_back_a_charge CHECK (((NOT ((type)::text = 'payment_cancellation'::text)) OR (charge_id IS NOT NULL))),
    CONSTRAINT request_state CHECK ((state IN ('pending', 'under_processing', 'requires_action', 'unknown', 'posted', 'rejected'))),
    CONSTRAINT request_type CHECK ((type IN ('payment', 'refund', 'payment_cancellation')))
);

CREATE TABLE public.gateways_provider (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    kind character varying(40) NOT NULL,
    state character varying(14) NOT NULL,
    mode character varying(4) NOT NULL,
    api_version character varying(40) NOT NULL,
    base_url character varying(300) NOT NULL,
    sealed_test_key text NOT NULL,
    sealed_live_key text NOT NULL,
    sealed_webhook_secrets text[] NOT NULL,
    currencies character varying(3)[] NOT NULL,
    calls_per_second smallint,
    action_hours smallint NOT NULL,
    events_cursor text NOT NULL,
    company_id bigint NOT NULL,
    fee_account_id bigint,
    payment_method_id bigint,
    payment_type_id bigint,
    refund_method_id bigint,
    creditor jsonb NOT NULL,
    CONSTRAINT gateways_provider_action_hours_check CHECK ((action_hours >= 0)),
    CONSTRAINT gateways_provider_calls_per_second_check CHECK ((calls_per_second >= 0)),
    CONSTRAINT provider_mode CHECK ((mode IN ('test', 'live'))),
    CONSTRAINT provider_state CHECK ((state IN ('effective', 'not_effective')))
);

CREATE TABLE public.gateways_provider_cancellation_types (
    id integer NOT NULL,
    provider_id bigint NOT NULL,
    transactiontype_id bigint CONSTRAINT gateways_provider_cancellation_type_transactiontype_id_not_null NOT NULL
);

ALTER TABLE public.gateways_provider_cancellation_types ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gateways_provider_cancellation_types_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gateways_provider_payment_methods (
    id integer NOT NULL,
    provider_id bigint NOT NULL,
    paymentmethod_id bigint NOT NULL
);

ALTER TABLE public.gateways_provider_payment_methods ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gateways_provider_payment_methods_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gateways_provider_preferences (
    id integer NOT NULL,
    provider_id bigint NOT NULL,
    paymentpreference_id bigint NOT NULL
);

ALTER TABLE public.gateways_provider_preferences ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gateways_provider_preferences_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gateways_provider_refund_methods (
    id integer NOT NULL,
    provider_id bigint NOT NULL,
    refundmethod_id bigint NOT NULL
);

ALTER TABLE public.gateways_provider_refund_methods ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gateways_provider_refund_methods_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gateways_refuseddelivery (
    id bigint DEFAULT public.next_id() NOT NULL,
    "on" date NOT NULL,
    reason character varying(40) NOT NULL,
    count integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    detail text NOT NULL,
    provider_id bigint NOT NULL,
    CONSTRAINT gateways_refuseddelivery_count_check CHECK ((count >= 0))
);

CREATE TABLE public.gateways_requestbatch (
    id bigint DEFAULT public.next_id() NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT request_batch_state CHECK ((state IN ('open', 'held', 'withdrawn')))
);

CREATE TABLE public.gateways_requestreport (
    id bigint DEFAULT public.next_id() NOT NULL,
    source character varying(20) NOT NULL,
    verb character varying(10) NOT NULL,
    reference text NOT NULL,
    booked_on date,
    request_id bigint NOT NULL
);

CREATE TABLE public.gateways_restoration (
    id bigint DEFAULT public.next_id() NOT NULL,
    payment_id bigint NOT NULL,
    charge_id bigint NOT NULL
);

CREATE TABLE public.gateways_unbookedfact (
    id bigint DEFAULT public.next_id() NOT NULL,
    key character varying(64) NOT NULL,
    source character varying(20) NOT NULL,
    "position" text NOT NULL,
    said text NOT NULL,
    code character varying(80) NOT NULL,
    reason text NOT NULL,
    reference text NOT NULL,
    amount_minor bigint,
    currency character varying(3) NOT NULL,
    booked_on date,
    created_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text NOT NULL,
    resolution text NOT NULL,
    company_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    request_id bigint,
    verb character varying(10) DEFAULT ''::character varying NOT NULL,
    direction character varying(3) DEFAULT ''::character varying NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    place integer DEFAULT 1 NOT NULL
);

CREATE SEQUENCE public.id_clock
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE SEQUENCE public.id_sequence
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.imports_importbatch (
    import_id bigint NOT NULL,
    part integer NOT NULL,
    outcome jsonb NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.imports_importchunk (
    import_id bigint NOT NULL,
    content character varying(8) NOT NULL,
    "position" integer NOT NULL,
    sealed text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.imports_importorder (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(60) NOT NULL,
    "order" jsonb NOT NULL,
    permissions text[],
    file_name character varying(300) NOT NULL,
    sha256 character varying(64) NOT NULL,
    extra_columns jsonb NOT NULL,
    reading jsonb,
    rejected_name character varying(330) NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    actor text NOT NULL,
    company_id bigint NOT NULL,
    run_id bigint NOT NULL
);

CREATE TABLE public.imports_importpart (
    id bigint DEFAULT public.next_id() NOT NULL,
    run_id bigint NOT NULL,
    thing character varying(20) NOT NULL,
    ids bigint[] NOT NULL,
    identity character varying(64) NOT NULL,
    file_name character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.imports_importrun (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(60) NOT NULL,
    file_name character varying(300) NOT NULL,
    sha256 character varying(64) NOT NULL,
    is_kept boolean NOT NULL,
    read integer NOT NULL,
    created integer NOT NULL,
    unchanged integer NOT NULL,
    rejected integer NOT NULL,
    to_suspense integer NOT NULL,
    totals jsonb NOT NULL,
    codes jsonb NOT NULL,
    rejections jsonb NOT NULL,
    extra_columns jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    company_id bigint NOT NULL,
    duplicates integer NOT NULL,
    looks_imported jsonb NOT NULL,
    receipts integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.imports_stagedrejection (
    import_id bigint NOT NULL,
    line bigint NOT NULL,
    "column" text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.imports_stagedrow (
    import_id bigint NOT NULL,
    part integer NOT NULL,
    line bigint NOT NULL,
    cells text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.journal_dailytotal (
    company_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    effective_on date NOT NULL,
    lines bigint NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    base_debit_minor bigint NOT NULL,
    base_credit_minor bigint NOT NULL,
    ledger_account_id bigint NOT NULL
);

CREATE TABLE public.journal_dailytotalpart (
    company_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    effective_on date NOT NULL,
    lines bigint NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    base_debit_minor bigint NOT NULL,
    base_credit_minor bigint NOT NULL,
    ledger_account_id bigint NOT NULL,
    id bigint NOT NULL
);

ALTER TABLE public.journal_dailytotalpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.journal_dailytotalpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.journal_exchangerate (
    id bigint DEFAULT public.next_id() NOT NULL,
    currency character varying(3) NOT NULL,
    "on" date NOT NULL,
    rate numeric(20,10) NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT exchange_rate_positive CHECK ((rate > (0)::numeric))
);

CREATE TABLE public.journal_journalentry (
    id bigint NOT NULL,
    company_id bigint NOT NULL,
    effective_on date NOT NULL,
    source text NOT NULL,
    source_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_in bigint DEFAULT txid_current() NOT NULL
);

CREATE TABLE public.journal_journalline (
    "position" smallint NOT NULL,
    account_id bigint,
    currency character varying(3) NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    base_debit_minor bigint NOT NULL,
    base_credit_minor bigint NOT NULL,
    entry_id bigint NOT NULL,
    ledger_account_id bigint NOT NULL
);

CREATE TABLE public.journal_ledgeraccount (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    kind character varying(12) NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT ledger_account_kind CHECK ((kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memorandum')))
);

CREATE TABLE public.journal_monthendmark (
    id bigint DEFAULT public.next_id() NOT NULL,
    month date NOT NULL,
    item character varying(40) NOT NULL,
    words text NOT NULL,
    done_at timestamp with time zone NOT NULL,
    done_by text NOT NULL,
    undone_at timestamp with time zone,
    undone_by text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT month_end_of_a_month CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

CREATE TABLE public.journal_periodclose (
    id bigint DEFAULT public.next_id() NOT NULL,
    through date NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    closed_by text NOT NULL,
    reopened_at timestamp with time zone,
    reopened_by text NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.journal_source (
    code text NOT NULL,
    title text NOT NULL,
    shares_id boolean NOT NULL
);

CREATE TABLE public.messages_filecontent (
    id bigint DEFAULT public.next_id() NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    content bytea NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT file_content_sha256 CHECK (((sha256)::text = encode(sha256(content), 'hex'::text)))
);

CREATE TABLE public.messages_message (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(40) NOT NULL,
    object_type character varying(60) NOT NULL,
    object_id bigint,
    about character varying(120) NOT NULL,
    concerns bigint[] NOT NULL,
    key character varying(300) NOT NULL,
    level smallint NOT NULL,
    language character varying(10) NOT NULL,
    recipient character varying(320) NOT NULL,
    addressee character varying(300) NOT NULL,
    subject character varying(300) NOT NULL,
    body text NOT NULL,
    sealed text NOT NULL,
    state character varying(12) NOT NULL,
    trouble text NOT NULL,
    tries smallint NOT NULL,
    send_at timestamp with time zone,
    touched_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    request_id character varying(128) NOT NULL,
    company_id bigint NOT NULL,
    resends_id bigint,
    template_id bigint,
    warnings text DEFAULT ''::text NOT NULL,
    sentences jsonb DEFAULT '{}'::jsonb NOT NULL,
    unreached_since timestamp with time zone,
    CONSTRAINT message_state CHECK ((state IN ('queued', 'sending', 'sent', 'failed', 'suppressed', 'bounced')))
);

CREATE TABLE public.messages_messageattachment (
    id bigint DEFAULT public.next_id() NOT NULL,
    "position" smallint NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(100) NOT NULL,
    file_id bigint NOT NULL,
    message_id bigint NOT NULL
);

CREATE TABLE public.messages_messagesettings (
    id bigint DEFAULT public.next_id() NOT NULL,
    language character varying(10) NOT NULL,
    reply_to character varying(320) NOT NULL,
    automatic character varying(40)[] NOT NULL,
    company_id bigint NOT NULL,
    sender character varying(320) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.messages_messagetemplate (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    kind character varying(40) NOT NULL,
    language character varying(10) NOT NULL,
    subject character varying(300) NOT NULL,
    body text NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL,
    attachment character varying(20) DEFAULT 'none'::character varying NOT NULL
);

CREATE TABLE public.messages_suppression (
    id bigint DEFAULT public.next_id() NOT NULL,
    address character varying(320) NOT NULL,
    identity character varying(320) NOT NULL,
    reason character varying(12) NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT suppression_reason CHECK ((reason IN ('bounced', 'opted_out')))
);

CREATE TABLE public.people_invitation (
    id bigint DEFAULT public.next_id() NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    token_hash character varying(64) NOT NULL,
    invited_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    company_id bigint NOT NULL,
    role_id bigint NOT NULL,
    CONSTRAINT invitation_ended_once CHECK (((accepted_at IS NULL) OR (withdrawn_at IS NULL)))
);

CREATE TABLE public.people_login (
    id bigint DEFAULT public.next_id() NOT NULL,
    must_change_password boolean NOT NULL,
    reset_asked_at timestamp with time zone,
    sealed_totp_key text NOT NULL,
    totp_since timestamp with time zone,
    totp_last_step bigint NOT NULL,
    user_id integer NOT NULL
);

CREATE TABLE public.people_recoverycode (
    id bigint DEFAULT public.next_id() NOT NULL,
    code_hash character varying(64) NOT NULL,
    used_at timestamp with time zone,
    user_id integer NOT NULL
);

CREATE TABLE public.people_resetrequest (
    id bigint DEFAULT public.next_id() NOT NULL,
    email character varying(254) NOT NULL,
    site text NOT NULL,
    asked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.people_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL,
    created_at timestamp with time zone,
    address text NOT NULL,
    device character varying(300) NOT NULL,
    user_id integer
);

CREATE TABLE public.platform_event (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    type text NOT NULL,
    object_type text NOT NULL,
    object_id bigint NOT NULL,
    data jsonb NOT NULL,
    recorded_in bigint DEFAULT txid_current(),
    request_id text DEFAULT COALESCE(current_setting('subledger.request_id'::text, true), ''::text) NOT NULL
);

CREATE TABLE public.platform_installation (
    id smallint NOT NULL,
    secret_key text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT installation_is_one CHECK ((id = 1))
);

CREATE TABLE public.platform_lastcheck (
    company_id bigint NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    breaches bigint NOT NULL,
    CONSTRAINT last_check_breaches CHECK ((breaches >= 0))
);

CREATE TABLE public.platform_listenerbacklog (
    id bigint NOT NULL,
    listener text NOT NULL,
    company_id bigint NOT NULL,
    floor bigint NOT NULL,
    recorded_in bigint NOT NULL,
    event_id bigint NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    tries integer NOT NULL,
    next_at timestamp with time zone NOT NULL
);

ALTER TABLE public.platform_listenerbacklog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.platform_listenerbacklog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.platform_listenercursor (
    name text NOT NULL,
    floor bigint NOT NULL,
    recorded_in bigint NOT NULL,
    event_id bigint NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone
);

CREATE TABLE public.platform_numbercounter (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    series text NOT NULL,
    period text NOT NULL,
    first_value bigint NOT NULL,
    next_value bigint NOT NULL,
    CONSTRAINT number_counter_values CHECK (((first_value >= 1) AND (next_value >= first_value)))
);

CREATE TABLE public.platform_numberrange (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    series text NOT NULL,
    format text NOT NULL,
    restarts text NOT NULL,
    period text NOT NULL,
    first_value bigint NOT NULL,
    next_value bigint NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT number_range_values CHECK (((first_value >= 1) AND (next_value > first_value)))
);

CREATE TABLE public.platform_numberseries (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    code text NOT NULL,
    prefix text,
    digits smallint,
    next_value bigint NOT NULL,
    format text DEFAULT ''::text NOT NULL,
    restarts text DEFAULT 'never'::text NOT NULL,
    first_value bigint DEFAULT 1 NOT NULL,
    CONSTRAINT number_series_next_value CHECK ((next_value >= 1)),
    CONSTRAINT number_series_restarts CHECK ((restarts = ANY (ARRAY['never'::text, 'year'::text, 'month'::text])))
);

CREATE TABLE public.platform_storedanswer (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status smallint,
    body text NOT NULL,
    content_type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    made bigint,
    made_kind text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.promises_instalment (
    id bigint DEFAULT public.next_id() NOT NULL,
    agreed_on date NOT NULL,
    minor bigint NOT NULL,
    promise_id bigint NOT NULL,
    CONSTRAINT instalment_amount CHECK ((minor > 0))
);

CREATE TABLE public.promises_invoicedispute (
    id bigint DEFAULT public.next_id() NOT NULL,
    currency character varying(3) NOT NULL,
    reason text NOT NULL,
    amount_minor bigint,
    note text NOT NULL,
    follow_up_on date,
    state character varying(6) NOT NULL,
    opened_on date NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by text NOT NULL,
    outcome character varying(15),
    resolution text NOT NULL,
    closed_on date,
    closed_at timestamp with time zone,
    closed_by text NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    document_id bigint NOT NULL,
    CONSTRAINT invoice_dispute_amount CHECK (((amount_minor IS NULL) OR (amount_minor > 0))),
    CONSTRAINT invoice_dispute_closed CHECK ((((closed_at IS NULL) AND (closed_on IS NULL) AND (outcome IS NULL) AND ((state)::text = 'open'::text)) OR ((closed_at IS NOT NULL) AND (closed_on >= opened_on) AND (outcome IS NOT NULL) AND ((state)::text = 'closed'::text)))),
    CONSTRAINT invoice_dispute_outcome CHECK (((outcome IN ('accepted', 'partly_accepted', 'rejected', 'settled')) OR (outcome IS NULL))),
    CONSTRAINT invoice_dispute_state CHECK ((state IN ('open', 'closed')))
);

CREATE TABLE public.promises_promise (
    id bigint DEFAULT public.next_id() NOT NULL,
    currency character varying(3) NOT NULL,
    promised_minor bigint NOT NULL,
    grace_days smallint NOT NULL,
    waives_interest boolean NOT NULL,
    note text NOT NULL,
    state character varying(9) NOT NULL,
    made_on date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    open_since date NOT NULL,
    ended_on date,
    ended_at timestamp with time zone,
    ended_by text NOT NULL,
    end_reason character varying(11),
    end_note text NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    document_id bigint NOT NULL,
    CONSTRAINT promise_amount CHECK ((promised_minor > 0)),
    CONSTRAINT promise_end_reason CHECK (((end_reason IN ('by_hand', 'cancelled', 'written_off')) OR (end_reason IS NULL))),
    CONSTRAINT promise_ended CHECK ((((end_reason IS NULL) AND (ended_at IS NULL) AND (ended_on IS NULL) AND ((state)::text = 'open'::text)) OR ((end_reason IS NOT NULL) AND (ended_at IS NOT NULL) AND (ended_on IS NOT NULL) AND ((state)::text = 'withdrawn'::text)) OR ((end_reason IS NULL) AND (ended_at IS NOT NULL) AND (ended_on IS NOT NULL) AND (state IN ('kept', 'broken'))))),
    CONSTRAINT promise_grace CHECK ((grace_days <= 365)),
    CONSTRAINT promise_state CHECK ((state IN ('open', 'kept', 'broken', 'withdrawn'))),
    CONSTRAINT promises_promise_grace_days_check CHECK ((grace_days >= 0))
);

CREATE TABLE public.promises_promisedefinition (
    id bigint DEFAULT public.next_id() NOT NULL,
    grace_days smallint NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT promise_definition_grace CHECK ((grace_days <= 365)),
    CONSTRAINT promises_promisedefinition_grace_days_check CHECK ((grace_days >= 0))
);

CREATE TABLE public.retries_declinecode (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(80) NOT NULL,
    decline_class character varying(16) NOT NULL,
    company_id bigint NOT NULL,
    provider_id bigint,
    CONSTRAINT decline_code_class CHECK ((decline_class IN ('hard', 'soft', 'customer_needed', 'gateway_error', 'silence', 'called_off')))
);

CREATE TABLE public.retries_retry (
    id bigint DEFAULT public.next_id() NOT NULL,
    document_kind character varying(20) NOT NULL,
    document_id bigint NOT NULL,
    document_number character varying(100) NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    decline_class character varying(16) NOT NULL,
    code character varying(80) NOT NULL,
    failed_on date NOT NULL,
    number smallint NOT NULL,
    of smallint NOT NULL,
    used_days smallint NOT NULL,
    used_hours smallint NOT NULL,
    state character varying(9) NOT NULL,
    due_at timestamp with time zone,
    due_on date,
    put_off character varying(24) NOT NULL,
    stop_reason character varying(20),
    stop_note text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    failed_request_id bigint NOT NULL,
    made_request_id bigint,
    preference_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    planned_on date,
    CONSTRAINT retries_retry_number_check CHECK ((number >= 0)),
    CONSTRAINT retries_retry_of_check CHECK ((of >= 0)),
    CONSTRAINT retries_retry_used_days_check CHECK ((used_days >= 0)),
    CONSTRAINT retries_retry_used_hours_check CHECK ((used_hours >= 0)),
    CONSTRAINT retry_amount CHECK ((amount_minor > 0)),
    CONSTRAINT retry_decline_class CHECK ((decline_class IN ('hard', 'soft', 'customer_needed', 'gateway_error', 'silence', 'called_off'))),
    CONSTRAINT retry_ended CHECK ((((due_at IS NOT NULL) AND (due_on IS NOT NULL) AND (ended_at IS NULL) AND (made_request_id IS NULL) AND ((state)::text = 'scheduled'::text) AND (stop_reason IS NULL)) OR ((due_at IS NULL) AND (ended_at IS NULL) AND (made_request_id IS NULL) AND ((state)::text = 'waiting'::text) AND (stop_reason IS NULL)) OR ((ended_at IS NOT NULL) AND (made_request_id IS NOT NULL) AND ((state)::text = 'made'::text) AND (stop_reason IS NULL)) OR ((ended_at IS NOT NULL) AND (made_request_id IS NULL) AND ((state)::text = 'stopped'::text) AND (stop_reason IS NOT NULL)))),
    CONSTRAINT retry_state CHECK ((state IN ('scheduled', 'waiting', 'made', 'stopped'))),
    CONSTRAINT retry_stop_reason CHECK (((stop_reason IN ('exhausted', 'called_off', 'taken_back', 'silence', 'settled', 'payment_rejected', 'account_terminated', 'disputed', 'promised', 'method_removed', 'plan_ended', 'not_recurring', 'currency', 'refused', 'by_hand', 'superseded')) OR (stop_reason IS NULL)))
);

CREATE TABLE public.retries_retryplan (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    days smallint[] NOT NULL,
    paydays smallint[] NOT NULL,
    hours smallint[] NOT NULL,
    only_automatic boolean NOT NULL,
    tells_customers boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.retries_retryplan_providers (
    id integer NOT NULL,
    retryplan_id bigint NOT NULL,
    provider_id bigint NOT NULL
);

ALTER TABLE public.retries_retryplan_providers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.retries_retryplan_providers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.runs_run (
    id bigint DEFAULT public.next_id() NOT NULL,
    definition_version integer,
    kind character varying(40) NOT NULL,
    name character varying(300) NOT NULL,
    criteria jsonb NOT NULL,
    as_of date NOT NULL,
    due_at timestamp with time zone,
    missed integer NOT NULL,
    request_id character varying(128) NOT NULL,
    state character varying(30) NOT NULL,
    stage character varying(20) NOT NULL,
    error text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    touched_at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    changed_by text NOT NULL,
    company_id bigint NOT NULL,
    definition_id bigint,
    CONSTRAINT run_ended CHECK ((((state IN ('waiting', 'running', 'paused')) OR (ended_at IS NOT NULL)) AND (1 = (
CASE
    WHEN (state IN ('waiting', 'running', 'paused')) THEN 1
    ELSE 0
END +
CASE
    WHEN (ended_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT run_stage CHECK ((stage IN ('select', 'prepare', 'execute', 'finish'))),
    CONSTRAINT run_state CHECK ((state IN ('waiting', 'running', 'paused', 'completed', 'completed_with_errors', 'failed', 'cancelled')))
);

CREATE TABLE public.runs_rundefinition (
    id bigint DEFAULT public.next_id() NOT NULL,
    kind character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    criteria jsonb NOT NULL,
    schedule jsonb NOT NULL,
    state character varying(20) NOT NULL,
    version integer NOT NULL,
    is_submitted boolean NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT run_definition_next CHECK (((next_at IS NULL) OR is_submitted)),
    CONSTRAINT run_definition_state CHECK ((state IN ('draft', 'effective', 'not_effective'))),
    CONSTRAINT run_definition_submitted CHECK (((NOT is_submitted) OR ((state)::text = 'effective'::text)))
);

CREATE TABLE public.runs_runfile (
    id bigint DEFAULT public.next_id() NOT NULL,
    name character varying(200) NOT NULL,
    content_type character varying(120) NOT NULL,
    size bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    is_part boolean NOT NULL,
    facts jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    fetched_at timestamp with time zone,
    company_id bigint NOT NULL,
    run_id bigint NOT NULL
);

CREATE TABLE public.runs_runfilechunk (
    "position" integer NOT NULL,
    content bytea NOT NULL,
    file_id bigint NOT NULL
);

CREATE TABLE public.runs_runstage (
    id bigint NOT NULL,
    stage character varying(20) NOT NULL,
    entries integer NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    run_id bigint NOT NULL,
    doing character varying(60) DEFAULT ''::character varying NOT NULL,
    reached bigint,
    target bigint
);

ALTER TABLE public.runs_runstage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.runs_runstage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.runs_runstep (
    id bigint DEFAULT public.next_id() NOT NULL,
    key character varying(200) NOT NULL,
    "position" bigint NOT NULL,
    prefix character varying(3) NOT NULL,
    subject_id bigint,
    amount_minor bigint,
    currency character varying(3) NOT NULL,
    outcome character varying(12) NOT NULL,
    reason character varying(60) NOT NULL,
    detail text NOT NULL,
    done_at timestamp with time zone,
    company_id bigint NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT run_step_currency CHECK ((((amount_minor IS NULL) OR (NOT ((currency)::text = ''::text))) AND (1 = (
CASE
    WHEN (amount_minor IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (NOT ((currency)::text = ''::text)) THEN 1
    ELSE 0
END)))),
    CONSTRAINT run_step_outcome CHECK ((outcome IN ('open', 'not_taken', 'succeeded', 'skipped', 'failed', 'cancelled'))),
    CONSTRAINT run_step_reason CHECK ((((outcome IN ('open', 'succeeded')) AND ((reason)::text = ''::text)) OR ((NOT (outcome IN ('open', 'succeeded'))) AND (NOT ((reason)::text = ''::text)))))
);

CREATE TABLE public.runs_runtally (
    id bigint NOT NULL,
    outcome character varying(12) NOT NULL,
    reason character varying(60) NOT NULL,
    currency character varying(3) NOT NULL,
    steps bigint NOT NULL,
    amount_minor numeric(38,0) NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.runs_runtally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.runs_runtally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.segments_segment (
    id bigint DEFAULT public.next_id() NOT NULL,
    name character varying(120) NOT NULL,
    description character varying(300) NOT NULL,
    about character varying(20) NOT NULL,
    criteria jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT segment_about CHECK ((about IN ('accounts', 'transactions')))
);

CREATE TABLE public.stripe_client_callbudget (
    account text NOT NULL,
    taken_at timestamp with time zone[] NOT NULL
);

CREATE TABLE public.transactions_allocation (
    id bigint DEFAULT public.next_id() NOT NULL,
    company_id bigint NOT NULL,
    minor bigint NOT NULL,
    credit_base_minor bigint NOT NULL,
    debit_base_minor bigint NOT NULL,
    principle character varying(12) NOT NULL,
    allocated_on date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    released_on date,
    released_at timestamp with time zone,
    release_reason character varying(20),
    account_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    debit_id bigint NOT NULL
);

CREATE TABLE public.transactions_category (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    parent_id bigint
);

CREATE TABLE public.transactions_creditreason (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.transactions_creditshare (
    invoice_id bigint NOT NULL,
    "position" smallint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    transaction_id bigint NOT NULL
);

CREATE TABLE public.transactions_daysfollowed (
    id smallint NOT NULL,
    through_id bigint NOT NULL,
    CONSTRAINT days_followed_once CHECK ((id = 1))
);

CREATE TABLE public.transactions_paymentmethod (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    ledger_account_id bigint NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.transactions_postedday (
    company_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    of_customers boolean NOT NULL,
    classification character varying(20) NOT NULL,
    posted_on date NOT NULL,
    late_on date NOT NULL,
    documents bigint NOT NULL,
    minor bigint NOT NULL
);

CREATE TABLE public.transactions_postingrule (
    id bigint DEFAULT public.next_id() NOT NULL,
    classification character varying(20) NOT NULL,
    role character varying(10) NOT NULL,
    component character varying(10) NOT NULL,
    company_id bigint NOT NULL,
    credit_id bigint,
    debit_id bigint,
    type_id bigint,
    product_id bigint,
    product_group_id bigint,
    CONSTRAINT posting_rule_classification CHECK ((classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off', 'invoice_cancellation', 'payment_cancellation'))),
    CONSTRAINT posting_rule_component CHECK ((component IN ('net', 'discount', 'tax', 'total', 'deferred'))),
    CONSTRAINT posting_rule_product_or_group CHECK (((product_id IS NULL) OR (product_group_id IS NULL))),
    CONSTRAINT posting_rule_role CHECK ((role IN ('customer', 'suspense', 'write_off')))
);

CREATE TABLE public.transactions_reason (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL
);

CREATE TABLE public.transactions_refundmethod (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    company_id bigint NOT NULL,
    ledger_account_id bigint NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.transactions_settledday (
    company_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    of_invoices boolean NOT NULL,
    settled_by character varying(20) NOT NULL,
    settled_on date NOT NULL,
    late_on date NOT NULL,
    minor bigint NOT NULL
);

CREATE TABLE public.transactions_transaction (
    id bigint NOT NULL,
    company_id bigint NOT NULL,
    classification character varying(20) NOT NULL,
    state character varying(12) NOT NULL,
    number text,
    amount_minor bigint NOT NULL,
    net_minor bigint,
    discount_minor bigint,
    tax_minor bigint,
    currency character varying(3) NOT NULL,
    base_minor bigint,
    issued_on date NOT NULL,
    posted_on date,
    posted_at timestamp with time zone,
    due_on date,
    back_office_code text,
    payment_preference_id bigint,
    received_on date,
    received_by text,
    intended_ids bigint[],
    issue_reason text,
    metadata jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone,
    updated_by text,
    account_id bigint NOT NULL,
    cancels_id bigint,
    category_id bigint,
    mirrors_id bigint,
    moved_from_id bigint,
    writes_off_id bigint,
    payment_method_id bigint,
    rejection_reason_id bigint,
    refund_method_id bigint,
    type_id bigint NOT NULL,
    credit_reason_id bigint,
    is_dated boolean DEFAULT true NOT NULL,
    order_reference text
);

CREATE TABLE public.transactions_transactiondefinition (
    id bigint DEFAULT public.next_id() NOT NULL,
    refund_needs_credit_balance boolean CONSTRAINT transactions_transactiondef_refund_needs_credit_balanc_not_null NOT NULL,
    company_id bigint NOT NULL,
    exchange_gain_id bigint NOT NULL,
    exchange_loss_id bigint NOT NULL,
    receivable_id bigint NOT NULL,
    suspense_id bigint NOT NULL,
    write_off_product_id bigint CONSTRAINT transactions_transactiondefinitio_write_off_product_id_not_null NOT NULL,
    tax_rounding character varying(4) DEFAULT 'item'::character varying NOT NULL,
    default_tax_rate_id bigint,
    CONSTRAINT transaction_definition_tax_rounding CHECK ((tax_rounding IN ('item', 'rate')))
);

CREATE TABLE public.transactions_transactionitem (
    "position" smallint NOT NULL,
    description text NOT NULL,
    quantity numeric(24,8) NOT NULL,
    unit_amount numeric(28,12) NOT NULL,
    net_minor bigint NOT NULL,
    discount_percent numeric(9,4) NOT NULL,
    discount_minor bigint NOT NULL,
    tax_percent numeric(7,4) NOT NULL,
    tax_minor bigint NOT NULL,
    sub_total_minor bigint NOT NULL,
    product_id bigint,
    tax_rate_id bigint,
    transaction_id bigint NOT NULL,
    entered_discount_minor bigint,
    entered_discount_percent numeric(9,4),
    price_is character varying(16),
    service_start date,
    service_end date,
    credits_id bigint,
    credits_position smallint,
    metadata jsonb
);

CREATE TABLE public.transactions_transactiontype (
    id bigint DEFAULT public.next_id() NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    classification character varying(20) NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL,
    default_payment_method_id bigint,
    default_refund_method_id bigint,
    is_revenue boolean DEFAULT true NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT transaction_type_classification CHECK ((classification IN ('invoice', 'credit_note', 'payment', 'refund', 'write_off', 'invoice_cancellation', 'payment_cancellation')))
);

CREATE TABLE public.transactions_transactiontype_categories (
    id integer NOT NULL,
    transactiontype_id bigint CONSTRAINT transactions_transactiontype_catego_transactiontype_id_not_null NOT NULL,
    category_id bigint NOT NULL
);

ALTER TABLE public.transactions_transactiontype_categories ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transactions_transactiontype_categories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transactions_transactiontype_payment_methods (
    id integer NOT NULL,
    transactiontype_id bigint CONSTRAINT transactions_transactiontype_paymen_transactiontype_id_not_null NOT NULL,
    paymentmethod_id bigint CONSTRAINT transactions_transactiontype_payment__paymentmethod_id_not_null NOT NULL
);

ALTER TABLE public.transactions_transactiontype_payment_methods ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transactions_transactiontype_payment_methods_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transactions_transactiontype_refund_methods (
    id integer NOT NULL,
    transactiontype_id bigint CONSTRAINT transactions_transactiontype_refund_transactiontype_id_not_null NOT NULL,
    refundmethod_id bigint CONSTRAINT transactions_transactiontype_refund_me_refundmethod_id_not_null NOT NULL
);

ALTER TABLE public.transactions_transactiontype_refund_methods ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transactions_transactiontype_refund_methods_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transactions_typeday (
    company_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    of_customers boolean NOT NULL,
    classification character varying(20) NOT NULL,
    posted_on date NOT NULL,
    type_id bigint NOT NULL,
    of_type_id bigint NOT NULL,
    payment_method_id bigint NOT NULL,
    refund_method_id bigint NOT NULL,
    documents bigint NOT NULL,
    minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL
);

CREATE TABLE public.transactions_typesfollowed (
    id smallint NOT NULL,
    through_id bigint NOT NULL,
    CONSTRAINT types_followed_once CHECK ((id = 1))
);

CREATE TABLE public.wallets_lot (
    id bigint DEFAULT public.next_id() NOT NULL,
    face_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    face_left_minor bigint NOT NULL,
    paid_left_minor bigint NOT NULL,
    credited_on date NOT NULL,
    expires_on date,
    company_id bigint NOT NULL,
    product_id bigint,
    wallet_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    CONSTRAINT wallet_lot_expiry CHECK (((expires_on IS NULL) OR (expires_on >= credited_on))),
    CONSTRAINT wallet_lot_face CHECK (((face_minor > 0) AND (paid_minor >= 0) AND (paid_minor <= face_minor))),
    CONSTRAINT wallet_lot_left_face CHECK (((face_left_minor >= 0) AND (face_left_minor <= face_minor))),
    CONSTRAINT wallet_lot_left_paid CHECK (((paid_left_minor >= 0) AND (paid_left_minor <= paid_minor) AND (paid_left_minor <= face_left_minor)))
);

CREATE TABLE public.wallets_lottake (
    id bigint DEFAULT public.next_id() NOT NULL,
    face_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    lot_id bigint,
    debit_id bigint NOT NULL,
    ended_by_id bigint,
    made_by_id bigint NOT NULL,
    CONSTRAINT wallet_take_paid CHECK (((face_minor > 0) AND (paid_minor >= 0) AND (paid_minor <= face_minor)))
);

CREATE TABLE public.wallets_wallet (
    id bigint DEFAULT public.next_id() NOT NULL,
    number text NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(9) NOT NULL,
    left_minor bigint NOT NULL,
    short_minor bigint NOT NULL,
    opened_on date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    cancelled_on date,
    account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT wallet_amounts CHECK (((left_minor >= 0) AND (short_minor >= 0))),
    CONSTRAINT wallet_cancelled_empty CHECK ((((cancelled_on IS NULL) AND ((state)::text = 'effective'::text)) OR ((cancelled_on IS NOT NULL) AND (left_minor = 0) AND ((state)::text = 'cancelled'::text)))),
    CONSTRAINT wallet_state CHECK ((state IN ('effective', 'cancelled')))
);

CREATE TABLE public.wallets_walletdefinition (
    id bigint DEFAULT public.next_id() NOT NULL,
    may_overdraw boolean NOT NULL,
    breakage_account_id bigint NOT NULL,
    company_id bigint NOT NULL,
    funding_type_id bigint NOT NULL,
    reimbursement_type_id bigint NOT NULL,
    wallet_account_id bigint NOT NULL
);

CREATE TABLE public.wallets_walletdefinition_crediting_types (
    id integer NOT NULL,
    walletdefinition_id bigint CONSTRAINT wallets_walletdefinition_crediting_walletdefinition_id_not_null NOT NULL,
    transactiontype_id bigint CONSTRAINT wallets_walletdefinition_crediting__transactiontype_id_not_null NOT NULL
);

ALTER TABLE public.wallets_walletdefinition_crediting_types ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_walletdefinition_crediting_types_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_wallettransaction (
    id bigint DEFAULT public.next_id() NOT NULL,
    number text NOT NULL,
    kind character varying(9) NOT NULL,
    state character varying(9) NOT NULL,
    face_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    posted_on date NOT NULL,
    tax_percent numeric(7,4) NOT NULL,
    net_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    cause character varying(16) NOT NULL,
    cause_number text NOT NULL,
    note text NOT NULL,
    metadata jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    company_id bigint NOT NULL,
    counterpart_id bigint,
    document_id bigint,
    product_id bigint,
    source_id bigint,
    tax_rate_id bigint,
    voids_id bigint,
    wallet_id bigint NOT NULL,
    type_id bigint NOT NULL,
    CONSTRAINT wallet_entry_amount CHECK ((NOT (face_minor = 0))),
    CONSTRAINT wallet_entry_cause CHECK ((cause IN ('by_hand', 'payment', 'credit_note', 'account', 'cancellation', 'expiry', 'wallet_cancelled'))),
    CONSTRAINT wallet_entry_kind CHECK ((kind IN ('credit', 'debit', 'reimburse', 'void', 'transfer'))),
    CONSTRAINT wallet_entry_paid CHECK ((((face_minor > 0) AND (paid_minor >= 0) AND (paid_minor <= face_minor)) OR ((face_minor < 0) AND (paid_minor >= face_minor) AND (paid_minor <= 0)))),
    CONSTRAINT wallet_entry_sign CHECK ((((face_minor > 0) AND ((kind)::text = 'credit'::text)) OR ((face_minor < 0) AND (kind IN ('debit', 'reimburse'))) OR (kind IN ('void', 'transfer')))),
    CONSTRAINT wallet_entry_state CHECK ((state IN ('effective', 'voided'))),
    CONSTRAINT wallet_entry_void CHECK (((((kind)::text = 'void'::text) AND ((state)::text = 'effective'::text) AND (voids_id IS NOT NULL)) OR ((NOT ((kind)::text = 'void'::text)) AND (voids_id IS NULL))))
);

CREATE TABLE public.wallets_wallettransactiontype (
    id bigint DEFAULT public.next_id() NOT NULL,
    name_en character varying(200) DEFAULT ''::character varying NOT NULL,
    name_de character varying(200) DEFAULT ''::character varying NOT NULL,
    name_it character varying(200) DEFAULT ''::character varying NOT NULL,
    name_el character varying(200) DEFAULT ''::character varying NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    kind character varying(9) NOT NULL,
    is_default boolean NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT wallet_type_default_active CHECK (((NOT is_default) OR is_active)),
    CONSTRAINT wallet_type_kind CHECK ((kind IN ('credit', 'debit', 'reimburse', 'void', 'transfer')))
);

CREATE TABLE public.webhooks_webhookcursor (
    endpoint_id bigint NOT NULL,
    floor bigint NOT NULL,
    recorded_in bigint NOT NULL,
    event_id bigint NOT NULL,
    lease character varying(32) NOT NULL,
    leased_until timestamp with time zone
);

CREATE TABLE public.webhooks_webhookdelivery (
    id bigint DEFAULT public.next_id() NOT NULL,
    event_id bigint NOT NULL,
    event_type text NOT NULL,
    object_type text NOT NULL,
    object_id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    first_attempt_at timestamp with time zone,
    attempted_at timestamp with time zone,
    status integer,
    answer text DEFAULT ''::text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    took_ms integer,
    tries jsonb DEFAULT '[]'::jsonb NOT NULL,
    done_at timestamp with time zone,
    company_id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    CONSTRAINT webhook_delivery_done CHECK (((((state)::text = 'pending'::text) OR (done_at IS NOT NULL)) AND (1 = (
CASE
    WHEN ((state)::text = 'pending'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (done_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT webhook_delivery_kind CHECK ((kind IN ('event', 'replay'))),
    CONSTRAINT webhook_delivery_state CHECK ((state IN ('pending', 'delivered', 'failed')))
);

CREATE TABLE public.webhooks_webhookendpoint (
    id bigint DEFAULT public.next_id() NOT NULL,
    url character varying(2000) NOT NULL,
    description character varying(300) NOT NULL,
    filters character varying(100)[] NOT NULL,
    filtered_from bigint NOT NULL,
    state character varying(10) NOT NULL,
    disabled_reason character varying(10) NOT NULL,
    disabled_at timestamp with time zone,
    sealed_secret text NOT NULL,
    secret_hint character varying(20) NOT NULL,
    sealed_old_secret text NOT NULL,
    old_secret_until timestamp with time zone,
    failures integer NOT NULL,
    failing_since timestamp with time zone,
    paused_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    company_id bigint NOT NULL,
    CONSTRAINT webhook_endpoint_disabled CHECK ((((NOT ((state)::text = 'disabled'::text)) OR ((NOT ((disabled_reason)::text = ''::text)) AND (disabled_at IS NOT NULL))) AND (1 = (
CASE
    WHEN (NOT ((state)::text = 'disabled'::text)) THEN 1
    ELSE 0
END +
CASE
    WHEN ((NOT ((disabled_reason)::text = ''::text)) AND (disabled_at IS NOT NULL)) THEN 1
    ELSE 0
END)))),
    CONSTRAINT webhook_endpoint_old_secret CHECK ((((sealed_old_secret = ''::text) OR (old_secret_until IS NOT NULL)) AND (1 = (
CASE
    WHEN (sealed_old_secret = ''::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (old_secret_until IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT webhook_endpoint_reason CHECK ((((disabled_reason)::text = ''::text) OR (disabled_reason IN ('person', 'gone', 'failing')))),
    CONSTRAINT webhook_endpoint_secret CHECK (((((state)::text = 'deleted'::text) OR (NOT (sealed_secret = ''::text))) AND (1 = (
CASE
    WHEN ((state)::text = 'deleted'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (NOT (sealed_secret = ''::text)) THEN 1
    ELSE 0
END)))),
    CONSTRAINT webhook_endpoint_state CHECK ((state IN ('active', 'disabled', 'deleted')))
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_accountclassification
    ADD CONSTRAINT accounts_accountclassification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_accountdefinition
    ADD CONSTRAINT accounts_accountdefinition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_accountpaymentpreference
    ADD CONSTRAINT accounts_accountpaymentpreference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_contactperson
    ADD CONSTRAINT accounts_contactperson_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_creditrating
    ADD CONSTRAINT accounts_creditrating_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_customer
    ADD CONSTRAINT accounts_customer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_paymentpreference
    ADD CONSTRAINT accounts_paymentpreference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_presentmentpreference
    ADD CONSTRAINT accounts_presentmentpreference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachments_attachment
    ADD CONSTRAINT attachments_attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);

ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_productgroup
    ADD CONSTRAINT catalog_productgroup_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_taxrate
    ADD CONSTRAINT catalog_taxrate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.collecting_cardnotice
    ADD CONSTRAINT collecting_cardnotice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentrun_batch_id_key UNIQUE (batch_id);

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentrun_run_id_key UNIQUE (run_id);

ALTER TABLE ONLY public.companies_apikey
    ADD CONSTRAINT companies_apikey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.companies_apikey
    ADD CONSTRAINT companies_apikey_secret_hash_key UNIQUE (secret_hash);

ALTER TABLE ONLY public.companies_company
    ADD CONSTRAINT companies_company_code_key UNIQUE (code);

ALTER TABLE ONLY public.companies_company
    ADD CONSTRAINT companies_company_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.companies_listchoice
    ADD CONSTRAINT companies_listchoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.companies_membership
    ADD CONSTRAINT companies_membership_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.companies_role
    ADD CONSTRAINT companies_role_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.companies_savedview
    ADD CONSTRAINT companies_savedview_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_collectioncontact
    ADD CONSTRAINT desk_collectioncontact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_collector
    ADD CONSTRAINT desk_collector_account_id_key UNIQUE (account_id);

ALTER TABLE ONLY public.desk_collector
    ADD CONSTRAINT desk_collector_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.documents_copy
    ADD CONSTRAINT documents_copy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.documents_copykind
    ADD CONSTRAINT documents_copykind_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.documents_letterhead
    ADD CONSTRAINT documents_letterhead_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.documents_logo
    ADD CONSTRAINT documents_logo_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.documents_printedfile
    ADD CONSTRAINT documents_printedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningassignment
    ADD CONSTRAINT dunning_dunningassignment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_invoice_id_key UNIQUE (invoice_id);

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunninglevel
    ADD CONSTRAINT dunning_dunninglevel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningminimum
    ADD CONSTRAINT dunning_dunningminimum_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningplan_classifications
    ADD CONSTRAINT dunning_dunningplan_clas_dunningplan_id_accountcl_c4e69f5f_uniq UNIQUE (dunningplan_id, accountclassification_id);

ALTER TABLE ONLY public.dunning_dunningplan_classifications
    ADD CONSTRAINT dunning_dunningplan_classifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningplan
    ADD CONSTRAINT dunning_dunningplan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningrate
    ADD CONSTRAINT dunning_dunningrate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningrecord
    ADD CONSTRAINT dunning_dunningrecord_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_attempt
    ADD CONSTRAINT gateways_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_barredway
    ADD CONSTRAINT gateways_barredway_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_request_id_key UNIQUE (request_id);

ALTER TABLE ONLY public.gateways_claim
    ADD CONSTRAINT gateways_claim_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_dispute
    ADD CONSTRAINT gateways_dispute_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_fee
    ADD CONSTRAINT gateways_fee_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_gatewaycustomer
    ADD CONSTRAINT gateways_gatewaycustomer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_inboxevent
    ADD CONSTRAINT gateways_inboxevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_instrument
    ADD CONSTRAINT gateways_instrument_pkey PRIMARY KEY (chosen_id);

ALTER TABLE ONLY public.gateways_markedfile
    ADD CONSTRAINT gateways_markedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider_cancellation_types
    ADD CONSTRAINT gateways_provider_cancel_provider_id_transactiont_4db6d6a6_uniq UNIQUE (provider_id, transactiontype_id);

ALTER TABLE ONLY public.gateways_provider_cancellation_types
    ADD CONSTRAINT gateways_provider_cancellation_types_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider_payment_methods
    ADD CONSTRAINT gateways_provider_paymen_provider_id_paymentmetho_0f9e8591_uniq UNIQUE (provider_id, paymentmethod_id);

ALTER TABLE ONLY public.gateways_provider_payment_methods
    ADD CONSTRAINT gateways_provider_payment_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider_preferences
    ADD CONSTRAINT gateways_provider_prefer_provider_id_paymentprefe_2fb39c92_uniq UNIQUE (provider_id, paymentpreference_id);

ALTER TABLE ONLY public.gateways_provider_preferences
    ADD CONSTRAINT gateways_provider_preferences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider_refund_methods
    ADD CONSTRAINT gateways_provider_refund_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_provider_refund_methods
    ADD CONSTRAINT gateways_provider_refund_provider_id_refundmethod_df6b8a82_uniq UNIQUE (provider_id, refundmethod_id);

ALTER TABLE ONLY public.gateways_refuseddelivery
    ADD CONSTRAINT gateways_refuseddelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_requestbatch
    ADD CONSTRAINT gateways_requestbatch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_requestreport
    ADD CONSTRAINT gateways_requestreport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_restoration
    ADD CONSTRAINT gateways_restoration_payment_id_key UNIQUE (payment_id);

ALTER TABLE ONLY public.gateways_restoration
    ADD CONSTRAINT gateways_restoration_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gateways_unbookedfact
    ADD CONSTRAINT gateways_unbookedfact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_importbatch
    ADD CONSTRAINT imports_importbatch_pkey PRIMARY KEY (import_id, part);

ALTER TABLE ONLY public.imports_importchunk
    ADD CONSTRAINT imports_importchunk_pkey PRIMARY KEY (import_id, content, "position");

ALTER TABLE ONLY public.imports_importorder
    ADD CONSTRAINT imports_importorder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_importorder
    ADD CONSTRAINT imports_importorder_run_id_key UNIQUE (run_id);

ALTER TABLE ONLY public.imports_importpart
    ADD CONSTRAINT imports_importpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_importrun
    ADD CONSTRAINT imports_importrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_stagedrejection
    ADD CONSTRAINT imports_stagedrejection_pkey PRIMARY KEY (import_id, line);

ALTER TABLE ONLY public.imports_stagedrow
    ADD CONSTRAINT imports_stagedrow_pkey PRIMARY KEY (import_id, part, line);

ALTER TABLE ONLY public.journal_dailytotal
    ADD CONSTRAINT journal_dailytotal_pkey PRIMARY KEY (company_id, ledger_account_id, currency, effective_on);

ALTER TABLE ONLY public.journal_dailytotalpart
    ADD CONSTRAINT journal_dailytotalpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_exchangerate
    ADD CONSTRAINT journal_exchangerate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_journalentry
    ADD CONSTRAINT journal_journalentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_journalline
    ADD CONSTRAINT journal_journalline_pkey PRIMARY KEY (entry_id, "position");

ALTER TABLE ONLY public.journal_ledgeraccount
    ADD CONSTRAINT journal_ledgeraccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_monthendmark
    ADD CONSTRAINT journal_monthendmark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_periodclose
    ADD CONSTRAINT journal_periodclose_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_source
    ADD CONSTRAINT journal_source_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.platform_listenerbacklog
    ADD CONSTRAINT listener_backlog_of_company UNIQUE (listener, company_id);

ALTER TABLE ONLY public.messages_filecontent
    ADD CONSTRAINT messages_filecontent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages_message
    ADD CONSTRAINT messages_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages_message
    ADD CONSTRAINT messages_message_resends_id_key UNIQUE (resends_id);

ALTER TABLE ONLY public.messages_messageattachment
    ADD CONSTRAINT messages_messageattachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages_messagesettings
    ADD CONSTRAINT messages_messagesettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages_messagetemplate
    ADD CONSTRAINT messages_messagetemplate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages_suppression
    ADD CONSTRAINT messages_suppression_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_invitation
    ADD CONSTRAINT people_invitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_invitation
    ADD CONSTRAINT people_invitation_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.people_login
    ADD CONSTRAINT people_login_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_login
    ADD CONSTRAINT people_login_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.people_recoverycode
    ADD CONSTRAINT people_recoverycode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_resetrequest
    ADD CONSTRAINT people_resetrequest_email_key UNIQUE (email);

ALTER TABLE ONLY public.people_resetrequest
    ADD CONSTRAINT people_resetrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_session
    ADD CONSTRAINT people_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.platform_event
    ADD CONSTRAINT platform_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_installation
    ADD CONSTRAINT platform_installation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_lastcheck
    ADD CONSTRAINT platform_lastcheck_pkey PRIMARY KEY (company_id);

ALTER TABLE ONLY public.platform_listenerbacklog
    ADD CONSTRAINT platform_listenerbacklog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_listenercursor
    ADD CONSTRAINT platform_listenercursor_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.platform_numbercounter
    ADD CONSTRAINT platform_numbercounter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_numberrange
    ADD CONSTRAINT platform_numberrange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_numberseries
    ADD CONSTRAINT platform_numberseries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.platform_storedanswer
    ADD CONSTRAINT platform_storedanswer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.promises_instalment
    ADD CONSTRAINT promises_instalment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.promises_invoicedispute
    ADD CONSTRAINT promises_invoicedispute_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.promises_promise
    ADD CONSTRAINT promises_promise_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.promises_promisedefinition
    ADD CONSTRAINT promises_promisedefinition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retries_declinecode
    ADD CONSTRAINT retries_declinecode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retries_retryplan
    ADD CONSTRAINT retries_retryplan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retries_retryplan_providers
    ADD CONSTRAINT retries_retryplan_provid_retryplan_id_provider_id_0cc91f3f_uniq UNIQUE (retryplan_id, provider_id);

ALTER TABLE ONLY public.retries_retryplan_providers
    ADD CONSTRAINT retries_retryplan_providers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_run
    ADD CONSTRAINT runs_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_rundefinition
    ADD CONSTRAINT runs_rundefinition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_runfile
    ADD CONSTRAINT runs_runfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_runfilechunk
    ADD CONSTRAINT runs_runfilechunk_pkey PRIMARY KEY (file_id, "position");

ALTER TABLE ONLY public.runs_runstage
    ADD CONSTRAINT runs_runstage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_runstep
    ADD CONSTRAINT runs_runstep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.runs_runtally
    ADD CONSTRAINT runs_runtally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.segments_segment
    ADD CONSTRAINT segments_segment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stripe_client_callbudget
    ADD CONSTRAINT stripe_client_callbudget_pkey PRIMARY KEY (account);

ALTER TABLE ONLY public.transactions_allocation
    ADD CONSTRAINT transactions_allocation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_category
    ADD CONSTRAINT transactions_category_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_creditreason
    ADD CONSTRAINT transactions_creditreason_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_creditshare
    ADD CONSTRAINT transactions_creditshare_pkey PRIMARY KEY (transaction_id, invoice_id, "position");

ALTER TABLE ONLY public.transactions_daysfollowed
    ADD CONSTRAINT transactions_daysfollowed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_openitem
    ADD CONSTRAINT transactions_openitem_pkey PRIMARY KEY (transaction_id);

ALTER TABLE ONLY public.transactions_paymentmethod
    ADD CONSTRAINT transactions_paymentmethod_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_postedday
    ADD CONSTRAINT transactions_postedday_pkey PRIMARY KEY (company_id, posted_on, classification, late_on, currency, of_customers);

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_postingrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_reason
    ADD CONSTRAINT transactions_reason_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_refundmethod
    ADD CONSTRAINT transactions_refundmethod_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_settledday
    ADD CONSTRAINT transactions_settledday_pkey PRIMARY KEY (company_id, settled_on, settled_by, late_on, currency, of_invoices);

ALTER TABLE ONLY public.transactions_transaction
    ADD CONSTRAINT transactions_transaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_transactiontype_categories
    ADD CONSTRAINT transactions_transaction_transactiontype_id_categ_0bb56864_uniq UNIQUE (transactiontype_id, category_id);

ALTER TABLE ONLY public.transactions_transactiontype_payment_methods
    ADD CONSTRAINT transactions_transaction_transactiontype_id_payme_4f03bfaa_uniq UNIQUE (transactiontype_id, paymentmethod_id);

ALTER TABLE ONLY public.transactions_transactiontype_refund_methods
    ADD CONSTRAINT transactions_transaction_transactiontype_id_refun_73123a72_uniq UNIQUE (transactiontype_id, refundmethod_id);

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transactiondefinition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_transactionitem
    ADD CONSTRAINT transactions_transactionitem_pkey PRIMARY KEY (transaction_id, "position");

ALTER TABLE ONLY public.transactions_transactiontype_categories
    ADD CONSTRAINT transactions_transactiontype_categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_transactiontype_payment_methods
    ADD CONSTRAINT transactions_transactiontype_payment_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_transactiontype
    ADD CONSTRAINT transactions_transactiontype_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_transactiontype_refund_methods
    ADD CONSTRAINT transactions_transactiontype_refund_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions_typeday
    ADD CONSTRAINT transactions_typeday_pkey PRIMARY KEY (company_id, posted_on, classification, type_id, of_type_id, payment_method_id, refund_method_id, currency, of_customers);

ALTER TABLE ONLY public.transactions_typesfollowed
    ADD CONSTRAINT transactions_typesfollowed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_lot
    ADD CONSTRAINT wallets_lot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_lottake
    ADD CONSTRAINT wallets_lottake_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_account_id_key UNIQUE (account_id);

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_walletdefinition_crediting_types
    ADD CONSTRAINT wallets_walletdefinition_crediting_types_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefinition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_walletdefinition_crediting_types
    ADD CONSTRAINT wallets_walletdefinition_walletdefinition_id_tran_b74cdc1e_uniq UNIQUE (walletdefinition_id, transactiontype_id);

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransaction_voids_id_key UNIQUE (voids_id);

ALTER TABLE ONLY public.wallets_wallettransactiontype
    ADD CONSTRAINT wallets_wallettransactiontype_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookcursor
    ADD CONSTRAINT webhooks_webhookcursor_pkey PRIMARY KEY (endpoint_id);

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookendpoint
    ADD CONSTRAINT webhooks_webhookendpoint_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX account_code ON public.accounts_account USING btree (company_id, code) WHERE (NOT ((code)::text = ''::text));

CREATE UNIQUE INDEX account_definition_code ON public.accounts_accountdefinition USING btree (company_id, code);

CREATE UNIQUE INDEX account_definition_one_active ON public.accounts_accountdefinition USING btree (company_id) WHERE is_active;

CREATE UNIQUE INDEX account_number ON public.accounts_account USING btree (company_id, number);

CREATE UNIQUE INDEX account_one_default_preference ON public.accounts_accountpaymentpreference USING btree (account_id) WHERE is_default;

CREATE UNIQUE INDEX account_one_system_account_per_currency ON public.accounts_account USING btree (company_id, system_role, currency) WHERE (((state)::text = 'active'::text) AND (system_role IS NOT NULL));

CREATE INDEX account_words ON public.accounts_account USING gin (upper((((((' '::text || (number)::text) || ' '::text) || (code)::text) || ' '::text) || (name)::text)) public.gin_trgm_ops);

CREATE INDEX accounts_account_classification_id_d8b2c5c3 ON public.accounts_account USING btree (classification_id);

CREATE INDEX accounts_account_company_id_cf6c40cd ON public.accounts_account USING btree (company_id);

CREATE INDEX accounts_account_credit_rating_id_e9971031 ON public.accounts_account USING btree (credit_rating_id);

CREATE INDEX accounts_account_customer_id_c0b33c3a ON public.accounts_account USING btree (customer_id);

CREATE INDEX accounts_account_parent_id_1cd823ad ON public.accounts_account USING btree (parent_id);

CREATE INDEX accounts_account_presentment_preference_id_38c473bd ON public.accounts_account USING btree (presentment_preference_id);

CREATE UNIQUE INDEX accounts_accountclassification_code ON public.accounts_accountclassification USING btree (company_id, code);

CREATE INDEX accounts_accountclassification_company_id_58c33728 ON public.accounts_accountclassification USING btree (company_id);

CREATE INDEX accounts_accountdefinition_company_id_d9a6ff3d ON public.accounts_accountdefinition USING btree (company_id);

CREATE INDEX accounts_accountpaymentpreference_account_id_21bb08a7 ON public.accounts_accountpaymentpreference USING btree (account_id);

CREATE INDEX accounts_accountpaymentpreference_preference_id_d43e11ab ON public.accounts_accountpaymentpreference USING btree (preference_id);

CREATE INDEX accounts_contactperson_customer_id_969a0961 ON public.accounts_contactperson USING btree (customer_id);

CREATE UNIQUE INDEX accounts_creditrating_code ON public.accounts_creditrating USING btree (company_id, code);

CREATE INDEX accounts_creditrating_company_id_626eab3a ON public.accounts_creditrating USING btree (company_id);

CREATE INDEX accounts_customer_company_id_35f2c004 ON public.accounts_customer USING btree (company_id);

CREATE UNIQUE INDEX accounts_paymentpreference_code ON public.accounts_paymentpreference USING btree (company_id, code);

CREATE INDEX accounts_paymentpreference_company_id_66f75a12 ON public.accounts_paymentpreference USING btree (company_id);

CREATE UNIQUE INDEX accounts_presentmentpreference_code ON public.accounts_presentmentpreference USING btree (company_id, code);

CREATE INDEX accounts_presentmentpreference_company_id_1229dc95 ON public.accounts_presentmentpreference USING btree (company_id);

CREATE INDEX allocation_account_day ON public.transactions_allocation USING btree (account_id, allocated_on);

CREATE INDEX allocation_account_release ON public.transactions_allocation USING btree (account_id, released_on) WHERE (released_on IS NOT NULL);

CREATE INDEX allocation_credit ON public.transactions_allocation USING btree (credit_id);

CREATE INDEX allocation_day ON public.transactions_allocation USING brin (allocated_on) WITH (autosummarize='on');

CREATE INDEX allocation_debit ON public.transactions_allocation USING btree (debit_id);

CREATE INDEX allocation_release_day ON public.transactions_allocation USING btree (released_on) WHERE (released_on IS NOT NULL);

CREATE INDEX attachment_of ON public.attachments_attachment USING btree (object_id);

CREATE INDEX attachments_attachment_company_id_994d0868 ON public.attachments_attachment USING btree (company_id);

CREATE INDEX attempt_unanswered ON public.gateways_attempt USING btree (sent_at) WHERE (ended_at IS NULL);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);

CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);

CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);

CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);

CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);

CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);

CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON public.axes_accessattempt USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);

CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON public.axes_accessattempt USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON public.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON public.axes_accessfailurelog USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);

CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);

CREATE INDEX axes_accesslog_user_agent_0e659004_like ON public.axes_accesslog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);

CREATE INDEX axes_accesslog_username_df93064b_like ON public.axes_accesslog USING btree (username varchar_pattern_ops);

CREATE UNIQUE INDEX barred_way_once ON public.gateways_barredway USING btree (preference_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX card_notice_of_end ON public.collecting_cardnotice USING btree (card_id, level, ends_on);

CREATE INDEX catalog_product_company_id_ec113db9 ON public.catalog_product USING btree (company_id);

CREATE INDEX catalog_product_group_id_8956042d ON public.catalog_product USING btree (group_id);

CREATE INDEX catalog_product_tax_rate_id_1ebffb2e ON public.catalog_product USING btree (tax_rate_id);

CREATE INDEX catalog_productgroup_company_id_83132c52 ON public.catalog_productgroup USING btree (company_id);

CREATE INDEX catalog_taxrate_company_id_d16db89f ON public.catalog_taxrate USING btree (company_id);

CREATE INDEX charge_account ON public.gateways_charge USING btree (account_id, id DESC);

CREATE INDEX charge_payment ON public.gateways_charge USING btree (payment_id);

CREATE UNIQUE INDEX charge_reference ON public.gateways_charge USING btree (provider_id, reference);

CREATE INDEX claim_object ON public.gateways_claim USING btree (kind, object_id);

CREATE INDEX collecting_cardnotice_card_id_239c4ab6 ON public.collecting_cardnotice USING btree (card_id);

CREATE INDEX collecting_cardnotice_company_id_c5802d6c ON public.collecting_cardnotice USING btree (company_id);

CREATE INDEX collecting_cardnotice_run_id_946fdbc9 ON public.collecting_cardnotice USING btree (run_id);

CREATE INDEX collecting_paymentrun_company_id_e43fd793 ON public.collecting_paymentrun USING btree (company_id);

CREATE INDEX collecting_paymentrun_provider_id_c7ccd25c ON public.collecting_paymentrun USING btree (provider_id);

CREATE INDEX collection_contact_account ON public.desk_collectioncontact USING btree (account_id, happened_on);

CREATE INDEX collection_contact_due ON public.desk_collectioncontact USING btree (company_id, follow_up_on) WHERE ((done_at IS NULL) AND (follow_up_on IS NOT NULL));

CREATE INDEX collector_actor ON public.desk_collector USING btree (company_id, actor);

CREATE INDEX companies_apikey_company_id_6fd91eb7 ON public.companies_apikey USING btree (company_id);

CREATE INDEX companies_apikey_secret_hash_8355444b_like ON public.companies_apikey USING btree (secret_hash varchar_pattern_ops);

CREATE INDEX companies_company_code_b4b3e879_like ON public.companies_company USING btree (code varchar_pattern_ops);

CREATE INDEX companies_listchoice_membership_id_c94182aa ON public.companies_listchoice USING btree (membership_id);

CREATE INDEX companies_listchoice_opens_with_id_f4ca28c0 ON public.companies_listchoice USING btree (opens_with_id);

CREATE INDEX companies_membership_company_id_f99b2b7a ON public.companies_membership USING btree (company_id);

CREATE INDEX companies_membership_role_id_a9059b55 ON public.companies_membership USING btree (role_id);

CREATE INDEX companies_membership_user_id_5e947419 ON public.companies_membership USING btree (user_id);

CREATE INDEX companies_role_code_bda647f6 ON public.companies_role USING btree (code);

CREATE INDEX companies_role_code_bda647f6_like ON public.companies_role USING btree (code varchar_pattern_ops);

CREATE INDEX companies_role_company_id_c4cb615b ON public.companies_role USING btree (company_id);

CREATE INDEX companies_savedview_company_id_32123140 ON public.companies_savedview USING btree (company_id);

CREATE INDEX companies_savedview_owner_id_7ae17961 ON public.companies_savedview USING btree (owner_id);

CREATE UNIQUE INDEX contact_person_name ON public.accounts_contactperson USING btree (customer_id, lower((name)::text)) WHERE (removed_at IS NULL);

CREATE INDEX contact_words ON public.accounts_contactperson USING gin (upper((((((' '::text || (name)::text) || ' '::text) || (email)::text) || ' '::text) || regexp_replace((phone)::text, '\D'::text, ''::text, 'g'::text))) public.gin_trgm_ops);

CREATE INDEX credit_share_index ON public.transactions_creditshare USING btree (invoice_id, "position");

CREATE UNIQUE INDEX customer_code ON public.accounts_customer USING btree (company_id, code);

CREATE INDEX customer_words ON public.accounts_customer USING gin (upper((((((((((((((((' '::text || (name)::text) || ' '::text) || (code)::text) || ' '::text) || (email)::text) || ' '::text) || (tax_number)::text) || ' '::text) || (address_line1)::text) || ' '::text) || (city)::text) || ' '::text) || (postal_code)::text) || ' '::text) || regexp_replace((phone)::text, '\D'::text, ''::text, 'g'::text))) public.gin_trgm_ops);

CREATE UNIQUE INDEX decline_code_once ON public.retries_declinecode USING btree (company_id, provider_id, code) NULLS NOT DISTINCT;

CREATE INDEX desk_collectioncontact_company_id_91bdd701 ON public.desk_collectioncontact USING btree (company_id);

CREATE INDEX desk_collector_company_id_d4346ae8 ON public.desk_collector USING btree (company_id);

CREATE UNIQUE INDEX dispute_reference ON public.gateways_dispute USING btree (provider_id, reference);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE UNIQUE INDEX document_copy_edition ON public.documents_copy USING btree (company_id, record, kind, language, format, edition);

CREATE INDEX documents_copy_company_id_ce5105e3 ON public.documents_copy USING btree (company_id);

CREATE INDEX documents_copy_file_id_f9da669d ON public.documents_copy USING btree (file_id);

CREATE INDEX documents_copykind_name_310e22ea_like ON public.documents_copykind USING btree (name varchar_pattern_ops);

CREATE INDEX documents_letterhead_company_id_940e56a1 ON public.documents_letterhead USING btree (company_id);

CREATE INDEX documents_logo_company_id_9a42f93d ON public.documents_logo USING btree (company_id);

CREATE INDEX documents_printedfile_company_id_a3c76d9a ON public.documents_printedfile USING btree (company_id);

CREATE UNIQUE INDEX dunning_assignment_day ON public.dunning_dunningassignment USING btree (account_id, from_on) NULLS NOT DISTINCT;

CREATE INDEX dunning_claim_document ON public.dunning_dunningclaim USING btree (document_id);

CREATE INDEX dunning_dunningassignment_company_id_11c2efaf ON public.dunning_dunningassignment USING btree (company_id);

CREATE INDEX dunning_dunningclaim_account_id_bcadf250 ON public.dunning_dunningclaim USING btree (account_id);

CREATE INDEX dunning_dunningclaim_company_id_97b223bf ON public.dunning_dunningclaim USING btree (company_id);

CREATE INDEX dunning_dunningclaim_record_id_14f51dbb ON public.dunning_dunningclaim USING btree (record_id);

CREATE INDEX dunning_dunninglevel_company_id_7a887d7b ON public.dunning_dunninglevel USING btree (company_id);

CREATE INDEX dunning_dunninglevel_plan_id_3c6ec27a ON public.dunning_dunninglevel USING btree (plan_id);

CREATE INDEX dunning_dunninglevel_template_id_8aad2c5a ON public.dunning_dunninglevel USING btree (template_id);

CREATE INDEX dunning_dunningminimum_company_id_e601d747 ON public.dunning_dunningminimum USING btree (company_id);

CREATE INDEX dunning_dunningminimum_plan_id_f68fdc2a ON public.dunning_dunningminimum USING btree (plan_id);

CREATE INDEX dunning_dunningplan_classi_accountclassification_id_24d30c01 ON public.dunning_dunningplan_classifications USING btree (accountclassification_id);

CREATE INDEX dunning_dunningplan_classifications_dunningplan_id_c96da360 ON public.dunning_dunningplan_classifications USING btree (dunningplan_id);

CREATE INDEX dunning_dunningplan_company_id_8eaa1510 ON public.dunning_dunningplan USING btree (company_id);

CREATE INDEX dunning_dunningplan_segment_id_5bc7f63c ON public.dunning_dunningplan USING btree (segment_id);

CREATE INDEX dunning_dunningrate_company_id_39c8cf6e ON public.dunning_dunningrate USING btree (company_id);

CREATE INDEX dunning_dunningrate_plan_id_0808cf4b ON public.dunning_dunningrate USING btree (plan_id);

CREATE INDEX dunning_dunningrecord_account_id_580e7550 ON public.dunning_dunningrecord USING btree (account_id);

CREATE INDEX dunning_dunningrecord_company_id_c3938dc8 ON public.dunning_dunningrecord USING btree (company_id);

CREATE INDEX dunning_dunningrecord_message_id_1f7005e4 ON public.dunning_dunningrecord USING btree (message_id);

CREATE UNIQUE INDEX dunning_fee_once ON public.dunning_dunningclaim USING btree (record_id) WHERE ((kind)::text = 'late_fee'::text);

CREATE UNIQUE INDEX dunning_interest_from_once ON public.dunning_dunningclaim USING btree (document_id, from_on) WHERE (((kind)::text = 'late_interest'::text) AND (superseded_at IS NULL));

CREATE UNIQUE INDEX dunning_interest_through_once ON public.dunning_dunningclaim USING btree (document_id, through_on) WHERE (((kind)::text = 'late_interest'::text) AND (superseded_at IS NULL));

CREATE UNIQUE INDEX dunning_level_days ON public.dunning_dunninglevel USING btree (plan_id, days) WHERE is_active;

CREATE UNIQUE INDEX dunning_level_number ON public.dunning_dunninglevel USING btree (plan_id, number);

CREATE UNIQUE INDEX dunning_minimum_currency ON public.dunning_dunningminimum USING btree (plan_id, currency) WHERE is_active;

CREATE UNIQUE INDEX dunning_plan_code ON public.dunning_dunningplan USING btree (company_id, code);

CREATE UNIQUE INDEX dunning_plan_one_default ON public.dunning_dunningplan USING btree (company_id) WHERE is_default;

CREATE UNIQUE INDEX dunning_rate_day ON public.dunning_dunningrate USING btree (plan_id, from_on) NULLS NOT DISTINCT WHERE is_active;

CREATE INDEX dunning_record_latest ON public.dunning_dunningrecord USING btree (company_id, recorded_on DESC, id DESC);

CREATE UNIQUE INDEX dunning_record_once ON public.dunning_dunningrecord USING btree (document_id, level_id);

CREATE INDEX dunning_record_to_print ON public.dunning_dunningrecord USING btree (company_id, account_id) WHERE ((outcome)::text = 'to_print'::text);

CREATE INDEX event_object ON public.platform_event USING btree (object_id, id);

CREATE INDEX event_recorded_in ON public.platform_event USING brin (recorded_in) WITH (autosummarize='on');

CREATE UNIQUE INDEX exchange_rate_day ON public.journal_exchangerate USING btree (company_id, currency, "on");

CREATE INDEX fee_reference ON public.gateways_fee USING btree (charge_id, reference);

CREATE UNIQUE INDEX file_content_once ON public.messages_filecontent USING btree (company_id, sha256);

CREATE UNIQUE INDEX gateway_customer_once ON public.gateways_gatewaycustomer USING btree (provider_id, mode, account_id);

CREATE UNIQUE INDEX gateway_customer_token ON public.gateways_gatewaycustomer USING btree (provider_id, token);

CREATE INDEX gateways_attempt_request_id_ca93794e ON public.gateways_attempt USING btree (request_id);

CREATE INDEX gateways_barredway_company_id_86cfe65b ON public.gateways_barredway USING btree (company_id);

CREATE INDEX gateways_barredway_preference_id_1a246ac4 ON public.gateways_barredway USING btree (preference_id);

CREATE INDEX gateways_charge_account_id_b2f369ad ON public.gateways_charge USING btree (account_id);

CREATE INDEX gateways_charge_ledger_account_id_251bef08 ON public.gateways_charge USING btree (ledger_account_id);

CREATE INDEX gateways_charge_provider_id_fb2bb3bf ON public.gateways_charge USING btree (provider_id);

CREATE INDEX gateways_claim_request_id_ce68e371 ON public.gateways_claim USING btree (request_id);

CREATE INDEX gateways_dispute_charge_id_ddd98512 ON public.gateways_dispute USING btree (charge_id);

CREATE INDEX gateways_dispute_provider_id_63316058 ON public.gateways_dispute USING btree (provider_id);

CREATE INDEX gateways_fee_charge_id_d8e8e5bf ON public.gateways_fee USING btree (charge_id);

CREATE INDEX gateways_fee_request_id_c8d54b0f ON public.gateways_fee USING btree (request_id);

CREATE INDEX gateways_gatewaycustomer_account_id_244e0ef6 ON public.gateways_gatewaycustomer USING btree (account_id);

CREATE INDEX gateways_gatewaycustomer_provider_id_fb957abd ON public.gateways_gatewaycustomer USING btree (provider_id);

CREATE INDEX gateways_inboxevent_provider_id_bfbade9b ON public.gateways_inboxevent USING btree (provider_id);

CREATE INDEX gateways_instrument_account_id_60b7cca7 ON public.gateways_instrument USING btree (account_id);

CREATE INDEX gateways_instrument_provider_id_2da5c7c3 ON public.gateways_instrument USING btree (provider_id);

CREATE INDEX gateways_markedfile_company_id_959f1b77 ON public.gateways_markedfile USING btree (company_id);

CREATE INDEX gateways_markedfile_provider_id_0018164e ON public.gateways_markedfile USING btree (provider_id);

CREATE INDEX gateways_paymentrequest_preference_id_2de01d48 ON public.gateways_paymentrequest USING btree (preference_id);

CREATE INDEX gateways_paymentrequest_provider_id_6f917b46 ON public.gateways_paymentrequest USING btree (provider_id);

CREATE INDEX gateways_provider_cancella_transactiontype_id_5490eebb ON public.gateways_provider_cancellation_types USING btree (transactiontype_id);

CREATE INDEX gateways_provider_cancellation_types_provider_id_fd164b5f ON public.gateways_provider_cancellation_types USING btree (provider_id);

CREATE INDEX gateways_provider_company_id_43434973 ON public.gateways_provider USING btree (company_id);

CREATE INDEX gateways_provider_fee_account_id_72ffdf14 ON public.gateways_provider USING btree (fee_account_id);

CREATE INDEX gateways_provider_payment_method_id_51aff4f8 ON public.gateways_provider USING btree (payment_method_id);

CREATE INDEX gateways_provider_payment_methods_paymentmethod_id_5021364d ON public.gateways_provider_payment_methods USING btree (paymentmethod_id);

CREATE INDEX gateways_provider_payment_methods_provider_id_1fc3f309 ON public.gateways_provider_payment_methods USING btree (provider_id);

CREATE INDEX gateways_provider_payment_type_id_72495c83 ON public.gateways_provider USING btree (payment_type_id);

CREATE INDEX gateways_provider_preferences_paymentpreference_id_4fef3d96 ON public.gateways_provider_preferences USING btree (paymentpreference_id);

CREATE INDEX gateways_provider_preferences_provider_id_2808ee84 ON public.gateways_provider_preferences USING btree (provider_id);

CREATE INDEX gateways_provider_refund_method_id_1a976025 ON public.gateways_provider USING btree (refund_method_id);

CREATE INDEX gateways_provider_refund_methods_provider_id_172d8727 ON public.gateways_provider_refund_methods USING btree (provider_id);

CREATE INDEX gateways_provider_refund_methods_refundmethod_id_37ce18d1 ON public.gateways_provider_refund_methods USING btree (refundmethod_id);

CREATE INDEX gateways_refuseddelivery_provider_id_439041a0 ON public.gateways_refuseddelivery USING btree (provider_id);

CREATE INDEX gateways_requestbatch_company_id_da4232c7 ON public.gateways_requestbatch USING btree (company_id);

CREATE INDEX gateways_requestreport_request_id_4e4982a3 ON public.gateways_requestreport USING btree (request_id);

CREATE INDEX gateways_restoration_charge_id_72a2bbca ON public.gateways_restoration USING btree (charge_id);

CREATE INDEX gateways_unbookedfact_company_id_0c35ee4b ON public.gateways_unbookedfact USING btree (company_id);

CREATE INDEX gateways_unbookedfact_provider_id_4342b9cc ON public.gateways_unbookedfact USING btree (provider_id);

CREATE INDEX gateways_unbookedfact_request_id_2038f55f ON public.gateways_unbookedfact USING btree (request_id);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX import_order_ended ON public.imports_importorder USING btree (ended_at);

CREATE INDEX import_part_ids ON public.imports_importpart USING gin (ids);

CREATE INDEX import_part_run ON public.imports_importpart USING btree (company_id, run_id);

CREATE INDEX imports_importorder_company_id_3133cf55 ON public.imports_importorder USING btree (company_id);

CREATE INDEX imports_importpart_company_id_f0e9e66f ON public.imports_importpart USING btree (company_id);

CREATE INDEX imports_importrun_company_id_6e901714 ON public.imports_importrun USING btree (company_id);

CREATE INDEX inbox_due ON public.gateways_inboxevent USING btree (process_at) WHERE (process_at IS NOT NULL);

CREATE UNIQUE INDEX inbox_event_once ON public.gateways_inboxevent USING btree (provider_id, external_id);

CREATE INDEX inbox_newest ON public.gateways_inboxevent USING btree (provider_id, id DESC);

CREATE INDEX inbox_put_off ON public.gateways_inboxevent USING btree (provider_id) WHERE (NOT ((put_off_by)::text = ''::text));

CREATE UNIQUE INDEX instalment_day ON public.promises_instalment USING btree (promise_id, agreed_on);

CREATE UNIQUE INDEX instrument_one_default ON public.gateways_instrument USING btree (provider_id, account_id, mode) WHERE (is_default AND (removed_at IS NULL));

CREATE UNIQUE INDEX instrument_token ON public.gateways_instrument USING btree (provider_id, token);

CREATE INDEX invoice_dispute_document ON public.promises_invoicedispute USING btree (document_id);

CREATE UNIQUE INDEX invoice_dispute_one_open ON public.promises_invoicedispute USING btree (document_id) WHERE ((state)::text = 'open'::text);

CREATE INDEX invoice_dispute_open ON public.promises_invoicedispute USING btree (company_id, follow_up_on) WHERE ((state)::text = 'open'::text);

CREATE INDEX item_credits_index ON public.transactions_transactionitem USING btree (credits_id, credits_position) WHERE (credits_id IS NOT NULL);

CREATE INDEX journal_entry_day ON public.journal_journalentry USING btree (company_id, effective_on);

CREATE UNIQUE INDEX journal_entry_one_per_release ON public.journal_journalentry USING btree (source_id) WHERE (source = 'release'::text);

CREATE INDEX journal_exchangerate_company_id_006b5cc4 ON public.journal_exchangerate USING btree (company_id);

CREATE INDEX journal_ledgeraccount_company_id_643efcc6 ON public.journal_ledgeraccount USING btree (company_id);

CREATE INDEX journal_monthendmark_company_id_b8dc61c7 ON public.journal_monthendmark USING btree (company_id);

CREATE INDEX journal_periodclose_company_id_4103898d ON public.journal_periodclose USING btree (company_id);

CREATE INDEX journal_source_code_a90c5890_like ON public.journal_source USING btree (code text_pattern_ops);

CREATE UNIQUE INDEX ledger_account_code ON public.journal_ledgeraccount USING btree (company_id, code);

CREATE UNIQUE INDEX letterhead_one ON public.documents_letterhead USING btree (company_id);

CREATE UNIQUE INDEX list_choice_once ON public.companies_listchoice USING btree (membership_id, list_name);

CREATE UNIQUE INDEX logo_one ON public.documents_logo USING btree (company_id);

CREATE UNIQUE INDEX marked_file_once ON public.gateways_markedfile USING btree (provider_id, message);

CREATE UNIQUE INDEX membership_user ON public.companies_membership USING btree (company_id, user_id);

CREATE UNIQUE INDEX message_attachment_place ON public.messages_messageattachment USING btree (message_id, "position");

CREATE INDEX message_concerns ON public.messages_message USING gin (concerns);

CREATE INDEX message_due ON public.messages_message USING btree (send_at) WHERE (send_at IS NOT NULL);

CREATE INDEX message_key_root ON public.messages_message USING btree (company_id, key varchar_pattern_ops);

CREATE INDEX message_latest ON public.messages_message USING btree (company_id, id DESC);

CREATE UNIQUE INDEX message_once ON public.messages_message USING btree (company_id, key);

CREATE UNIQUE INDEX message_settings_one ON public.messages_messagesettings USING btree (company_id);

CREATE UNIQUE INDEX message_template_code ON public.messages_messagetemplate USING btree (company_id, code);

CREATE UNIQUE INDEX message_template_one_default ON public.messages_messagetemplate USING btree (company_id, kind, language) WHERE is_default;

CREATE INDEX message_unreached ON public.messages_message USING btree (company_id, unreached_since) WHERE (unreached_since IS NOT NULL);

CREATE INDEX messages_filecontent_company_id_ec229d6f ON public.messages_filecontent USING btree (company_id);

CREATE INDEX messages_message_company_id_98a86398 ON public.messages_message USING btree (company_id);

CREATE INDEX messages_message_template_id_eec69242 ON public.messages_message USING btree (template_id);

CREATE INDEX messages_messageattachment_file_id_19ecf959 ON public.messages_messageattachment USING btree (file_id);

CREATE INDEX messages_messageattachment_message_id_8a3db029 ON public.messages_messageattachment USING btree (message_id);

CREATE INDEX messages_messagesettings_company_id_9c2324f5 ON public.messages_messagesettings USING btree (company_id);

CREATE INDEX messages_messagetemplate_company_id_37ffce9e ON public.messages_messagetemplate USING btree (company_id);

CREATE INDEX messages_suppression_company_id_0ac4416c ON public.messages_suppression USING btree (company_id);

CREATE UNIQUE INDEX month_end_marked_once ON public.journal_monthendmark USING btree (company_id, month, item) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX number_counter_period ON public.platform_numbercounter USING btree (company_id, series, period);

CREATE INDEX number_range_series ON public.platform_numberrange USING btree (company_id, series);

CREATE UNIQUE INDEX number_series_code ON public.platform_numberseries USING btree (company_id, code);

CREATE INDEX open_item_order ON public.transactions_openitem USING btree (account_id, is_debit, order_on, transaction_id) INCLUDE (open_minor, posted_on);

CREATE UNIQUE INDEX payment_request_one_open ON public.gateways_claim USING btree (kind, object_id) WHERE is_open;

CREATE INDEX people_invitation_company_id_1889126d ON public.people_invitation USING btree (company_id);

CREATE INDEX people_invitation_role_id_4e77d601 ON public.people_invitation USING btree (role_id);

CREATE INDEX people_invitation_token_hash_6c55913f_like ON public.people_invitation USING btree (token_hash varchar_pattern_ops);

CREATE INDEX people_recoverycode_user_id_8b6fc50d ON public.people_recoverycode USING btree (user_id);

CREATE INDEX people_resetrequest_email_6574dfef_like ON public.people_resetrequest USING btree (email varchar_pattern_ops);

CREATE INDEX people_session_expire_date_6a5f72cd ON public.people_session USING btree (expire_date);

CREATE INDEX people_session_session_key_f84fb1a3_like ON public.people_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX people_session_user_id_0ab51a1a ON public.people_session USING btree (user_id);

CREATE UNIQUE INDEX period_close_once ON public.journal_periodclose USING btree (company_id, through) WHERE (reopened_at IS NULL);

CREATE INDEX platform_listenercursor_name_c0722d7e_like ON public.platform_listenercursor USING btree (name text_pattern_ops);

CREATE UNIQUE INDEX posting_rule_once ON public.transactions_postingrule USING btree (company_id, classification, role, type_id, product_id, product_group_id, component) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX printed_file_once ON public.documents_printedfile USING btree (company_id, sha256);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE UNIQUE INDEX product_code ON public.catalog_product USING btree (company_id, code);

CREATE UNIQUE INDEX product_group_code ON public.catalog_productgroup USING btree (company_id, code);

CREATE INDEX promise_broken ON public.promises_promise USING btree (company_id, ended_on) WHERE ((state)::text = 'broken'::text);

CREATE UNIQUE INDEX promise_definition_one ON public.promises_promisedefinition USING btree (company_id);

CREATE INDEX promise_document ON public.promises_promise USING btree (document_id);

CREATE UNIQUE INDEX promise_one_living ON public.promises_promise USING btree (document_id) WHERE (state IN ('kept', 'open'));

CREATE INDEX promise_open ON public.promises_promise USING btree (company_id, id) WHERE ((state)::text = 'open'::text);

CREATE INDEX promises_invoicedispute_account_id_a7f1e59a ON public.promises_invoicedispute USING btree (account_id);

CREATE INDEX promises_invoicedispute_company_id_2ec69a55 ON public.promises_invoicedispute USING btree (company_id);

CREATE INDEX promises_promise_account_id_516e7658 ON public.promises_promise USING btree (account_id);

CREATE INDEX promises_promise_company_id_bb9645c6 ON public.promises_promise USING btree (company_id);

CREATE INDEX promises_promisedefinition_company_id_76e0d41e ON public.promises_promisedefinition USING btree (company_id);

CREATE UNIQUE INDEX provider_code ON public.gateways_provider USING btree (company_id, code);

CREATE UNIQUE INDEX provider_method_once ON public.gateways_provider_payment_methods USING btree (paymentmethod_id);

CREATE UNIQUE INDEX provider_preference_once ON public.gateways_provider_preferences USING btree (paymentpreference_id);

CREATE UNIQUE INDEX provider_refund_method_once ON public.gateways_provider_refund_methods USING btree (refundmethod_id);

CREATE UNIQUE INDEX recovery_code_once ON public.people_recoverycode USING btree (user_id, code_hash);

CREATE UNIQUE INDEX refused_delivery_day ON public.gateways_refuseddelivery USING btree (provider_id, "on", reason);

CREATE INDEX request_account ON public.gateways_paymentrequest USING btree (account_id, id DESC);

CREATE INDEX request_at_customer ON public.gateways_paymentrequest USING btree (account_id) WHERE ((state)::text = 'requires_action'::text);

CREATE INDEX request_batch ON public.gateways_paymentrequest USING btree (batch_id, id) WHERE (batch_id IS NOT NULL);

CREATE INDEX request_batch_withdrawn ON public.gateways_requestbatch USING btree (id) WHERE ((state)::text = 'withdrawn'::text);

CREATE INDEX request_check ON public.gateways_paymentrequest USING btree (check_at) WHERE (check_at IS NOT NULL);

CREATE INDEX request_newest ON public.gateways_paymentrequest USING btree (company_id, id DESC);

CREATE INDEX request_of_charge ON public.gateways_paymentrequest USING btree (charge_id) WHERE (charge_id IS NOT NULL);

CREATE INDEX request_of_transaction ON public.gateways_paymentrequest USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX request_pending ON public.gateways_paymentrequest USING btree (provider_id, id) WHERE ((state)::text = 'pending'::text);

CREATE UNIQUE INDEX request_reference_once ON public.gateways_paymentrequest USING btree (provider_id, reference, type) WHERE (NOT (reference = ''::text));

CREATE UNIQUE INDEX request_report_once ON public.gateways_requestreport USING btree (request_id, source, verb, reference, booked_on) NULLS NOT DISTINCT;

CREATE INDEX retries_declinecode_company_id_642708a4 ON public.retries_declinecode USING btree (company_id);

CREATE INDEX retries_declinecode_provider_id_ffa7251a ON public.retries_declinecode USING btree (provider_id);

CREATE INDEX retries_retry_account_id_26fbb02e ON public.retries_retry USING btree (account_id);

CREATE INDEX retries_retry_company_id_81273d23 ON public.retries_retry USING btree (company_id);

CREATE INDEX retries_retry_preference_id_1927e473 ON public.retries_retry USING btree (preference_id);

CREATE INDEX retries_retry_provider_id_f9e44923 ON public.retries_retry USING btree (provider_id);

CREATE INDEX retries_retryplan_company_id_7e23d008 ON public.retries_retryplan USING btree (company_id);

CREATE INDEX retries_retryplan_providers_provider_id_b21dc801 ON public.retries_retryplan_providers USING btree (provider_id);

CREATE INDEX retries_retryplan_providers_retryplan_id_1a66ba86 ON public.retries_retryplan_providers USING btree (retryplan_id);

CREATE INDEX retry_document ON public.retries_retry USING btree (document_id);

CREATE INDEX retry_due ON public.retries_retry USING btree (due_at) WHERE ((state)::text = 'scheduled'::text);

CREATE INDEX retry_left_alone ON public.retries_retry USING btree (company_id, planned_on) WHERE (stop_reason IN ('disputed', 'exhausted', 'promised'));

CREATE INDEX retry_live_account ON public.retries_retry USING btree (company_id, account_id) WHERE (state IN ('scheduled', 'waiting'));

CREATE INDEX retry_newest ON public.retries_retry USING btree (company_id, id DESC);

CREATE UNIQUE INDEX retry_of_request_once ON public.retries_retry USING btree (made_request_id);

CREATE UNIQUE INDEX retry_one_a_failure ON public.retries_retry USING btree (failed_request_id);

CREATE UNIQUE INDEX retry_one_live ON public.retries_retry USING btree (document_kind, document_id) WHERE (state IN ('scheduled', 'waiting'));

CREATE UNIQUE INDEX retry_plan_code ON public.retries_retryplan USING btree (company_id, code);

CREATE UNIQUE INDEX role_code ON public.companies_role USING btree (company_id, code);

CREATE INDEX run_definition_due ON public.runs_rundefinition USING btree (next_at) WHERE is_submitted;

CREATE UNIQUE INDEX run_definition_name ON public.runs_rundefinition USING btree (company_id, name);

CREATE UNIQUE INDEX run_due_once ON public.runs_run USING btree (definition_id, due_at);

CREATE INDEX run_file_made ON public.runs_runfile USING btree (made_at);

CREATE UNIQUE INDEX run_file_name ON public.runs_runfile USING btree (run_id, name);

CREATE UNIQUE INDEX run_one_open ON public.runs_run USING btree (definition_id) WHERE (state IN ('waiting', 'running', 'paused'));

CREATE UNIQUE INDEX run_stage_once ON public.runs_runstage USING btree (run_id, stage);

CREATE INDEX run_step_by_outcome ON public.runs_runstep USING btree (run_id, outcome, "position");

CREATE UNIQUE INDEX run_step_key ON public.runs_runstep USING btree (run_id, key);

CREATE UNIQUE INDEX run_tally_once ON public.runs_runtally USING btree (run_id, outcome, reason, currency);

CREATE INDEX run_to_work ON public.runs_run USING btree (touched_at) WHERE (state IN ('waiting', 'running'));

CREATE INDEX runs_run_company_id_db988951 ON public.runs_run USING btree (company_id);

CREATE INDEX runs_run_definition_id_5ad35fb2 ON public.runs_run USING btree (definition_id);

CREATE INDEX runs_rundefinition_company_id_80f3dfa0 ON public.runs_rundefinition USING btree (company_id);

CREATE INDEX runs_runfile_company_id_71d2ff43 ON public.runs_runfile USING btree (company_id);

CREATE INDEX runs_runfile_run_id_3fec0966 ON public.runs_runfile USING btree (run_id);

CREATE INDEX runs_runstage_run_id_85d78e51 ON public.runs_runstage USING btree (run_id);

CREATE INDEX runs_runtally_run_id_e4037bad ON public.runs_runtally USING btree (run_id);

CREATE UNIQUE INDEX saved_view_name ON public.companies_savedview USING btree (company_id, owner_id, list_name, name) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX segment_name ON public.segments_segment USING btree (company_id, name);

CREATE INDEX segments_segment_company_id_f52350b0 ON public.segments_segment USING btree (company_id);

CREATE UNIQUE INDEX stored_answer_key ON public.platform_storedanswer USING btree (company_id, key);

CREATE INDEX stripe_client_callbudget_account_4d0c188f_like ON public.stripe_client_callbudget USING btree (account text_pattern_ops);

CREATE UNIQUE INDEX suppression_one_in_force ON public.messages_suppression USING btree (company_id, identity) WHERE (lifted_at IS NULL);

CREATE UNIQUE INDEX tax_rate_code ON public.catalog_taxrate USING btree (company_id, code);

CREATE INDEX transaction_account_day ON public.transactions_transaction USING btree (account_id, posted_on);

CREATE INDEX transaction_amounts ON public.transactions_transaction USING btree (company_id, amount_minor);

CREATE UNIQUE INDEX transaction_back_office_code ON public.transactions_transaction USING btree (company_id, classification, back_office_code) WHERE (back_office_code IS NOT NULL);

CREATE UNIQUE INDEX transaction_cancelled_once ON public.transactions_transaction USING btree (cancels_id) WHERE (cancels_id IS NOT NULL);

CREATE INDEX transaction_credit_reasons ON public.transactions_transaction USING btree (credit_reason_id, id) WHERE (credit_reason_id IS NOT NULL);

CREATE INDEX transaction_days ON public.transactions_transaction USING btree (company_id, posted_on, id) WHERE (posted_on IS NOT NULL);

CREATE UNIQUE INDEX transaction_definition_one ON public.transactions_transactiondefinition USING btree (company_id);

CREATE INDEX transaction_drafts ON public.transactions_transaction USING btree (company_id, id) WHERE ((state)::text = 'draft'::text);

CREATE INDEX transaction_due_days ON public.transactions_transaction USING btree (company_id, due_on, id) WHERE (due_on IS NOT NULL);

CREATE INDEX transaction_mirrors ON public.transactions_transaction USING btree (mirrors_id) WHERE (mirrors_id IS NOT NULL);

CREATE INDEX transaction_moved_from ON public.transactions_transaction USING btree (moved_from_id) WHERE (moved_from_id IS NOT NULL);

CREATE UNIQUE INDEX transaction_number ON public.transactions_transaction USING btree (company_id, number) WHERE (number IS NOT NULL);

CREATE INDEX transaction_order_references ON public.transactions_transaction USING btree (company_id, upper(order_reference)) WHERE (order_reference IS NOT NULL);

CREATE INDEX transaction_orders_spoken ON public.transactions_transaction USING btree (company_id, upper(regexp_replace(order_reference, '[^[:alnum:]]+'::text, ''::text, 'g'::text))) WHERE (order_reference IS NOT NULL);

CREATE INDEX transaction_rarer_kinds ON public.transactions_transaction USING btree (company_id, classification, id) WHERE (classification IN ('credit_note', 'invoice_cancellation', 'payment_cancellation', 'refund', 'write_off'));

CREATE UNIQUE INDEX transaction_type_code ON public.transactions_transactiontype USING btree (company_id, code);

CREATE UNIQUE INDEX transaction_type_one_default ON public.transactions_transactiontype USING btree (company_id, classification) WHERE is_default;

CREATE UNIQUE INDEX transaction_written_off_once ON public.transactions_transaction USING btree (writes_off_id) WHERE (writes_off_id IS NOT NULL);

CREATE UNIQUE INDEX transactions_category_code ON public.transactions_category USING btree (company_id, code);

CREATE INDEX transactions_category_company_id_8b9f8488 ON public.transactions_category USING btree (company_id);

CREATE INDEX transactions_category_parent_id_57fb2377 ON public.transactions_category USING btree (parent_id);

CREATE UNIQUE INDEX transactions_creditreason_code ON public.transactions_creditreason USING btree (company_id, code);

CREATE INDEX transactions_creditreason_company_id_9708b7b6 ON public.transactions_creditreason USING btree (company_id);

CREATE UNIQUE INDEX transactions_paymentmethod_code ON public.transactions_paymentmethod USING btree (company_id, code);

CREATE INDEX transactions_paymentmethod_company_id_add071d9 ON public.transactions_paymentmethod USING btree (company_id);

CREATE INDEX transactions_paymentmethod_ledger_account_id_80841432 ON public.transactions_paymentmethod USING btree (ledger_account_id);

CREATE INDEX transactions_postingrule_company_id_22f59062 ON public.transactions_postingrule USING btree (company_id);

CREATE INDEX transactions_postingrule_credit_id_af0d13c7 ON public.transactions_postingrule USING btree (credit_id);

CREATE INDEX transactions_postingrule_debit_id_7735debe ON public.transactions_postingrule USING btree (debit_id);

CREATE INDEX transactions_postingrule_product_group_id_eddac749 ON public.transactions_postingrule USING btree (product_group_id);

CREATE INDEX transactions_postingrule_product_id_a8f8dfaf ON public.transactions_postingrule USING btree (product_id);

CREATE INDEX transactions_postingrule_type_id_038ba4f0 ON public.transactions_postingrule USING btree (type_id);

CREATE UNIQUE INDEX transactions_reason_code ON public.transactions_reason USING btree (company_id, code);

CREATE INDEX transactions_reason_company_id_edd33230 ON public.transactions_reason USING btree (company_id);

CREATE UNIQUE INDEX transactions_refundmethod_code ON public.transactions_refundmethod USING btree (company_id, code);

CREATE INDEX transactions_refundmethod_company_id_cc206b89 ON public.transactions_refundmethod USING btree (company_id);

CREATE INDEX transactions_refundmethod_ledger_account_id_3ca0c163 ON public.transactions_refundmethod USING btree (ledger_account_id);

CREATE INDEX transactions_transactionde_write_off_product_id_416b3510 ON public.transactions_transactiondefinition USING btree (write_off_product_id);

CREATE INDEX transactions_transactiondefinition_company_id_9d989831 ON public.transactions_transactiondefinition USING btree (company_id);

CREATE INDEX transactions_transactiondefinition_default_tax_rate_id_655c72e6 ON public.transactions_transactiondefinition USING btree (default_tax_rate_id);

CREATE INDEX transactions_transactiondefinition_exchange_gain_id_e8465807 ON public.transactions_transactiondefinition USING btree (exchange_gain_id);

CREATE INDEX transactions_transactiondefinition_exchange_loss_id_7768396f ON public.transactions_transactiondefinition USING btree (exchange_loss_id);

CREATE INDEX transactions_transactiondefinition_receivable_id_47c620fe ON public.transactions_transactiondefinition USING btree (receivable_id);

CREATE INDEX transactions_transactiondefinition_suspense_id_5d79c9a9 ON public.transactions_transactiondefinition USING btree (suspense_id);

CREATE INDEX transactions_transactionty_paymentmethod_id_041c1e3f ON public.transactions_transactiontype_payment_methods USING btree (paymentmethod_id);

CREATE INDEX transactions_transactionty_refundmethod_id_0032cb39 ON public.transactions_transactiontype_refund_methods USING btree (refundmethod_id);

CREATE INDEX transactions_transactionty_transactiontype_id_2fef2d35 ON public.transactions_transactiontype_payment_methods USING btree (transactiontype_id);

CREATE INDEX transactions_transactionty_transactiontype_id_b1ca332b ON public.transactions_transactiontype_categories USING btree (transactiontype_id);

CREATE INDEX transactions_transactionty_transactiontype_id_dda24aee ON public.transactions_transactiontype_refund_methods USING btree (transactiontype_id);

CREATE INDEX transactions_transactiontype_categories_category_id_4c8e864e ON public.transactions_transactiontype_categories USING btree (category_id);

CREATE INDEX transactions_transactiontype_company_id_b9cfcdff ON public.transactions_transactiontype USING btree (company_id);

CREATE INDEX transactions_transactiontype_default_payment_method_id_f10c44d7 ON public.transactions_transactiontype USING btree (default_payment_method_id);

CREATE INDEX transactions_transactiontype_default_refund_method_id_a8c7ff7a ON public.transactions_transactiontype USING btree (default_refund_method_id);

CREATE UNIQUE INDEX unbooked_fact_once ON public.gateways_unbookedfact USING btree (provider_id, key);

CREATE INDEX unbooked_open ON public.gateways_unbookedfact USING btree (company_id, id DESC) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX wallet_definition_one ON public.wallets_walletdefinition USING btree (company_id);

CREATE UNIQUE INDEX wallet_entry_number ON public.wallets_wallettransaction USING btree (company_id, number);

CREATE INDEX wallet_entry_source ON public.wallets_wallettransaction USING btree (source_id) WHERE (source_id IS NOT NULL);

CREATE INDEX wallet_entry_wallet ON public.wallets_wallettransaction USING btree (wallet_id, posted_on, id);

CREATE INDEX wallet_lot_expires ON public.wallets_lot USING btree (company_id, expires_on) WHERE ((expires_on IS NOT NULL) AND (face_left_minor > 0));

CREATE INDEX wallet_lot_left ON public.wallets_lot USING btree (wallet_id, product_id, expires_on, credited_on, id) WHERE (face_left_minor > 0);

CREATE UNIQUE INDEX wallet_number ON public.wallets_wallet USING btree (company_id, number);

CREATE INDEX wallet_take_debit ON public.wallets_lottake USING btree (debit_id);

CREATE INDEX wallet_take_lot ON public.wallets_lottake USING btree (lot_id);

CREATE UNIQUE INDEX wallet_type_code ON public.wallets_wallettransactiontype USING btree (company_id, code);

CREATE UNIQUE INDEX wallet_type_one_default ON public.wallets_wallettransactiontype USING btree (company_id, kind) WHERE is_default;

CREATE INDEX wallets_lot_company_id_7efc7120 ON public.wallets_lot USING btree (company_id);

CREATE INDEX wallets_lot_credit_id_434b2b27 ON public.wallets_lot USING btree (credit_id);

CREATE INDEX wallets_wallet_company_id_9cf5947a ON public.wallets_wallet USING btree (company_id);

CREATE INDEX wallets_walletdefinition_breakage_account_id_a59827ed ON public.wallets_walletdefinition USING btree (breakage_account_id);

CREATE INDEX wallets_walletdefinition_c_transactiontype_id_25edf1ca ON public.wallets_walletdefinition_crediting_types USING btree (transactiontype_id);

CREATE INDEX wallets_walletdefinition_c_walletdefinition_id_a1a18833 ON public.wallets_walletdefinition_crediting_types USING btree (walletdefinition_id);

CREATE INDEX wallets_walletdefinition_company_id_d8c5c9d2 ON public.wallets_walletdefinition USING btree (company_id);

CREATE INDEX wallets_walletdefinition_funding_type_id_4b700d32 ON public.wallets_walletdefinition USING btree (funding_type_id);

CREATE INDEX wallets_walletdefinition_reimbursement_type_id_794cb253 ON public.wallets_walletdefinition USING btree (reimbursement_type_id);

CREATE INDEX wallets_walletdefinition_wallet_account_id_af358786 ON public.wallets_walletdefinition USING btree (wallet_account_id);

CREATE INDEX wallets_wallettransaction_company_id_000ffa75 ON public.wallets_wallettransaction USING btree (company_id);

CREATE INDEX wallets_wallettransaction_document_id_d11c8825 ON public.wallets_wallettransaction USING btree (document_id);

CREATE INDEX wallets_wallettransaction_type_id_f3d51711 ON public.wallets_wallettransaction USING btree (type_id);

CREATE INDEX wallets_wallettransactiontype_company_id_a074a675 ON public.wallets_wallettransactiontype USING btree (company_id);

CREATE INDEX webhook_delivery_endpoint ON public.webhooks_webhookdelivery USING btree (endpoint_id, id);

CREATE INDEX webhook_delivery_object ON public.webhooks_webhookdelivery USING btree (endpoint_id, object_id, event_id) WHERE ((state)::text = 'pending'::text);

CREATE UNIQUE INDEX webhook_delivery_once ON public.webhooks_webhookdelivery USING btree (endpoint_id, event_id) WHERE ((kind)::text = 'event'::text);

CREATE INDEX webhook_delivery_pending ON public.webhooks_webhookdelivery USING btree (endpoint_id, event_id) WHERE ((state)::text = 'pending'::text);

CREATE UNIQUE INDEX webhook_delivery_replay ON public.webhooks_webhookdelivery USING btree (endpoint_id, event_id) WHERE (((kind)::text = 'replay'::text) AND ((state)::text = 'pending'::text));

CREATE INDEX webhook_delivery_swept ON public.webhooks_webhookdelivery USING btree (done_at) WHERE (NOT ((state)::text = 'pending'::text));

CREATE INDEX webhook_endpoint_active ON public.webhooks_webhookendpoint USING btree (id) WHERE ((state)::text = 'active'::text);

CREATE INDEX webhooks_webhookdelivery_company_id_18ab39a1 ON public.webhooks_webhookdelivery USING btree (company_id);

CREATE INDEX webhooks_webhookdelivery_endpoint_id_d5bfb5c8 ON public.webhooks_webhookdelivery USING btree (endpoint_id);

CREATE INDEX webhooks_webhookendpoint_company_id_fb3a89d6 ON public.webhooks_webhookendpoint USING btree (company_id);

CREATE TRIGGER account_keeps_its_identity BEFORE UPDATE ON public.accounts_account FOR EACH ROW WHEN ((old.company_id, old.currency, old.type, old.number, old.system_role) IS DISTINCT FROM (new.company_id, new.currency, new.type, new.number, new.system_role)) EXECUTE FUNCTION public.account_keeps_its_identity();

CREATE TRIGGER account_parent_stands AFTER UPDATE OF parent_id ON public.accounts_account FOR EACH ROW WHEN (((new.parent_id IS NOT NULL) AND (new.parent_id IS DISTINCT FROM old.parent_id))) EXECUTE FUNCTION public.account_parent_stands();

CREATE TRIGGER account_parent_stands_made AFTER INSERT ON public.accounts_account FOR EACH ROW WHEN ((new.parent_id IS NOT NULL)) EXECUTE FUNCTION public.account_parent_stands();

CREATE TRIGGER accounts_account_append_only BEFORE DELETE OR TRUNCATE ON public.accounts_account FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER accounts_accountdefinition_delete_config AFTER DELETE ON public.accounts_accountdefinition REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER accounts_accountdefinition_insert_config AFTER INSERT ON public.accounts_accountdefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER accounts_accountdefinition_update_config AFTER UPDATE ON public.accounts_accountdefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER accounts_accountpaymentpreference_append_only BEFORE DELETE OR TRUNCATE ON public.accounts_accountpaymentpreference FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER accounts_contactperson_append_only BEFORE DELETE OR TRUNCATE ON public.accounts_contactperson FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER accounts_customer_append_only BEFORE DELETE OR TRUNCATE ON public.accounts_customer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER allocation_made AFTER INSERT ON public.transactions_allocation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.allocation_made_v4();

CREATE TRIGGER allocation_released AFTER UPDATE ON public.transactions_allocation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.allocation_released_v2();

CREATE TRIGGER allocation_stays BEFORE UPDATE ON public.transactions_allocation FOR EACH ROW EXECUTE FUNCTION public.allocation_stays();

CREATE TRIGGER attachment_stays BEFORE UPDATE ON public.attachments_attachment FOR EACH ROW EXECUTE FUNCTION public.attachment_stays();

CREATE TRIGGER attachments_attachment_append_only BEFORE DELETE OR TRUNCATE ON public.attachments_attachment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalog_product_append_only BEFORE DELETE OR TRUNCATE ON public.catalog_product FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalog_product_delete_config AFTER DELETE ON public.catalog_product REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER catalog_product_insert_config AFTER INSERT ON public.catalog_product REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER catalog_product_update_config AFTER UPDATE ON public.catalog_product REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER catalog_productgroup_append_only BEFORE DELETE OR TRUNCATE ON public.catalog_productgroup FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalog_taxrate_append_only BEFORE DELETE OR TRUNCATE ON public.catalog_taxrate FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalog_taxrate_delete_config AFTER DELETE ON public.catalog_taxrate REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER catalog_taxrate_insert_config AFTER INSERT ON public.catalog_taxrate REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER catalog_taxrate_update_config AFTER UPDATE ON public.catalog_taxrate REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER charge_reserved AFTER INSERT OR UPDATE OF state ON public.gateways_paymentrequest FOR EACH ROW WHEN ((new.charge_id IS NOT NULL)) EXECUTE FUNCTION public.charge_reserved();

CREATE TRIGGER charge_stays BEFORE UPDATE ON public.gateways_charge FOR EACH ROW EXECUTE FUNCTION public.charge_stays();

CREATE TRIGGER claim_stays BEFORE UPDATE ON public.gateways_claim FOR EACH ROW EXECUTE FUNCTION public.claim_stays();

CREATE TRIGGER claims_follow AFTER UPDATE OF state ON public.gateways_paymentrequest FOR EACH ROW WHEN (((new.state IN ('posted', 'rejected')) AND (old.state NOT IN ('posted', 'rejected')))) EXECUTE FUNCTION public.claims_follow();

CREATE TRIGGER collecting_cardnotice_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.collecting_cardnotice FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER collecting_paymentrun_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.collecting_paymentrun FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER collection_contact_stays BEFORE UPDATE ON public.desk_collectioncontact FOR EACH ROW EXECUTE FUNCTION public.collection_contact_stays();

CREATE TRIGGER companies_company_append_only BEFORE DELETE OR TRUNCATE ON public.companies_company FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER control_accounts_stay BEFORE UPDATE ON public.transactions_transactiondefinition FOR EACH ROW WHEN (((old.receivable_id IS DISTINCT FROM new.receivable_id) OR (old.suspense_id IS DISTINCT FROM new.suspense_id))) EXECUTE FUNCTION public.control_accounts_stay();

CREATE TRIGGER credit_share_arrived AFTER INSERT ON public.transactions_creditshare REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.credit_share_arrived_v4();

CREATE TRIGGER credited_within_updated AFTER UPDATE ON public.transactions_transaction REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.credited_within_v4();

CREATE TRIGGER daily_total_is_derived BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.journal_dailytotal FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION public.daily_total_is_derived_v1();

CREATE TRIGGER daily_total_part_is_derived BEFORE INSERT OR UPDATE OR TRUNCATE ON public.journal_dailytotalpart FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION public.daily_total_is_derived_v1();

CREATE TRIGGER daily_totals_merged AFTER DELETE ON public.journal_dailytotalpart REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.daily_totals_merged_v1();

CREATE TRIGGER desk_collectioncontact_append_only BEFORE DELETE OR TRUNCATE ON public.desk_collectioncontact FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER desk_collector_append_only BEFORE TRUNCATE ON public.desk_collector FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER documents_copy_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.documents_copy FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER documents_copykind_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.documents_copykind FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER documents_letterhead_append_only BEFORE DELETE OR TRUNCATE ON public.documents_letterhead FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER documents_logo_append_only BEFORE DELETE OR TRUNCATE ON public.documents_logo FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER documents_printedfile_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.documents_printedfile FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dunning_claim_stays BEFORE UPDATE ON public.dunning_dunningclaim FOR EACH ROW EXECUTE FUNCTION public.dunning_claim_stays_v1();

CREATE TRIGGER dunning_dunningassignment_append_only BEFORE DELETE OR TRUNCATE ON public.dunning_dunningassignment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dunning_dunningclaim_append_only BEFORE DELETE OR TRUNCATE ON public.dunning_dunningclaim FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dunning_dunningrecord_append_only BEFORE DELETE OR TRUNCATE ON public.dunning_dunningrecord FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dunning_plan_rated AFTER INSERT OR UPDATE OF interest_percent ON public.dunning_dunningplan FOR EACH ROW EXECUTE FUNCTION public.dunning_plan_rated_v1();

CREATE TRIGGER dunning_record_stays BEFORE UPDATE ON public.dunning_dunningrecord FOR EACH ROW EXECUTE FUNCTION public.dunning_record_stays_v2();

CREATE TRIGGER gateway_holds BEFORE UPDATE ON public.transactions_transaction FOR EACH ROW WHEN (((((old.state)::text = 'pending'::text) AND ((new.state)::text <> 'pending'::text)) OR (((old.state)::text = 'posted'::text) AND ((new.state)::text = 'cancelled'::text)))) EXECUTE FUNCTION public.gateway_holds();

CREATE TRIGGER gateways_attempt_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_attempt FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_barredway_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_barredway FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_charge_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_charge FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_claim_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_claim FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_dispute_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_dispute FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_fee_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.gateways_fee FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_inboxevent_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_inboxevent FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_paymentrequest_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_paymentrequest FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_requestbatch_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_requestbatch FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_requestreport_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.gateways_requestreport FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_restoration_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.gateways_restoration FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gateways_unbookedfact_append_only BEFORE DELETE OR TRUNCATE ON public.gateways_unbookedfact FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER imports_importpart_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imports_importpart FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER imports_importrun_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imports_importrun FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER inbox_event_stays BEFORE UPDATE ON public.gateways_inboxevent FOR EACH ROW EXECUTE FUNCTION public.inbox_event_stays_v2();

CREATE TRIGGER instalments_sum AFTER INSERT ON public.promises_instalment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.instalments_sum();

CREATE TRIGGER invoice_dispute_stays BEFORE UPDATE ON public.promises_invoicedispute FOR EACH ROW EXECUTE FUNCTION public.invoice_dispute_stays();

CREATE TRIGGER item_arrived AFTER INSERT ON public.transactions_transactionitem REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.item_arrived_v4();

CREATE TRIGGER item_stays BEFORE DELETE OR UPDATE ON public.transactions_transactionitem FOR EACH ROW EXECUTE FUNCTION public.item_stays();

CREATE TRIGGER item_updated AFTER UPDATE ON public.transactions_transactionitem REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.item_arrived_v4();

CREATE TRIGGER journal_entry_guard AFTER INSERT ON public.journal_journalentry REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.journal_entry_guard_v5();

CREATE TRIGGER journal_journalentry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.journal_journalentry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER journal_journalline_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.journal_journalline FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER journal_ledgeraccount_append_only BEFORE DELETE OR TRUNCATE ON public.journal_ledgeraccount FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER journal_ledgeraccount_delete_config AFTER DELETE ON public.journal_ledgeraccount REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_ledgeraccount_insert_config AFTER INSERT ON public.journal_ledgeraccount REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_ledgeraccount_update_config AFTER UPDATE ON public.journal_ledgeraccount REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_line_guard AFTER INSERT ON public.journal_journalline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.journal_line_guard_v4();

CREATE TRIGGER journal_monthendmark_append_only BEFORE DELETE OR TRUNCATE ON public.journal_monthendmark FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER journal_periodclose_append_only BEFORE DELETE OR TRUNCATE ON public.journal_periodclose FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER journal_periodclose_delete_config AFTER DELETE ON public.journal_periodclose REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_periodclose_insert_config AFTER INSERT ON public.journal_periodclose REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_periodclose_update_config AFTER UPDATE ON public.journal_periodclose REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER journal_source_append_only BEFORE DELETE OR TRUNCATE ON public.journal_source FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER list_choice_is_own BEFORE INSERT OR UPDATE ON public.companies_listchoice FOR EACH ROW EXECUTE FUNCTION public.list_choice_is_own();

CREATE TRIGGER message_keeps_what_it_says BEFORE UPDATE ON public.messages_message FOR EACH ROW EXECUTE FUNCTION public.message_keeps_what_it_says_v3();

CREATE TRIGGER messages_filecontent_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.messages_filecontent FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER messages_message_append_only BEFORE DELETE OR TRUNCATE ON public.messages_message FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER messages_messageattachment_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.messages_messageattachment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER messages_suppression_append_only BEFORE DELETE OR TRUNCATE ON public.messages_suppression FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER number_series_begins BEFORE INSERT ON public.platform_numberseries FOR EACH ROW EXECUTE FUNCTION public.number_series_begins_v1();

CREATE TRIGGER numbering_added AFTER INSERT ON public.platform_numberseries FOR EACH ROW EXECUTE FUNCTION public.numbering_changed_v1();

CREATE TRIGGER numbering_changed AFTER UPDATE OF format, restarts ON public.platform_numberseries FOR EACH ROW WHEN (((old.format IS DISTINCT FROM new.format) OR (old.restarts IS DISTINCT FROM new.restarts))) EXECUTE FUNCTION public.numbering_changed_v1();

CREATE TRIGGER open_item_is_derived BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.transactions_openitem FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION public.open_item_is_derived_v2();

CREATE TRIGGER open_pages_wake_on_posting AFTER INSERT ON public.transactions_transaction REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.open_pages_wake_v3();

CREATE TRIGGER open_pages_wake_on_update AFTER UPDATE ON public.transactions_transaction REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.open_pages_wake_v3();

CREATE TRIGGER payment_request_stays BEFORE UPDATE ON public.gateways_paymentrequest FOR EACH ROW EXECUTE FUNCTION public.payment_request_stays_v3();

CREATE TRIGGER platform_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.platform_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER platform_numberrange_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.platform_numberrange FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER promise_stays BEFORE UPDATE ON public.promises_promise FOR EACH ROW EXECUTE FUNCTION public.promise_stays();

CREATE TRIGGER promises_follow_made AFTER INSERT ON public.transactions_allocation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.promises_follow_v1();

CREATE TRIGGER promises_follow_released AFTER UPDATE ON public.transactions_allocation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.promises_follow_v1();

CREATE TRIGGER promises_instalment_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.promises_instalment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER promises_invoicedispute_append_only BEFORE DELETE OR TRUNCATE ON public.promises_invoicedispute FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER promises_promise_append_only BEFORE DELETE OR TRUNCATE ON public.promises_promise FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER promises_promisedefinition_append_only BEFORE DELETE OR TRUNCATE ON public.promises_promisedefinition FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER retries_retry_append_only BEFORE DELETE OR TRUNCATE ON public.retries_retry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER retry_stays BEFORE UPDATE ON public.retries_retry FOR EACH ROW EXECUTE FUNCTION public.retry_stays_v1();

CREATE TRIGGER run_definition_life BEFORE UPDATE ON public.runs_rundefinition FOR EACH ROW EXECUTE FUNCTION public.run_definition_life();

CREATE TRIGGER run_life BEFORE UPDATE ON public.runs_run FOR EACH ROW EXECUTE FUNCTION public.run_life();

CREATE TRIGGER run_step_once AFTER UPDATE ON public.runs_runstep REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION public.run_steps_changed();

CREATE TRIGGER run_steps_added AFTER INSERT ON public.runs_runstep REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.run_steps_added();

CREATE TRIGGER runs_run_append_only BEFORE DELETE OR TRUNCATE ON public.runs_run FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER runs_rundefinition_append_only BEFORE TRUNCATE ON public.runs_rundefinition FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER runs_runstage_append_only BEFORE DELETE OR TRUNCATE ON public.runs_runstage FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER runs_runstep_append_only BEFORE DELETE OR TRUNCATE ON public.runs_runstep FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER runs_runtally_append_only BEFORE DELETE OR TRUNCATE ON public.runs_runtally FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER saved_view_is_own BEFORE INSERT OR UPDATE ON public.companies_savedview FOR EACH ROW EXECUTE FUNCTION public.saved_view_is_own();

CREATE TRIGGER segments_segment_append_only BEFORE TRUNCATE ON public.segments_segment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transaction_inserted AFTER INSERT ON public.transactions_transaction REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.transaction_arrived_v6();

CREATE TRIGGER transaction_stays BEFORE UPDATE ON public.transactions_transaction FOR EACH ROW EXECUTE FUNCTION public.transaction_stays();

CREATE TRIGGER transaction_updated AFTER UPDATE ON public.transactions_transaction REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.transaction_arrived_v6();

CREATE TRIGGER transactions_allocation_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_allocation FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_category_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_category FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_category_delete_config AFTER DELETE ON public.transactions_category REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_category_insert_config AFTER INSERT ON public.transactions_category REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_category_update_config AFTER UPDATE ON public.transactions_category REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_creditreason_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_creditreason FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_creditreason_delete_config AFTER DELETE ON public.transactions_creditreason REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_creditreason_insert_config AFTER INSERT ON public.transactions_creditreason REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_creditreason_update_config AFTER UPDATE ON public.transactions_creditreason REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_creditshare_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transactions_creditshare FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_paymentmethod_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_paymentmethod FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_paymentmethod_delete_config AFTER DELETE ON public.transactions_paymentmethod REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_paymentmethod_insert_config AFTER INSERT ON public.transactions_paymentmethod REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_paymentmethod_update_config AFTER UPDATE ON public.transactions_paymentmethod REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_postingrule_delete_config AFTER DELETE ON public.transactions_postingrule REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_postingrule_insert_config AFTER INSERT ON public.transactions_postingrule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_postingrule_update_config AFTER UPDATE ON public.transactions_postingrule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_reason_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_reason FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_refundmethod_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_refundmethod FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_refundmethod_delete_config AFTER DELETE ON public.transactions_refundmethod REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_refundmethod_insert_config AFTER INSERT ON public.transactions_refundmethod REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_refundmethod_update_config AFTER UPDATE ON public.transactions_refundmethod REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transaction_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_transaction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_transactiondefinition_delete_config AFTER DELETE ON public.transactions_transactiondefinition REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transactiondefinition_insert_config AFTER INSERT ON public.transactions_transactiondefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transactiondefinition_update_config AFTER UPDATE ON public.transactions_transactiondefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transactionitem_append_only BEFORE TRUNCATE ON public.transactions_transactionitem FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_transactiontype_append_only BEFORE DELETE OR TRUNCATE ON public.transactions_transactiontype FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_transactiontype_categories_delete AFTER DELETE ON public.transactions_transactiontype_categories REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_categories_insert AFTER INSERT ON public.transactions_transactiontype_categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_delete_config AFTER DELETE ON public.transactions_transactiontype REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transactiontype_insert_config AFTER INSERT ON public.transactions_transactiontype REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER transactions_transactiontype_payment_methods_delete AFTER DELETE ON public.transactions_transactiontype_payment_methods REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_payment_methods_insert AFTER INSERT ON public.transactions_transactiontype_payment_methods REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_refund_methods_delete AFTER DELETE ON public.transactions_transactiontype_refund_methods REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_refund_methods_insert AFTER INSERT ON public.transactions_transactiontype_refund_methods REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration_of_type_v2();

CREATE TRIGGER transactions_transactiontype_update_config AFTER UPDATE ON public.transactions_transactiontype REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallet_entry_stays BEFORE UPDATE ON public.wallets_wallettransaction FOR EACH ROW EXECUTE FUNCTION public.wallet_rows_stay();

CREATE TRIGGER wallet_lot_stays BEFORE UPDATE ON public.wallets_lot FOR EACH ROW EXECUTE FUNCTION public.wallet_rows_stay();

CREATE TRIGGER wallet_stays BEFORE UPDATE ON public.wallets_wallet FOR EACH ROW EXECUTE FUNCTION public.wallet_rows_stay();

CREATE TRIGGER wallet_take_stays BEFORE UPDATE ON public.wallets_lottake FOR EACH ROW EXECUTE FUNCTION public.wallet_rows_stay();

CREATE TRIGGER wallets_lot_append_only BEFORE DELETE OR TRUNCATE ON public.wallets_lot FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER wallets_lottake_append_only BEFORE DELETE OR TRUNCATE ON public.wallets_lottake FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER wallets_wallet_append_only BEFORE DELETE OR TRUNCATE ON public.wallets_wallet FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER wallets_walletdefinition_append_only BEFORE DELETE OR TRUNCATE ON public.wallets_walletdefinition FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER wallets_walletdefinition_delete_config AFTER DELETE ON public.wallets_walletdefinition REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallets_walletdefinition_insert_config AFTER INSERT ON public.wallets_walletdefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallets_walletdefinition_update_config AFTER UPDATE ON public.wallets_walletdefinition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallets_wallettransaction_append_only BEFORE DELETE OR TRUNCATE ON public.wallets_wallettransaction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER wallets_wallettransactiontype_delete_config AFTER DELETE ON public.wallets_wallettransactiontype REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallets_wallettransactiontype_insert_config AFTER INSERT ON public.wallets_wallettransactiontype REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER wallets_wallettransactiontype_update_config AFTER UPDATE ON public.wallets_wallettransactiontype REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.bump_configuration();

CREATE TRIGGER webhook_cursor_forward BEFORE UPDATE ON public.webhooks_webhookcursor FOR EACH ROW EXECUTE FUNCTION public.webhook_cursor_forward();

CREATE TRIGGER webhook_delivery_stays AFTER UPDATE ON public.webhooks_webhookdelivery REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.webhook_delivery_stays();

CREATE TRIGGER webhook_endpoint_life BEFORE UPDATE ON public.webhooks_webhookendpoint FOR EACH ROW EXECUTE FUNCTION public.webhook_endpoint_life();

CREATE TRIGGER webhooks_webhookcursor_append_only BEFORE DELETE OR TRUNCATE ON public.webhooks_webhookcursor FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER webhooks_webhookdelivery_append_only BEFORE TRUNCATE ON public.webhooks_webhookdelivery FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER webhooks_webhookendpoint_append_only BEFORE DELETE OR TRUNCATE ON public.webhooks_webhookendpoint FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_classification_id_d8b2c5c3_fk_accounts_ FOREIGN KEY (classification_id) REFERENCES public.accounts_accountclassification(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_company_id_cf6c40cd_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_credit_rating_id_e9971031_fk_accounts_ FOREIGN KEY (credit_rating_id) REFERENCES public.accounts_creditrating(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_customer_id_c0b33c3a_fk_accounts_customer_id FOREIGN KEY (customer_id) REFERENCES public.accounts_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_parent_id_1cd823ad_fk_accounts_account_id FOREIGN KEY (parent_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_presentment_preferen_38c473bd_fk_accounts_ FOREIGN KEY (presentment_preference_id) REFERENCES public.accounts_presentmentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_accountclassification
    ADD CONSTRAINT accounts_accountclas_company_id_58c33728_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_accountdefinition
    ADD CONSTRAINT accounts_accountdefi_company_id_d9a6ff3d_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_accountpaymentpreference
    ADD CONSTRAINT accounts_accountpaym_account_id_21bb08a7_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_accountpaymentpreference
    ADD CONSTRAINT accounts_accountpaym_preference_id_d43e11ab_fk_accounts_ FOREIGN KEY (preference_id) REFERENCES public.accounts_paymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_contactperson
    ADD CONSTRAINT accounts_contactpers_customer_id_969a0961_fk_accounts_ FOREIGN KEY (customer_id) REFERENCES public.accounts_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_creditrating
    ADD CONSTRAINT accounts_creditratin_company_id_626eab3a_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_customer
    ADD CONSTRAINT accounts_customer_company_id_35f2c004_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_paymentpreference
    ADD CONSTRAINT accounts_paymentpref_company_id_66f75a12_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_presentmentpreference
    ADD CONSTRAINT accounts_presentment_company_id_1229dc95_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.attachments_attachment
    ADD CONSTRAINT attachments_attachme_company_id_994d0868_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_company_id_ec113db9_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_group_id_8956042d_fk_catalog_productgroup_id FOREIGN KEY (group_id) REFERENCES public.catalog_productgroup(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_tax_rate_id_1ebffb2e_fk_catalog_taxrate_id FOREIGN KEY (tax_rate_id) REFERENCES public.catalog_taxrate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_productgroup
    ADD CONSTRAINT catalog_productgroup_company_id_83132c52_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_taxrate
    ADD CONSTRAINT catalog_taxrate_company_id_d16db89f_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_cardnotice
    ADD CONSTRAINT collecting_cardnotic_card_id_239c4ab6_fk_gateways_ FOREIGN KEY (card_id) REFERENCES public.gateways_instrument(chosen_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_cardnotice
    ADD CONSTRAINT collecting_cardnotic_company_id_c5802d6c_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_cardnotice
    ADD CONSTRAINT collecting_cardnotice_run_id_946fdbc9_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentru_batch_id_e6023849_fk_gateways_ FOREIGN KEY (batch_id) REFERENCES public.gateways_requestbatch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentru_company_id_e43fd793_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentru_provider_id_c7ccd25c_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.collecting_paymentrun
    ADD CONSTRAINT collecting_paymentrun_run_id_0b0ddc36_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_apikey
    ADD CONSTRAINT companies_apikey_company_id_6fd91eb7_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_listchoice
    ADD CONSTRAINT companies_listchoice_membership_id_c94182aa_fk_companies FOREIGN KEY (membership_id) REFERENCES public.companies_membership(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_listchoice
    ADD CONSTRAINT companies_listchoice_opens_with_id_f4ca28c0_fk_companies FOREIGN KEY (opens_with_id) REFERENCES public.companies_savedview(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_membership
    ADD CONSTRAINT companies_membership_company_id_f99b2b7a_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_membership
    ADD CONSTRAINT companies_membership_role_id_a9059b55_fk_companies_role_id FOREIGN KEY (role_id) REFERENCES public.companies_role(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_membership
    ADD CONSTRAINT companies_membership_user_id_5e947419_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_role
    ADD CONSTRAINT companies_role_company_id_c4cb615b_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_savedview
    ADD CONSTRAINT companies_savedview_company_id_32123140_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.companies_savedview
    ADD CONSTRAINT companies_savedview_owner_id_7ae17961_fk_companies FOREIGN KEY (owner_id) REFERENCES public.companies_membership(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_collectioncontact
    ADD CONSTRAINT desk_collectionconta_account_id_0a778f36_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_collectioncontact
    ADD CONSTRAINT desk_collectionconta_company_id_91bdd701_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_collector
    ADD CONSTRAINT desk_collector_account_id_e853200c_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_collector
    ADD CONSTRAINT desk_collector_company_id_d4346ae8_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_copy
    ADD CONSTRAINT documents_copy_company_id_ce5105e3_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_copy
    ADD CONSTRAINT documents_copy_file_id_f9da669d_fk_documents_printedfile_id FOREIGN KEY (file_id) REFERENCES public.documents_printedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_copy
    ADD CONSTRAINT documents_copy_kind_c20c0114_fk_documents_copykind_name FOREIGN KEY (kind) REFERENCES public.documents_copykind(name) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_letterhead
    ADD CONSTRAINT documents_letterhead_company_id_940e56a1_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_logo
    ADD CONSTRAINT documents_logo_company_id_9a42f93d_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.documents_printedfile
    ADD CONSTRAINT documents_printedfil_company_id_a3c76d9a_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningassignment
    ADD CONSTRAINT dunning_dunningassig_account_id_2e688031_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningassignment
    ADD CONSTRAINT dunning_dunningassig_company_id_11c2efaf_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningassignment
    ADD CONSTRAINT dunning_dunningassig_plan_id_34f9307d_fk_dunning_d FOREIGN KEY (plan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_account_id_bcadf250_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_company_id_97b223bf_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_plan_id_5be3bedf_fk_dunning_dunningplan_id FOREIGN KEY (plan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningclaim
    ADD CONSTRAINT dunning_dunningclaim_record_id_14f51dbb_fk_dunning_d FOREIGN KEY (record_id) REFERENCES public.dunning_dunningrecord(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunninglevel
    ADD CONSTRAINT dunning_dunninglevel_company_id_7a887d7b_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunninglevel
    ADD CONSTRAINT dunning_dunninglevel_plan_id_3c6ec27a_fk_dunning_dunningplan_id FOREIGN KEY (plan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunninglevel
    ADD CONSTRAINT dunning_dunninglevel_template_id_8aad2c5a_fk_messages_ FOREIGN KEY (template_id) REFERENCES public.messages_messagetemplate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningminimum
    ADD CONSTRAINT dunning_dunningminim_company_id_e601d747_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningminimum
    ADD CONSTRAINT dunning_dunningminim_plan_id_f68fdc2a_fk_dunning_d FOREIGN KEY (plan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningplan_classifications
    ADD CONSTRAINT dunning_dunningplan__accountclassificatio_24d30c01_fk_accounts_ FOREIGN KEY (accountclassification_id) REFERENCES public.accounts_accountclassification(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningplan_classifications
    ADD CONSTRAINT dunning_dunningplan__dunningplan_id_c96da360_fk_dunning_d FOREIGN KEY (dunningplan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningplan
    ADD CONSTRAINT dunning_dunningplan_company_id_8eaa1510_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningplan
    ADD CONSTRAINT dunning_dunningplan_segment_id_5bc7f63c_fk_segments_segment_id FOREIGN KEY (segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrate
    ADD CONSTRAINT dunning_dunningrate_company_id_39c8cf6e_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrate
    ADD CONSTRAINT dunning_dunningrate_plan_id_0808cf4b_fk_dunning_dunningplan_id FOREIGN KEY (plan_id) REFERENCES public.dunning_dunningplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrecord
    ADD CONSTRAINT dunning_dunningrecor_account_id_580e7550_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrecord
    ADD CONSTRAINT dunning_dunningrecor_company_id_c3938dc8_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrecord
    ADD CONSTRAINT dunning_dunningrecor_level_id_182f74a9_fk_dunning_d FOREIGN KEY (level_id) REFERENCES public.dunning_dunninglevel(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningrecord
    ADD CONSTRAINT dunning_dunningrecor_message_id_1f7005e4_fk_messages_ FOREIGN KEY (message_id) REFERENCES public.messages_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_attempt
    ADD CONSTRAINT gateways_attempt_request_id_ca93794e_fk_gateways_ FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_barredway
    ADD CONSTRAINT gateways_barredway_company_id_86cfe65b_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_barredway
    ADD CONSTRAINT gateways_barredway_failed_request_id_021175ed_fk_gateways_ FOREIGN KEY (failed_request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_barredway
    ADD CONSTRAINT gateways_barredway_preference_id_1a246ac4_fk_accounts_ FOREIGN KEY (preference_id) REFERENCES public.accounts_accountpaymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_account_id_b2f369ad_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_ledger_account_id_251bef08_fk_journal_l FOREIGN KEY (ledger_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_provider_id_fb2bb3bf_fk_gateways_provider_id FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_charge
    ADD CONSTRAINT gateways_charge_request_id_649684de_fk_gateways_ FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_claim
    ADD CONSTRAINT gateways_claim_request_id_ce68e371_fk_gateways_ FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_dispute
    ADD CONSTRAINT gateways_dispute_charge_id_ddd98512_fk_gateways_charge_id FOREIGN KEY (charge_id) REFERENCES public.gateways_charge(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_dispute
    ADD CONSTRAINT gateways_dispute_provider_id_63316058_fk_gateways_provider_id FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_fee
    ADD CONSTRAINT gateways_fee_charge_id_d8e8e5bf_fk_gateways_charge_id FOREIGN KEY (charge_id) REFERENCES public.gateways_charge(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_fee
    ADD CONSTRAINT gateways_fee_request_id_c8d54b0f_fk_gateways_paymentrequest_id FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_gatewaycustomer
    ADD CONSTRAINT gateways_gatewaycust_account_id_244e0ef6_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_gatewaycustomer
    ADD CONSTRAINT gateways_gatewaycust_provider_id_fb957abd_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_inboxevent
    ADD CONSTRAINT gateways_inboxevent_provider_id_bfbade9b_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_instrument
    ADD CONSTRAINT gateways_instrument_account_id_60b7cca7_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_instrument
    ADD CONSTRAINT gateways_instrument_chosen_id_71be2c17_fk_accounts_ FOREIGN KEY (chosen_id) REFERENCES public.accounts_accountpaymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_instrument
    ADD CONSTRAINT gateways_instrument_provider_id_2da5c7c3_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_markedfile
    ADD CONSTRAINT gateways_markedfile_company_id_959f1b77_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_markedfile
    ADD CONSTRAINT gateways_markedfile_provider_id_0018164e_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_account_id_0c86de82_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_batch_id_868d056a_fk_gateways_ FOREIGN KEY (batch_id) REFERENCES public.gateways_requestbatch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_charge_id_cb347f63_fk_gateways_ FOREIGN KEY (charge_id) REFERENCES public.gateways_charge(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_company_id_74e1c8e8_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_preference_id_2de01d48_fk_accounts_ FOREIGN KEY (preference_id) REFERENCES public.accounts_accountpaymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_paymentrequest
    ADD CONSTRAINT gateways_paymentrequ_provider_id_6f917b46_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_cancellation_types
    ADD CONSTRAINT gateways_provider_ca_provider_id_fd164b5f_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_cancellation_types
    ADD CONSTRAINT gateways_provider_ca_transactiontype_id_5490eebb_fk_transacti FOREIGN KEY (transactiontype_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_company_id_43434973_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_fee_account_id_72ffdf14_fk_journal_l FOREIGN KEY (fee_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_payment_methods
    ADD CONSTRAINT gateways_provider_pa_paymentmethod_id_5021364d_fk_transacti FOREIGN KEY (paymentmethod_id) REFERENCES public.transactions_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_payment_methods
    ADD CONSTRAINT gateways_provider_pa_provider_id_1fc3f309_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_payment_method_id_51aff4f8_fk_transacti FOREIGN KEY (payment_method_id) REFERENCES public.transactions_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_payment_type_id_72495c83_fk_transacti FOREIGN KEY (payment_type_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_preferences
    ADD CONSTRAINT gateways_provider_pr_paymentpreference_id_4fef3d96_fk_accounts_ FOREIGN KEY (paymentpreference_id) REFERENCES public.accounts_paymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_preferences
    ADD CONSTRAINT gateways_provider_pr_provider_id_2808ee84_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_refund_methods
    ADD CONSTRAINT gateways_provider_re_provider_id_172d8727_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider_refund_methods
    ADD CONSTRAINT gateways_provider_re_refundmethod_id_37ce18d1_fk_transacti FOREIGN KEY (refundmethod_id) REFERENCES public.transactions_refundmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_provider
    ADD CONSTRAINT gateways_provider_refund_method_id_1a976025_fk_transacti FOREIGN KEY (refund_method_id) REFERENCES public.transactions_refundmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_refuseddelivery
    ADD CONSTRAINT gateways_refuseddeli_provider_id_439041a0_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_requestbatch
    ADD CONSTRAINT gateways_requestbatc_company_id_da4232c7_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_requestreport
    ADD CONSTRAINT gateways_requestrepo_request_id_4e4982a3_fk_gateways_ FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_restoration
    ADD CONSTRAINT gateways_restoration_charge_id_72a2bbca_fk_gateways_charge_id FOREIGN KEY (charge_id) REFERENCES public.gateways_charge(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_unbookedfact
    ADD CONSTRAINT gateways_unbookedfac_company_id_0c35ee4b_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_unbookedfact
    ADD CONSTRAINT gateways_unbookedfac_provider_id_4342b9cc_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.gateways_unbookedfact
    ADD CONSTRAINT gateways_unbookedfac_request_id_2038f55f_fk_gateways_ FOREIGN KEY (request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importbatch
    ADD CONSTRAINT imports_importbatch_company_id_40b0f90f_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importchunk
    ADD CONSTRAINT imports_importchunk_company_id_015f8d68_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importorder
    ADD CONSTRAINT imports_importorder_company_id_3133cf55_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importorder
    ADD CONSTRAINT imports_importorder_run_id_86a5a0f2_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importpart
    ADD CONSTRAINT imports_importpart_company_id_f0e9e66f_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importrun
    ADD CONSTRAINT imports_importrun_company_id_6e901714_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_stagedrejection
    ADD CONSTRAINT imports_stagedreject_company_id_5b098755_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_stagedrow
    ADD CONSTRAINT imports_stagedrow_company_id_20410ed2_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.journal_exchangerate
    ADD CONSTRAINT journal_exchangerate_company_id_006b5cc4_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.journal_ledgeraccount
    ADD CONSTRAINT journal_ledgeraccoun_company_id_643efcc6_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.journal_monthendmark
    ADD CONSTRAINT journal_monthendmark_company_id_b8dc61c7_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.journal_periodclose
    ADD CONSTRAINT journal_periodclose_company_id_4103898d_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_filecontent
    ADD CONSTRAINT messages_filecontent_company_id_ec229d6f_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_message
    ADD CONSTRAINT messages_message_company_id_98a86398_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_message
    ADD CONSTRAINT messages_message_resends_id_d9459959_fk_messages_message_id FOREIGN KEY (resends_id) REFERENCES public.messages_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_message
    ADD CONSTRAINT messages_message_template_id_eec69242_fk_messages_ FOREIGN KEY (template_id) REFERENCES public.messages_messagetemplate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_messageattachment
    ADD CONSTRAINT messages_messageatta_file_id_19ecf959_fk_messages_ FOREIGN KEY (file_id) REFERENCES public.messages_filecontent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_messageattachment
    ADD CONSTRAINT messages_messageatta_message_id_8a3db029_fk_messages_ FOREIGN KEY (message_id) REFERENCES public.messages_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_messagesettings
    ADD CONSTRAINT messages_messagesett_company_id_9c2324f5_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_messagetemplate
    ADD CONSTRAINT messages_messagetemp_company_id_37ffce9e_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messages_suppression
    ADD CONSTRAINT messages_suppression_company_id_0ac4416c_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_invitation
    ADD CONSTRAINT people_invitation_company_id_1889126d_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_invitation
    ADD CONSTRAINT people_invitation_role_id_4e77d601_fk_companies_role_id FOREIGN KEY (role_id) REFERENCES public.companies_role(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_login
    ADD CONSTRAINT people_login_user_id_c19eade4_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_recoverycode
    ADD CONSTRAINT people_recoverycode_user_id_8b6fc50d_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_session
    ADD CONSTRAINT people_session_user_id_0ab51a1a_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.promises_instalment
    ADD CONSTRAINT promises_instalment_promise_id_746e1734_fk_promises_promise_id FOREIGN KEY (promise_id) REFERENCES public.promises_promise(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_invoicedispute
    ADD CONSTRAINT promises_invoicedisp_account_id_a7f1e59a_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_invoicedispute
    ADD CONSTRAINT promises_invoicedisp_company_id_2ec69a55_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_invoicedispute
    ADD CONSTRAINT promises_invoicedisp_document_id_196b1b0b_fk_transacti FOREIGN KEY (document_id) REFERENCES public.transactions_transaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_promise
    ADD CONSTRAINT promises_promise_account_id_516e7658_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_promise
    ADD CONSTRAINT promises_promise_company_id_bb9645c6_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_promise
    ADD CONSTRAINT promises_promise_document_id_58fbbfd6_fk_transacti FOREIGN KEY (document_id) REFERENCES public.transactions_transaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.promises_promisedefinition
    ADD CONSTRAINT promises_promisedefi_company_id_76e0d41e_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_declinecode
    ADD CONSTRAINT retries_declinecode_company_id_642708a4_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_declinecode
    ADD CONSTRAINT retries_declinecode_provider_id_ffa7251a_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_account_id_26fbb02e_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_company_id_81273d23_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_failed_request_id_cbb653e0_fk_gateways_ FOREIGN KEY (failed_request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_made_request_id_fc1ffdb7_fk_gateways_ FOREIGN KEY (made_request_id) REFERENCES public.gateways_paymentrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_plan_id_f23dfc45_fk_retries_retryplan_id FOREIGN KEY (plan_id) REFERENCES public.retries_retryplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_preference_id_1927e473_fk_accounts_ FOREIGN KEY (preference_id) REFERENCES public.accounts_accountpaymentpreference(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retry
    ADD CONSTRAINT retries_retry_provider_id_f9e44923_fk_gateways_provider_id FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retryplan
    ADD CONSTRAINT retries_retryplan_company_id_7e23d008_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retryplan_providers
    ADD CONSTRAINT retries_retryplan_pr_provider_id_b21dc801_fk_gateways_ FOREIGN KEY (provider_id) REFERENCES public.gateways_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.retries_retryplan_providers
    ADD CONSTRAINT retries_retryplan_pr_retryplan_id_1a66ba86_fk_retries_r FOREIGN KEY (retryplan_id) REFERENCES public.retries_retryplan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_run
    ADD CONSTRAINT runs_run_company_id_db988951_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_run
    ADD CONSTRAINT runs_run_definition_id_5ad35fb2_fk_runs_rundefinition_id FOREIGN KEY (definition_id) REFERENCES public.runs_rundefinition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_rundefinition
    ADD CONSTRAINT runs_rundefinition_company_id_80f3dfa0_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runfile
    ADD CONSTRAINT runs_runfile_company_id_71d2ff43_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runfile
    ADD CONSTRAINT runs_runfile_run_id_3fec0966_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runfilechunk
    ADD CONSTRAINT runs_runfilechunk_file_id_a38191ae_fk_runs_runfile_id FOREIGN KEY (file_id) REFERENCES public.runs_runfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runstage
    ADD CONSTRAINT runs_runstage_run_id_85d78e51_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runstep
    ADD CONSTRAINT runs_runstep_company_id_201df9ee_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runstep
    ADD CONSTRAINT runs_runstep_run_id_b15bfaff_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.runs_runtally
    ADD CONSTRAINT runs_runtally_run_id_e4037bad_fk_runs_run_id FOREIGN KEY (run_id) REFERENCES public.runs_run(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.segments_segment
    ADD CONSTRAINT segments_segment_company_id_f52350b0_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_category
    ADD CONSTRAINT transactions_categor_company_id_8b9f8488_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_category
    ADD CONSTRAINT transactions_categor_parent_id_57fb2377_fk_transacti FOREIGN KEY (parent_id) REFERENCES public.transactions_category(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_creditreason
    ADD CONSTRAINT transactions_creditr_company_id_9708b7b6_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_paymentmethod
    ADD CONSTRAINT transactions_payment_company_id_add071d9_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_paymentmethod
    ADD CONSTRAINT transactions_payment_ledger_account_id_80841432_fk_journal_l FOREIGN KEY (ledger_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_company_id_22f59062_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_credit_id_af0d13c7_fk_journal_l FOREIGN KEY (credit_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_debit_id_7735debe_fk_journal_l FOREIGN KEY (debit_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_product_group_id_eddac749_fk_catalog_p FOREIGN KEY (product_group_id) REFERENCES public.catalog_productgroup(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_product_id_a8f8dfaf_fk_catalog_p FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_postingrule
    ADD CONSTRAINT transactions_posting_type_id_038ba4f0_fk_transacti FOREIGN KEY (type_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_reason
    ADD CONSTRAINT transactions_reason_company_id_edd33230_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_refundmethod
    ADD CONSTRAINT transactions_refundm_company_id_cc206b89_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_refundmethod
    ADD CONSTRAINT transactions_refundm_ledger_account_id_3ca0c163_fk_journal_l FOREIGN KEY (ledger_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_categories
    ADD CONSTRAINT transactions_transac_category_id_4c8e864e_fk_transacti FOREIGN KEY (category_id) REFERENCES public.transactions_category(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_company_id_9d989831_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype
    ADD CONSTRAINT transactions_transac_company_id_b9cfcdff_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype
    ADD CONSTRAINT transactions_transac_default_payment_meth_f10c44d7_fk_transacti FOREIGN KEY (default_payment_method_id) REFERENCES public.transactions_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype
    ADD CONSTRAINT transactions_transac_default_refund_metho_a8c7ff7a_fk_transacti FOREIGN KEY (default_refund_method_id) REFERENCES public.transactions_refundmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_default_tax_rate_id_655c72e6_fk_catalog_t FOREIGN KEY (default_tax_rate_id) REFERENCES public.catalog_taxrate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_exchange_gain_id_e8465807_fk_journal_l FOREIGN KEY (exchange_gain_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_exchange_loss_id_7768396f_fk_journal_l FOREIGN KEY (exchange_loss_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_payment_methods
    ADD CONSTRAINT transactions_transac_paymentmethod_id_041c1e3f_fk_transacti FOREIGN KEY (paymentmethod_id) REFERENCES public.transactions_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_receivable_id_47c620fe_fk_journal_l FOREIGN KEY (receivable_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_refund_methods
    ADD CONSTRAINT transactions_transac_refundmethod_id_0032cb39_fk_transacti FOREIGN KEY (refundmethod_id) REFERENCES public.transactions_refundmethod(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_suspense_id_5d79c9a9_fk_journal_l FOREIGN KEY (suspense_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_payment_methods
    ADD CONSTRAINT transactions_transac_transactiontype_id_2fef2d35_fk_transacti FOREIGN KEY (transactiontype_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_categories
    ADD CONSTRAINT transactions_transac_transactiontype_id_b1ca332b_fk_transacti FOREIGN KEY (transactiontype_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiontype_refund_methods
    ADD CONSTRAINT transactions_transac_transactiontype_id_dda24aee_fk_transacti FOREIGN KEY (transactiontype_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transactions_transactiondefinition
    ADD CONSTRAINT transactions_transac_write_off_product_id_416b3510_fk_catalog_p FOREIGN KEY (write_off_product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lot
    ADD CONSTRAINT wallets_lot_company_id_7efc7120_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lot
    ADD CONSTRAINT wallets_lot_credit_id_434b2b27_fk_wallets_wallettransaction_id FOREIGN KEY (credit_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lot
    ADD CONSTRAINT wallets_lot_product_id_cbfbe3b6_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lot
    ADD CONSTRAINT wallets_lot_wallet_id_a26c8868_fk_wallets_wallet_id FOREIGN KEY (wallet_id) REFERENCES public.wallets_wallet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lottake
    ADD CONSTRAINT wallets_lottake_debit_id_7676664d_fk_wallets_w FOREIGN KEY (debit_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lottake
    ADD CONSTRAINT wallets_lottake_ended_by_id_2cbaa865_fk_wallets_w FOREIGN KEY (ended_by_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lottake
    ADD CONSTRAINT wallets_lottake_lot_id_11014eee_fk_wallets_lot_id FOREIGN KEY (lot_id) REFERENCES public.wallets_lot(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_lottake
    ADD CONSTRAINT wallets_lottake_made_by_id_0af33fcb_fk_wallets_w FOREIGN KEY (made_by_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_account_id_afaa6469_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_company_id_9cf5947a_fk_companies_company_id FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefini_breakage_account_id_a59827ed_fk_journal_l FOREIGN KEY (breakage_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefini_company_id_d8c5c9d2_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefini_funding_type_id_4b700d32_fk_transacti FOREIGN KEY (funding_type_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefini_reimbursement_type_i_794cb253_fk_transacti FOREIGN KEY (reimbursement_type_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition_crediting_types
    ADD CONSTRAINT wallets_walletdefini_transactiontype_id_25edf1ca_fk_transacti FOREIGN KEY (transactiontype_id) REFERENCES public.transactions_transactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition
    ADD CONSTRAINT wallets_walletdefini_wallet_account_id_af358786_fk_journal_l FOREIGN KEY (wallet_account_id) REFERENCES public.journal_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_walletdefinition_crediting_types
    ADD CONSTRAINT wallets_walletdefini_walletdefinition_id_a1a18833_fk_wallets_w FOREIGN KEY (walletdefinition_id) REFERENCES public.wallets_walletdefinition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_company_id_000ffa75_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransactiontype
    ADD CONSTRAINT wallets_wallettransa_company_id_a074a675_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_counterpart_id_fd6d6e39_fk_wallets_w FOREIGN KEY (counterpart_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_document_id_d11c8825_fk_transacti FOREIGN KEY (document_id) REFERENCES public.transactions_transaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_product_id_35682e5c_fk_catalog_p FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_source_id_8b208c9f_fk_transacti FOREIGN KEY (source_id) REFERENCES public.transactions_transaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_tax_rate_id_e9e54c59_fk_catalog_t FOREIGN KEY (tax_rate_id) REFERENCES public.catalog_taxrate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_type_id_f3d51711_fk_wallets_w FOREIGN KEY (type_id) REFERENCES public.wallets_wallettransactiontype(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_voids_id_8a9ab764_fk_wallets_w FOREIGN KEY (voids_id) REFERENCES public.wallets_wallettransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallettransaction
    ADD CONSTRAINT wallets_wallettransa_wallet_id_99cd59f0_fk_wallets_w FOREIGN KEY (wallet_id) REFERENCES public.wallets_wallet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookcursor
    ADD CONSTRAINT webhooks_webhookcurs_endpoint_id_340cd37f_fk_webhooks_ FOREIGN KEY (endpoint_id) REFERENCES public.webhooks_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdeli_company_id_18ab39a1_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdeli_endpoint_id_d5bfb5c8_fk_webhooks_ FOREIGN KEY (endpoint_id) REFERENCES public.webhooks_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookendpoint
    ADD CONSTRAINT webhooks_webhookendp_company_id_fb3a89d6_fk_companies FOREIGN KEY (company_id) REFERENCES public.companies_company(id) DEFERRABLE INITIALLY DEFERRED;
