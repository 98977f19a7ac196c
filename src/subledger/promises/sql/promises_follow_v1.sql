-- What settles an invoice keeps its promise, and what opens it again reopens that: in the transaction of the posting,
-- through whatever door it comes, and where free credit is allocated without one. An invoice that was cancelled or
-- written off takes its promise along: nobody kept it.
--
-- Nearly always nothing is promised of what is settled, so that is asked first and alone. Open items have followed by
-- now: triggers of a table act in the order of their names.
CREATE OR REPLACE FUNCTION promises_follow_v1() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER promises_follow_made AFTER INSERT ON transactions_allocation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION promises_follow_v1();
CREATE OR REPLACE TRIGGER promises_follow_released AFTER UPDATE ON transactions_allocation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION promises_follow_v1();
