-- Takes a call of an account, or says how many seconds to wait: within any second, at most `share` calls of all who ask.
-- The row holds the instants of the calls of the last second alone. Losing them with the machine does no harm.
CREATE OR REPLACE FUNCTION stripe_call_wait_v1(whose text, share integer) RETURNS double precision
LANGUAGE plpgsql AS $$
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
