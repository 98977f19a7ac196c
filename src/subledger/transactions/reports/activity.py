"""What happened in a span: transactions, allocations, receipts and revenue."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from subledger.accounts.models import Account
from subledger.accounts.parameters import ACCOUNT
from subledger.catalog.models import Product
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.platform.statements import sql_list
from subledger.report_kit.tables import (
    FROM,
    TO,
    Column,
    Kind,
    Lines,
    Report,
    Sums,
    Table,
    lines_of,
    rows_of,
    totals_by_currency,
)
from subledger.transactions import labels
from subledger.transactions.day_sums import POSTED, TYPED
from subledger.transactions.states import DEBITS, MONEY, SALES, Classification

from .parameters import CLASSIFICATION

TRANSACTION_COLUMNS = (
    Column("posted_on", say("Posted"), Kind.DATE),
    Column("number", say("Number")),
    Column("classification", labels.TYPE, Kind.CODE),
    Column("type", labels.SUBTYPE),
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("state", say("State"), Kind.CODE),
    Column("due_on", say("Due"), Kind.DATE),
    Column("back_office_code", labels.REFERENCE),
    Column("reason", say("Reason")),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("net", labels.SUBTOTAL, Kind.MONEY),
    Column("discount", say("Discount"), Kind.MONEY),
    Column("tax", say("Tax"), Kind.MONEY),
    Column("debit", say("Debit"), Kind.MONEY, is_side=True),
    Column("credit", say("Credit"), Kind.MONEY, is_side=True),
    Column("open", say("Open now"), Kind.MONEY),
)

TRANSACTIONS = """
    SELECT t.id, t.posted_on, t.currency, CASE WHEN s.is_debit THEN t.amount_minor ELSE 0 END AS debit,
           CASE WHEN s.is_debit THEN 0 ELSE t.amount_minor END AS credit
      FROM transactions_transaction t
     CROSS JOIN LATERAL (
         SELECT is_debit(t.classification) AS is_debit) s
     WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
       AND (%(account)s::bigint IS NULL OR t.account_id = %(account)s)
       AND (%(classification)s::text IS NULL OR t.classification = %(classification)s)
"""
# What of a transaction is shown and not added up.
TRANSACTIONS_AROUND = """
    SELECT o.id, o.posted_on, t.number, t.classification, y.name AS type,
           coalesce(nullif(a.code, ''), a.number) AS account, a.name, t.state, t.due_on, t.back_office_code,
           r.name AS reason, o.currency, t.net_minor AS net, t.discount_minor AS discount, t.tax_minor AS tax,
           o.debit, o.credit, coalesce(p.open_minor, 0) AS open
      FROM ({rows}) o
      JOIN transactions_transaction t ON t.id = o.id
      JOIN accounts_account a ON a.id = t.account_id
      JOIN transactions_transactiontype y ON y.id = t.type_id
      LEFT JOIN transactions_creditreason r ON r.id = t.credit_reason_id
      LEFT JOIN transactions_openitem p ON p.transaction_id = t.id
"""
# Of all accounts: their days are kept.
TRANSACTIONS_TOTALS = f"""
    SELECT currency, sum(documents)::bigint,
           coalesce(sum(minor) FILTER (WHERE classification IN {sql_list(DEBITS)}), 0)::bigint,
           coalesce(sum(minor) FILTER (WHERE classification NOT IN {sql_list(DEBITS)}), 0)::bigint
      FROM ({POSTED}) o
     WHERE posted_on BETWEEN %(start)s AND %(end)s
       AND (%(classification)s::text IS NULL OR classification = %(classification)s)
     GROUP BY 1 ORDER BY 1
