"""How receivables go: overdue, cash received, collection rate and days sales outstanding, each in one statement.

Each report is as of the end of a day and in each currency: twelve months of which the last ends that day, or thirteen
weeks. They are made of days whose sums are kept (`day_sums`), however many transactions there were. The overdue amount
of a month is that of the ageing of its last day, by due date: what was promised then was late nevertheless.
"""

from __future__ import annotations

from datetime import date, timedelta

from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.platform.statements import sql_list
from subledger.report_kit.tables import AS_OF, Column, Kind, Report, Table, rows_of, totals_by_currency
from subledger.transactions.day_sums import POSTED, SETTLED
from subledger.transactions.states import DEBITS, MONEY, SALES, Classification

MONTHS = 12
WEEKS = 13
SALES_MONTHS = 3  # that days sales outstanding look back

# A month as a number, so that months are counted.
_MONTH = "(extract(year FROM {day}) * 12 + extract(month FROM {day}))::int"
_ENDS = f"""
    SELECT i, %(first)s + i AS month,
           least((make_date((%(first)s + i - 1) / 12, (%(first)s + i - 1) %% 12 + 1, 1) + interval '1 month'
                  - interval '1 day')::date, %(as_of)s::date) AS ends_on
      FROM generate_series(0, {MONTHS - 1}) i
"""

