"""Payments that gateways were asked for, and how many of them failed."""

from __future__ import annotations

from datetime import date, timedelta

from subledger.companies.models import Company
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.report_kit.tables import AS_OF, Column, Kind, Report, Table, rows_of, totals_by_currency

WEEKS = 13

FAILED_COLUMNS = (
    Column("week", say("Week of"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("asked", say("Asked for"), Kind.INT),
    Column("succeeded", say("Paid"), Kind.INT),
    Column("failed", say("Failed"), Kind.INT),
    Column("failed_amount", say("Failed amount"), Kind.MONEY),
    Column("rate", say("Failed, %"), Kind.NUMBER),
)

# By the day on which a payment was asked for, in the company's time zone; what became of it is as it stands now.
FAILED = f"""
    WITH asked AS (
        SELECT r.currency, ((r.created_at AT TIME ZONE %(zone)s)::date - %(first)s::date) / 7 AS i, count(*) AS asked,
               count(*) FILTER (WHERE r.state = 'posted') AS succeeded,
               count(*) FILTER (WHERE r.state = 'rejected') AS failed,
               coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'rejected'), 0) AS failed_amount
          FROM gateways_paymentrequest r
         WHERE r.company_id = %(company)s AND r.type = 'payment'
           AND r.created_at >= %(first)s::timestamp AT TIME ZONE %(zone)s
           AND r.created_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE %(zone)s
         GROUP BY 1, 2
    )
    SELECT NULL, %(first)s::date + i * 7 AS week, c.currency, coalesce(a.asked, 0) AS asked,
           coalesce(a.succeeded, 0) AS succeeded, coalesce(a.failed, 0) AS failed,
           coalesce(a.failed_amount, 0)::bigint AS failed_amount,
           round(100.0 * a.failed / nullif(a.failed + a.succeeded, 0), 1) AS rate
      FROM generate_series(0, {WEEKS - 1}) i
     CROSS JOIN (SELECT DISTINCT currency FROM asked) c
      LEFT JOIN asked a USING (currency, i)
     ORDER BY 3, 2
"""


def failed_payments(*, as_of: date) -> Table:
    """Payments that gateways were asked for in each of thirteen weeks from Monday, and how many failed."""
    monday = as_of - timedelta(days=as_of.weekday())
    facts = {
        "company": current_company_id(),
        "zone": Company.objects.get(pk=current_company_id()).time_zone,
        "as_of": as_of,
        "first": monday - timedelta(weeks=WEEKS - 1),
    }
    _, rows = rows_of(FAILED_COLUMNS, FAILED, facts)
    return Table(FAILED_COLUMNS, rows, totals_by_currency(FAILED_COLUMNS, rows))


REPORTS = (
    Report(
        "failed-payments",
        say("Failed payments"),
        say("Payments that gateways were asked for in each of thirteen weeks, and how many failed."),
        (AS_OF,),
        FAILED_COLUMNS,
        failed_payments,
    ),
)
