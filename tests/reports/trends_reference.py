"""The reports of how receivables go, added up from every transaction and allocation there is: what they are held to.

What was open at an earlier day is worked out from what is open now, and what was allocated or released since.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection

from subledger.platform.scope import current_company_id
from subledger.platform.statements import sql_list
from subledger.transactions.reports.trends import _ENDS, _MONTH, SALES_MONTHS, WEEKS, _months
from subledger.transactions.states import CREDITS, MONEY, SALES, Classification

OVERDUE = f"""
    WITH ends AS ({_ENDS}
    ), spans AS (
        SELECT a.currency, greatest(o.order_on + 1, o.posted_on) AS since, NULL::date AS until, o.open_minor AS minor
          FROM transactions_openitem o
          JOIN accounts_account a ON a.id = o.account_id AND a.type = 'customer'
         WHERE o.company_id = %(company)s AND o.is_debit AND o.posted_on <= %(as_of)s AND o.order_on < %(as_of)s
        UNION ALL
        SELECT a.currency, CASE WHEN x.released_on IS NULL THEN s.since ELSE greatest(s.since, x.allocated_on) END,
               coalesce(x.released_on, x.allocated_on),
               CASE WHEN x.released_on IS NULL THEN x.minor ELSE -x.minor END
          FROM transactions_allocation x
          JOIN accounts_account a ON a.id = x.account_id AND a.type = 'customer'
          JOIN transactions_transaction d ON d.id = x.debit_id
         CROSS JOIN LATERAL (SELECT greatest(coalesce(d.due_on, d.posted_on) + 1, d.posted_on) AS since) s
         WHERE x.company_id = %(company)s AND coalesce(x.released_on, x.allocated_on) > %(first_end)s
    ), changes AS (
        SELECT s.currency, c.day, sum(c.minor) AS minor
          FROM spans s
         CROSS JOIN LATERAL (VALUES (s.since, s.minor), (s.until, -s.minor)) c (day, minor)
         WHERE c.day <= %(as_of)s AND s.since <= %(as_of)s AND (s.until IS NULL OR s.since < s.until)
         GROUP BY 1, 2
    ), summed AS (
        SELECT currency, greatest(0, {_MONTH.format(day="day")} - %(first)s) AS i, sum(minor) AS minor
          FROM changes GROUP BY 1, 2
    )
    SELECT NULL, to_char(e.ends_on, 'YYYY-MM') AS month, e.ends_on, c.currency,
           (sum(coalesce(s.minor, 0)) OVER (PARTITION BY c.currency ORDER BY e.i))::bigint AS overdue
      FROM ends e
     CROSS JOIN (SELECT DISTINCT currency FROM summed) c
      LEFT JOIN summed s ON s.currency = c.currency AND s.i = e.i
     ORDER BY 4, e.i
"""
CASH = f"""
    WITH moved AS (
        SELECT t.currency, (t.posted_on - %(first)s::date) / 7 AS i,
               sum(t.amount_minor) FILTER (WHERE t.classification = 'payment') AS payments,
               sum(t.amount_minor) FILTER (WHERE t.classification = 'payment_cancellation') AS cancelled
          FROM transactions_transaction t
         WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(first)s AND %(as_of)s
           AND t.classification IN {sql_list(MONEY - {Classification.REFUND})}
         GROUP BY 1, 2
    )
    SELECT NULL, %(first)s::date + i * 7 AS week, c.currency, coalesce(m.payments, 0)::bigint AS payments,
           coalesce(m.cancelled, 0)::bigint AS cancelled,
           (coalesce(m.payments, 0) - coalesce(m.cancelled, 0))::bigint AS received
      FROM generate_series(0, {WEEKS - 1}) i
     CROSS JOIN (SELECT DISTINCT currency FROM moved) c
      LEFT JOIN moved m USING (currency, i)
     ORDER BY 3, 2