OVERDUE_COLUMNS = (
    Column("month", say("Month"), Kind.MONTH),
    Column("ends_on", say("At the end of"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("overdue", say("Overdue"), Kind.MONEY),
)

# What is late adds from its day on; what settles it takes off from the later of that day and its own. Days are summed
# before they become months. What was before the first month's end is one sum, which is nothing where all was settled.
OVERDUE = f"""
    WITH ends AS ({_ENDS}
    ), changes AS (
        SELECT currency, late_on AS day, sum(minor) AS minor
          FROM ({POSTED}) p
         WHERE of_customers AND classification IN {sql_list(DEBITS)} AND late_on <= %(as_of)s
         GROUP BY 1, 2
        UNION ALL
        SELECT currency, greatest(late_on, settled_on), -sum(minor)
          FROM ({SETTLED}) s
         WHERE late_on <= %(as_of)s AND settled_on <= %(as_of)s
         GROUP BY 1, 2
    ), days AS (
        SELECT currency, greatest(day, %(first_end)s) AS day, sum(minor) AS minor
          FROM changes GROUP BY 1, 2 HAVING sum(minor) <> 0
    ), summed AS (
        SELECT currency, {_MONTH.format(day="day")} - %(first)s AS i, sum(minor) AS minor FROM days GROUP BY 1, 2
    )
    SELECT NULL, to_char(e.ends_on, 'YYYY-MM') AS month, e.ends_on, c.currency,
           (sum(coalesce(s.minor, 0)) OVER (PARTITION BY c.currency ORDER BY e.i))::bigint AS overdue
      FROM ends e
     CROSS JOIN (SELECT DISTINCT currency FROM summed) c
      LEFT JOIN summed s ON s.currency = c.currency AND s.i = e.i
     ORDER BY 4, e.i
"""


def overdue_trend(*, as_of: date) -> Table:
    """What was overdue at the end of each of twelve months."""
    _, rows = rows_of(OVERDUE_COLUMNS, OVERDUE, _months(as_of))
    return Table(OVERDUE_COLUMNS, rows)


CASH_COLUMNS = (
    Column("week", say("Week of"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("payments", say("Payments"), Kind.MONEY),
    Column("cancelled", say("Cancelled"), Kind.MONEY),
    Column("received", say("Received"), Kind.MONEY),
)
CASH = f"""
    WITH moved AS (
        SELECT currency, (posted_on - %(first)s::date) / 7 AS i,
               sum(minor) FILTER (WHERE classification = 'payment') AS payments,
               sum(minor) FILTER (WHERE classification = 'payment_cancellation') AS cancelled
          FROM ({POSTED}) p
         WHERE posted_on BETWEEN %(first)s AND %(as_of)s
           AND classification IN {sql_list(MONEY - {Classification.REFUND})}
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


def cash_by_week(*, as_of: date) -> Table:
    """Payments less cancelled ones, by week from Monday: thirteen weeks, of which the last has the day."""
    monday = as_of - timedelta(days=as_of.weekday())
    facts = {"company": current_company_id(), "as_of": as_of, "first": monday - timedelta(weeks=WEEKS - 1)}
    _, rows = rows_of(CASH_COLUMNS, CASH, facts)
    return Table(CASH_COLUMNS, rows, totals_by_currency(CASH_COLUMNS, rows))


COLLECTED_COLUMNS = (
    Column("month", say("Due in"), Kind.MONTH),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("due", say("Due"), Kind.MONEY),
    Column("credited", say("Credited"), Kind.MONEY),
    Column("paid", say("Paid"), Kind.MONEY),
    Column("open", say("Not collected"), Kind.MONEY),
    Column("rate", say("Collected, %"), Kind.NUMBER),
)
# An invoice is late on the day after it is due.
COLLECTED = f"""
    WITH invoices AS (
        SELECT currency, late_on - 1 AS due_on, sum(minor) AS due
          FROM ({POSTED}) p
         WHERE of_customers AND classification = 'invoice' AND late_on - 1 BETWEEN %(first_day)s AND %(as_of)s
         GROUP BY 1, 2
    ), settled AS (
        SELECT currency, late_on - 1 AS due_on, sum(minor) FILTER (WHERE settled_by = 'payment') AS paid,
               sum(minor) FILTER (WHERE settled_by IN {sql_list(SALES)}) AS credited
          FROM ({SETTLED}) s
         WHERE of_invoices AND late_on - 1 BETWEEN %(first_day)s AND %(as_of)s AND settled_on <= %(as_of)s
         GROUP BY 1, 2
    ), due AS (
        SELECT i.currency, {_MONTH.format(day="i.due_on")} - %(first)s AS i, sum(i.due) AS due,
               coalesce(sum(s.credited), 0) AS credited, coalesce(sum(s.paid), 0) AS paid
          FROM invoices i
          LEFT JOIN settled s USING (currency, due_on)
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


def collection_rate(*, as_of: date) -> Table:
    """Of the invoices that fell due in each of twelve months, less what was credited, the share that is paid."""
    _, rows = rows_of(COLLECTED_COLUMNS, COLLECTED, _months(as_of))
    return Table(COLLECTED_COLUMNS, rows, totals_by_currency(COLLECTED_COLUMNS, rows))


DSO_COLUMNS = (
    Column("month", say("Month"), Kind.MONTH),
    Column("ends_on", say("At the end of"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("receivables", say("Receivables"), Kind.MONEY),
    Column("invoiced", say("Invoiced in three months"), Kind.MONEY),
    Column("days", say("Days of these"), Kind.INT),
    Column("dso", say("Days sales outstanding"), Kind.NUMBER),
)
DSO = f"""
    WITH days AS (
        SELECT currency, posted_on, classification, sum(minor) AS minor
          FROM ({POSTED}) p
         WHERE of_customers AND posted_on <= %(as_of)s
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


def days_sales_outstanding(*, as_of: date) -> Table:
    """What customers owe at the end of each of twelve months, in days of what was invoiced in the three before it."""
    _, rows = rows_of(DSO_COLUMNS, DSO, _months(as_of))
    return Table(DSO_COLUMNS, rows)


def _months(as_of: date) -> dict[str, date | int]:
    """The first of the months as a number, as its first and as its last day."""
    number = as_of.year * 12 + as_of.month - (MONTHS - 1)
    first_day = date((number - 1) // 12, (number - 1) % 12 + 1, 1)
    following = date(number // 12, number % 12 + 1, 1)
    return {
        "company": current_company_id(),
        "as_of": as_of,
        "first": number,
        "first_day": first_day,
        "first_end": following - timedelta(days=1),
    }


REPORTS = (
    Report(
        "overdue-trend",
        say("Overdue trend"),
        say("What was overdue at the end of each of twelve months."),
        (AS_OF,),
        OVERDUE_COLUMNS,
        overdue_trend,
    ),
    Report(
        "cash-by-week",
        say("Cash received by week"),
        say("Payments less cancelled ones, in each of thirteen weeks."),
        (AS_OF,),
        CASH_COLUMNS,
        cash_by_week,
    ),
    Report(
        "collection-rate",
        say("Collection rate"),
        say("How much is paid of what fell due in each of twelve months."),
        (AS_OF,),
        COLLECTED_COLUMNS,
        collection_rate,
    ),
    Report(
        "days-sales-outstanding",
        say("Days sales outstanding"),
        say("Receivables at the end of each of twelve months, in days of what was invoiced in three."),
        (AS_OF,),
        DSO_COLUMNS,
        days_sales_outstanding,
    ),
)
