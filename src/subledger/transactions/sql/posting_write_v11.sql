-- Effects as rows, in the order of the references: numbers come late, so their lock is short. Other rooms' rows are
-- written by their own functions.
CREATE OR REPLACE FUNCTION posting_write_v11(
    p_company bigint, p_at timestamptz, p_actor text, p_request text, p_entries json, p_lines json, p_events json,
    p_settlements json, p_items json, p_item_copies json, p_counters json, p_transactions json, p_drafts json,
    p_states json, p_releases json, p_allocations json
) RETURNS json LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
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
