"""Which documents reach which level next, one page of many at a time.

Most documents have never been asked for: of these plan and due date alone say when they reach its first level, so they
are counted by account and day without being looked at one by one. The few of which more is known are counted by the
statement of the run. A page then looks up the accounts that it shows.
"""

from __future__ import annotations

from datetime import date

from subledger.gateways.claims import CLAIMED
from subledger.platform.statements import sql_list
from subledger.transactions.states import DEBITS, RARER

from .queries import PLANS, REACHED_TODAY, SERVED, Text, exchanged, with_segments

__all__ = ["coming_groups"]

# As `COMING` says it, by account and day: all that is open as if nothing was known of it, less that of
# which something is known or which is no invoice, and that of it which the run would take.
KNOWN = "AND d.document_id = ANY(ARRAY(SELECT k.document_id FROM known k))"
GROUPS = f"""
    WITH {PLANS} {{least}}, known AS MATERIALIZED (
        SELECT o.transaction_id AS document_id, o.account_id, o.order_on, o.open_minor
          FROM (SELECT document_id FROM dunning_dunningrecord WHERE company_id = %(company)s
                 UNION
                SELECT invoice_id FROM dunning_dunningclaim WHERE company_id = %(company)s
                 UNION
                SELECT document_id FROM promises_promise WHERE company_id = %(company)s
                 UNION
                SELECT document_id FROM promises_invoicedispute WHERE company_id = %(company)s
                 UNION {CLAIMED}
                 UNION
                SELECT id FROM transactions_transaction
                 WHERE company_id = %(company)s AND classification IN {sql_list(DEBITS & RARER)}) x
          JOIN transactions_openitem o
            ON o.transaction_id = x.document_id AND o.company_id = %(company)s AND o.is_debit
    ), beginning AS MATERIALIZED (
        SELECT plan_id, min(days::int) AS days FROM dunning_dunninglevel
         WHERE company_id = %(company)s AND is_active GROUP BY plan_id
    ), account AS MATERIALIZED (
        SELECT a.id, f.plan_id, f.days
          FROM accounts_account a {SERVED}
          LEFT JOIN beginning f ON f.plan_id = COALESCE(s.plan_id, c.plan_id, u.plan_id)
         WHERE a.company_id = %(company)s AND a.type = 'customer'
    ), document AS (
        SELECT o.account_id, a.plan_id, GREATEST(o.order_on + a.days, %(today)s::date) AS day, 1 AS one, o.open_minor
          FROM transactions_openitem o JOIN account a ON a.id = o.account_id
         WHERE o.company_id = %(company)s AND o.is_debit AND o.order_on + a.days <= %(as_of)s::date {{beyond}}
         UNION ALL
        SELECT o.account_id, a.plan_id, GREATEST(o.order_on + a.days, %(today)s::date), -1, -o.open_minor
          FROM known o JOIN account a ON a.id = o.account_id
         WHERE o.order_on + a.days <= %(as_of)s::date {{beyond}}
         UNION ALL
        SELECT r.account_id, r.plan_id, GREATEST(r.due_on + r.next_days + r.shift, %(today)s::date), 1, r.open_minor
          FROM ({exchanged(REACHED_TODAY, "{only}", KNOWN)}) r
         WHERE r.reason = ''
    )
    SELECT d.account_id AS owner_id, d.day, p.rank, p.id AS plan_id, a.number AS account, a.currency, d.rows, d.open
      FROM (SELECT day, account_id, plan_id, sum(one) AS rows, sum(open_minor)::bigint AS open
              FROM document GROUP BY 1, 2, 3 HAVING sum(one) > 0) d
      JOIN accounts_account a ON a.id = d.account_id
      LEFT JOIN dunning_dunningplan p ON p.id = d.plan_id
"""
PLACE = "g.day, g.rank, g.plan_id, g.account"  # of a group among the others, as `COMING` is sorted


def coming_groups(*, today: date, until: date) -> Text:
    """How many documents of each account reach their next level on each day, and what is open of them."""
    return with_segments(GROUPS, as_of=until, today=today)