"""


def transactions(
    *, start: date, end: date, account: Account | None = None, classification: Classification | None = None
) -> Lines:
    """Every transaction posted in a span."""
    sums = partial(Sums, TRANSACTION_COLUMNS, without=["net", "discount", "tax", "open"])
    facts = _facts(start, end, account, classification)
    return lines_of(
        TRANSACTION_COLUMNS, TRANSACTIONS, "o.posted_on, o.id", facts, sums, around=TRANSACTIONS_AROUND,
        totals="" if account else TRANSACTIONS_TOTALS, outlined=("posted_on", "currency", "debit", "credit"),
    )  # fmt: skip


ALLOCATION_COLUMNS = (
    Column("allocated_on", labels.APPLIED_ON, Kind.DATE),
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("credit", say("Credit")),
    Column("debit", say("Debit")),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("amount", say("Amount"), Kind.MONEY),
    Column("principle", labels.APPLIED_HOW, Kind.CODE),
    Column("released_on", labels.UNAPPLIED_ON, Kind.DATE),
    Column("release_reason", labels.REASON, Kind.CODE),
)

ALLOCATIONS = """
    SELECT x.id, x.allocated_on, x.account_id, x.credit_id, x.debit_id, a.currency, x.minor AS amount, x.released_on
      FROM transactions_allocation x
      JOIN accounts_account a ON a.id = x.account_id
     WHERE x.company_id = %(company)s AND x.allocated_on BETWEEN %(start)s AND %(end)s
       AND (%(account)s::bigint IS NULL OR x.account_id = %(account)s)
"""
# What of an allocation is shown and not added up.
ALLOCATIONS_AROUND = """
    SELECT o.id, o.allocated_on, coalesce(nullif(a.code, ''), a.number) AS account, a.name, c.number AS credit,
           d.number AS debit, o.currency, o.amount, x.principle, o.released_on, x.release_reason
      FROM ({rows}) o
      JOIN transactions_allocation x ON x.id = o.id
      JOIN transactions_transaction c ON c.id = o.credit_id
      JOIN transactions_transaction d ON d.id = o.debit_id
      JOIN accounts_account a ON a.id = o.account_id
