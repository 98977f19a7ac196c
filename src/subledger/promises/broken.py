"""Which open promises the clock has broken: one statement, for a company or for all."""

from __future__ import annotations

# Something of the promise is unpaid beyond what later days hold: what is open is the last part of what was promised. A
# day is over where the company is. ``from_on`` is the first day on which it was so, not before it was last opened.
BROKEN = """
    SELECT p.company_id, p.id AS promise_id, p.account_id, p.document_id, p.currency,
           i.unpaid_minor - i.later_minor AS missing_minor, greatest(i.broken_on, p.open_since) AS from_on
      FROM promises_promise p
      JOIN companies_company c ON c.id = p.company_id
      JOIN transactions_openitem o ON o.transaction_id = p.document_id
     CROSS JOIN LATERAL (
           SELECT least(o.open_minor, p.promised_minor) AS unpaid_minor,
                  coalesce(sum(i.minor) FILTER (
                      WHERE i.agreed_on + p.grace_days > (%(at)s AT TIME ZONE c.time_zone)::date), 0)::bigint
                      AS later_minor,
                  min(i.agreed_on) FILTER (WHERE i.through_minor > p.promised_minor
                                                                  - least(o.open_minor, p.promised_minor))
                      + p.grace_days AS broken_on
             FROM (SELECT j.agreed_on, j.minor, sum(j.minor) OVER (ORDER BY j.agreed_on) AS through_minor
                     FROM promises_instalment j WHERE j.promise_id = p.id) i) i
     WHERE p.state = 'open' AND i.unpaid_minor > i.later_minor {of_company}
"""
