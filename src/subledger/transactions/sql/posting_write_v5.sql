-- Effects as rows, in the order of the references: numbers come late, so their lock is short.
CREATE OR REPLACE FUNCTION posting_write_v5(
    p_company bigint, p_at timestamptz, p_actor text, p_entries json, p_lines json, p_events json, p_items json,
    p_item_copies json, p_series json, p_transactions json, p_drafts json, p_states json, p_releases json,
    p_allocations json
) RETURNS json LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
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