"""


class LiveSums(Sums):
    """Without what was released."""

    RELEASED = [column.name for column in ALLOCATION_COLUMNS].index("released_on")

    def add(self, row: tuple[Any, ...]) -> None:
        if row[self.RELEASED] is None:
            super().add(row)


def allocations(*, start: date, end: date, account: Account | None = None) -> Lines:
    """Every allocation made in a span, released ones with the day and the reason; totals leave these out."""
    sums = partial(LiveSums, ALLOCATION_COLUMNS)
    return lines_of(
        ALLOCATION_COLUMNS, ALLOCATIONS, "o.allocated_on, o.id", _facts(start, end, account), sums,
        around=ALLOCATIONS_AROUND, counted="released_on IS NULL",
        outlined=("allocated_on", "currency", "amount", "released_on"),
    )  # fmt: skip


RECEIPT_COLUMNS = (
    Column("month", say("Month"), Kind.MONTH),
    Column("type", labels.SUBTYPE),
    Column("method", say("Method")),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("payments", say("Payments"), Kind.MONEY),
    Column("cancellations", say("Cancelled"), Kind.MONEY),
    Column("receipts", say("Receipts"), Kind.MONEY),
    Column("refunds", say("Refunds"), Kind.MONEY),
)

# A cancellation counts in its own month, under the type and method of the payment it takes back.
# Rows are summed by day before they get their month and names: these cost more than adding them up.
RECEIPTS = f"""
    WITH moved AS (
        SELECT posted_on, of_type_id, payment_method_id, refund_method_id, currency, classification, sum(minor) AS minor
          FROM ({TYPED}) k
         WHERE posted_on BETWEEN %(start)s AND %(end)s AND classification IN {sql_list(MONEY)}
         GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT NULL, to_char(m.posted_on, 'YYYY-MM') AS month, y.name AS type, coalesce(pm.name, rm.name) AS method,
           m.currency, coalesce(sum(m.minor) FILTER (WHERE m.classification = 'payment'), 0)::bigint AS payments,
           coalesce(sum(m.minor) FILTER (WHERE m.classification = 'payment_cancellation'), 0)::bigint
               AS cancellations,
           coalesce(sum(CASE WHEN is_debit(m.classification) THEN -m.minor ELSE m.minor END)
                        FILTER (WHERE m.classification <> 'refund'), 0)::bigint AS receipts,
           coalesce(sum(m.minor) FILTER (WHERE m.classification = 'refund'), 0)::bigint AS refunds
      FROM moved m
      JOIN transactions_transactiontype y ON y.id = m.of_type_id
      LEFT JOIN transactions_paymentmethod pm ON pm.id = m.payment_method_id
      LEFT JOIN transactions_refundmethod rm ON rm.id = m.refund_method_id
     GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4, 5
"""


def receipts(*, start: date, end: date) -> Table:
    """Money received, by month, type and method: payments less payment cancellations; refunds apart."""
    _, rows = rows_of(RECEIPT_COLUMNS, RECEIPTS, _facts(start, end))
    return Table(RECEIPT_COLUMNS, rows, totals_by_currency(RECEIPT_COLUMNS, rows))


REVENUE_COLUMNS = (
    Column("classification", labels.TYPE, Kind.CODE),
    Column("type", labels.SUBTYPE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("net", labels.SUBTOTAL, Kind.MONEY),
    Column("discount", say("Discount"), Kind.MONEY),
    Column("revenue", labels.NET, Kind.MONEY),
    Column("tax", say("Tax"), Kind.MONEY),
    Column("total", say("Total"), Kind.MONEY),
)

# Mirror invoices on the write-off account repeat what was revenue before: customers' accounts only.
REVENUE = f"""
    SELECT NULL, t.classification, y.name AS type, t.currency, sum(s.sign * t.net_minor)::bigint AS net,
           sum(s.sign * t.discount_minor)::bigint AS discount,
           sum(s.sign * (t.net_minor - t.discount_minor))::bigint AS revenue,
           sum(s.sign * t.tax_minor)::bigint AS tax, sum(s.sign * t.minor)::bigint AS total
      FROM (SELECT classification, type_id, of_type_id, currency, documents, net_minor, discount_minor, tax_minor, minor
              FROM ({TYPED}) k
             WHERE of_customers AND posted_on BETWEEN %(start)s AND %(end)s
               AND classification IN {sql_list(SALES)}
             {{apart}}) t
      JOIN transactions_transactiontype y ON y.id = t.type_id
      JOIN transactions_transactiontype r ON r.id = t.of_type_id AND r.is_revenue
     CROSS JOIN LATERAL (SELECT CASE WHEN is_debit(t.classification) THEN 1 ELSE -1 END AS sign) s
     GROUP BY 2, 3, 4 HAVING sum(t.documents) > 0 ORDER BY 4, min(s.sign) DESC, 2, 3
"""

# What of a document are items of products that are no revenue, taken off; a document of nothing else is left out.
APART = f"""
     UNION ALL
    SELECT t.classification, t.type_id, coalesce(c.type_id, t.type_id), t.currency,
           CASE WHEN x.is_all THEN -1 ELSE 0 END,
           -CASE WHEN x.is_all THEN t.net_minor ELSE x.net END,
           -CASE WHEN x.is_all THEN t.discount_minor ELSE x.discount END,
           -CASE WHEN x.is_all THEN t.tax_minor ELSE x.tax END,
           -CASE WHEN x.is_all THEN t.amount_minor ELSE x.total END
      FROM (SELECT i.transaction_id AS id, sum(i.net_minor) AS net, sum(i.discount_minor) AS discount,
                   sum(i.tax_minor) AS tax, sum(i.sub_total_minor) AS total,
                   count(*) = (SELECT count(*) FROM transactions_transactionitem o
                                WHERE o.transaction_id = i.transaction_id) AS is_all
              FROM transactions_transactionitem i JOIN catalog_product p ON p.id = i.product_id
             WHERE p.company_id = %(company)s AND NOT p.is_revenue GROUP BY 1) x
      JOIN transactions_transaction t ON t.id = x.id
      JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
      LEFT JOIN transactions_transaction c ON c.id = t.cancels_id
     WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
       AND t.classification IN {sql_list(SALES)}
"""


def revenue_totals(*, start: date, end: date) -> Table:
    """Revenue by type: net less discount of invoices, less that of credit notes and invoice cancellations.

    What reduces revenue is negative. Write-offs are bad debt, not less revenue. Types and products that are no revenue
    do not count; items are read where there are such products alone.
    """
    by_items = Product.objects.filter(is_revenue=False).exists()
    statement = REVENUE.format(apart=APART if by_items else "")
    _, rows = rows_of(REVENUE_COLUMNS, statement, _facts(start, end))
    return Table(REVENUE_COLUMNS, rows, totals_by_currency(REVENUE_COLUMNS, rows))


CREDIT_COLUMNS = (
    Column("reason", say("Reason")),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("notes", say("Credit notes"), Kind.INT),
    Column("credited", say("Credited without tax"), Kind.MONEY),
    Column("tax", say("Tax"), Kind.MONEY),
    Column("total", say("Total"), Kind.MONEY),
)

CREDITS = """
    SELECT NULL, coalesce(r.name, 'No reason given') AS reason, t.currency, count(*) AS notes,
           sum(t.net_minor - t.discount_minor)::bigint AS credited, sum(t.tax_minor)::bigint AS tax,
           sum(t.amount_minor)::bigint AS total
      FROM transactions_transaction t
      LEFT JOIN transactions_creditreason r ON r.id = t.credit_reason_id
     WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
       AND t.classification = 'credit_note'
       AND (%(account)s::bigint IS NULL OR t.account_id = %(account)s)
     GROUP BY 2, 3, r.id ORDER BY 3, 7 DESC, 2
"""


def credit_reasons(*, start: date, end: date, account: Account | None = None) -> Table:
    """How much credit notes took back, by the reason they give; the largest first."""
    _, rows = rows_of(CREDIT_COLUMNS, CREDITS, _facts(start, end, account))
    return Table(CREDIT_COLUMNS, rows, totals_by_currency(CREDIT_COLUMNS, rows))


def _facts(
    start: date, end: date, account: Account | None = None, classification: str | None = None
) -> dict[str, date | int | str | None]:
    return {
        "company": current_company_id(),
        "start": start,
        "end": end,
        "account": account.pk if account else None,
        "classification": classification,
    }


REPORTS = (
    Report(
        "transactions",
        say("Transactions"),
        say("Every transaction posted in a span."),
        (FROM, TO, ACCOUNT, CLASSIFICATION),
        TRANSACTION_COLUMNS,
        transactions,
        "transaction",
    ),
    Report(
        "allocations",
        say("Applied payments by day"),
        say("Which payment or credit was applied to what, and what was unapplied."),
        (FROM, TO, ACCOUNT),
        ALLOCATION_COLUMNS,
        allocations,
    ),
    Report(
        "receipts",
        say("Receipts"),
        say("Money received by month, subtype and method."),
        (FROM, TO),
        RECEIPT_COLUMNS,
        receipts,
    ),
    Report(
        "revenue-totals",
        say("Revenue totals"),
        say("Subtotal, discount, net and tax by transaction subtype, of what counts as revenue."),
        (FROM, TO),
        REVENUE_COLUMNS,
        revenue_totals,
    ),
    Report(
        "credit-reasons",
        say("Reasons of credit notes"),
        say("How much credit notes took back, by the reason they give."),
        (FROM, TO, ACCOUNT),
        CREDIT_COLUMNS,
        credit_reasons,
    ),
)
