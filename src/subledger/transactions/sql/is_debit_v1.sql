-- Which classifications are debits (rules and pages know it from `states.DEBITS`, and a test holds the two equal). The
-- planner puts the list where this is called.
CREATE OR REPLACE FUNCTION is_debit(p_classification text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_classification IN ('invoice', 'refund', 'payment_cancellation')
$$;