"""
COLLECTED = f"""
    WITH invoices AS (
        SELECT t.currency, t.due_on, sum(t.amount_minor) AS due
          FROM transactions_transaction t
          JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
         WHERE t.company_id = %(company)s AND t.classification = 'invoice' AND t.posted_on <= %(as_of)s
           AND t.due_on BETWEEN %(first_day)s AND %(as_of)s
         GROUP BY 1, 2
    ), apart AS (
        SELECT o.transaction_id AS id, o.open_minor AS open, 0 AS credited, 0 AS other
          FROM transactions_openitem o
         WHERE o.company_id = %(company)s AND o.is_debit AND o.order_on BETWEEN %(first_day)s AND %(as_of)s
        UNION ALL
        SELECT x.debit_id, CASE WHEN x.released_on IS NULL THEN x.minor ELSE 0 END, 0, 0
          FROM transactions_allocation x WHERE x.company_id = %(company)s AND x.allocated_on > %(as_of)s
        UNION ALL
        SELECT x.debit_id, -x.minor, 0, 0
          FROM transactions_allocation x
         WHERE x.company_id = %(company)s AND x.released_on > %(as_of)s AND x.allocated_on <= %(as_of)s
        UNION ALL
        SELECT x.debit_id, 0, CASE WHEN c.classification IN {sql_list(SALES)} THEN x.minor ELSE 0 END,
               CASE WHEN c.classification IN {sql_list(SALES)} THEN 0 ELSE x.minor END
          FROM transactions_transaction c
          JOIN transactions_allocation x ON x.credit_id = c.id
         WHERE c.company_id = %(company)s AND c.classification IN {sql_list(CREDITS - {Classification.PAYMENT})}
           AND x.allocated_on <= %(as_of)s AND (x.released_on IS NULL OR x.released_on > %(as_of)s)
    ), not_paid AS (
        SELECT t.currency, t.due_on, sum(x.open + x.other) AS open, sum(x.credited) AS credited
          FROM apart x
          JOIN transactions_transaction t ON t.id = x.id
          JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
         WHERE t.classification = 'invoice' AND t.posted_on <= %(as_of)s
           AND t.due_on BETWEEN %(first_day)s AND %(as_of)s
         GROUP BY 1, 2
    ), due AS (
        SELECT i.currency, {_MONTH.format(day="i.due_on")} - %(first)s AS i, sum(i.due) AS due,
               coalesce(sum(n.credited), 0) AS credited,
               sum(i.due) - coalesce(sum(n.open + n.credited), 0) AS paid
          FROM invoices i
          LEFT JOIN not_paid n USING (currency, due_on)
         GROUP BY 1, 2
    )
    SELECT NULL, to_char(e.ends_on, 'YYYY-MM') AS month, c.currency, coalesce(d.due, 0)::bigint AS due,
           coalesce(d.credited, 0)::bigint AS credited, coalesce(d.paid, 0)::bigint AS paid,
           coalesce(d.due - d.credited - d.paid, 0)::bigint AS open,
           round(100 * d.paid / nullif(d.due - d.credited, 0), 1) AS rate
      FROM ({_ENDS}) e
     CROSS JOIN (SELECT DISTINCT currency FROM due) c
      LEFT JOIN due d ON d.currency = c.currency AND d.i = e.i
     ORDER BY 3, e.i
"""
DSO = f"""
    WITH days AS (
        SELECT t.currency, t.posted_on, t.classification, sum(t.amount_minor) AS minor
          FROM transactions_transaction t
          JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
         WHERE t.company_id = %(company)s AND t.posted_on <= %(as_of)s
         GROUP BY 1, 2, 3
    ), moved AS (
        SELECT d.currency, {_MONTH.format(day="d.posted_on")} AS month,
               sum(s.sign * d.minor) AS minor,
               coalesce(sum(s.sign * d.minor) FILTER (WHERE d.classification IN {sql_list(SALES)}), 0) AS sold
          FROM days d
         CROSS JOIN LATERAL (SELECT CASE WHEN is_debit(d.classification) THEN 1 ELSE -1 END AS sign) s
         GROUP BY 1, 2
    ), stood AS (
        SELECT e.i, e.ends_on, m.currency, sum(m.minor) AS receivables,
               coalesce(sum(m.sold) FILTER (WHERE m.month > e.month - {SALES_MONTHS}), 0) AS invoiced,
               e.ends_on - (date_trunc('month', e.ends_on) - interval '{SALES_MONTHS - 1} months')::date + 1 AS days
          FROM ({_ENDS}) e
          JOIN moved m ON m.month <= e.month
         GROUP BY 1, 2, 3
    )
    SELECT NULL, to_char(ends_on, 'YYYY-MM') AS month, ends_on, currency, receivables::bigint, invoiced::bigint, days,
           CASE WHEN invoiced > 0 THEN round(receivables * days / invoiced, 1) END AS dso
      FROM stood ORDER BY 4, i
"""


def reference(name: str, as_of: date) -> list[tuple[Any, ...]]:
    """The rows of a report as of a day, in its order."""
    facts: dict[str, Any] = dict(_months(as_of))
    if name == "cash-by-week":
        monday = as_of - timedelta(days=as_of.weekday())
        facts = {"company": current_company_id(), "as_of": as_of, "first": monday - timedelta(weeks=WEEKS - 1)}
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES[name], facts)
        return [tuple(row[1:]) for row in cursor.fetchall()]


REFERENCES = {
    "overdue-trend": OVERDUE,
    "cash-by-week": CASH,
    "collection-rate": COLLECTED,
    "days-sales-outstanding": DSO,
}
