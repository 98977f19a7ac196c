-- `open_items_needed` for the program, held to index look-ups.
CREATE OR REPLACE FUNCTION posting_open_items_v5(p_needs json) RETURNS json LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN open_items_needed_v3(p_needs);
END $$;
