"""Receipts and revenue totals added up from every transaction: what the reports of kept days are held to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from subledger.catalog.models import Product
from subledger.platform.scope import current_company_id
from subledger.platform.statements import sql_list
from subledger.transactions.models import TransactionType
from subledger.transactions.states import MONEY, SALES, Classification

# A cancellation counts in its own month, under the type and method of the payment it takes back.
# Rows are summed by day before they get their month and names: these cost more than adding them up.
RECEIPTS = f"""
    WITH moved AS (
        SELECT t.posted_on, t.type_id, t.payment_method_id, t.refund_method_id, t.currency, t.classification,
               sum(t.amount_minor) AS minor
          FROM transactions_transaction t
         WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
           AND t.classification IN {sql_list(MONEY - {Classification.PAYMENT_CANCELLATION})}
         GROUP BY 1, 2, 3, 4, 5, 6
        UNION ALL
        SELECT t.posted_on, p.type_id, p.payment_method_id, NULL::bigint, t.currency, t.classification,
               sum(t.amount_minor)
          FROM transactions_transaction t
          JOIN transactions_transaction p ON p.id = t.cancels_id
         WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
           AND t.classification = 'payment_cancellation'
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
      JOIN transactions_transactiontype y ON y.id = m.type_id
      LEFT JOIN transactions_paymentmethod pm ON pm.id = m.payment_method_id
      LEFT JOIN transactions_refundmethod rm ON rm.id = m.refund_method_id
     GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4, 5
"""

# Mirror invoices on the write-off account repeat what was revenue before: customers' accounts only.
REVENUE = """
    SELECT NULL, t.classification, y.name AS type, t.currency, sum(s.sign * {net})::bigint AS net,
           sum(s.sign * {discount})::bigint AS discount, sum(s.sign * ({net} - {discount}))::bigint AS revenue,
           sum(s.sign * {tax})::bigint AS tax, sum(s.sign * {total})::bigint AS total
      FROM transactions_transaction t
      JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
      JOIN transactions_transactiontype y ON y.id = t.type_id
     CROSS JOIN LATERAL (SELECT CASE WHEN is_debit(t.classification) THEN 1 ELSE -1 END AS sign) s
     {apart}
     WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(start)s AND %(end)s
       AND t.classification IN {classifications}
       {revenue}
     GROUP BY 2, 3, 4 ORDER BY 4, min(s.sign) DESC, 2, 3
"""


AMOUNTS = {"net": "net_minor", "discount": "discount_minor", "tax": "tax_minor", "total": "amount_minor"}

# What of a document are items of products that are no revenue; a document of nothing else is left out.
APART = """
      LEFT JOIN (SELECT i.transaction_id AS id, sum(i.net_minor) AS net, sum(i.discount_minor) AS discount,
                        sum(i.tax_minor) AS tax, sum(i.sub_total_minor) AS total, count(*) AS items
                   FROM transactions_transactionitem i JOIN catalog_product p ON p.id = i.product_id
                  WHERE p.company_id = %(company)s AND NOT p.is_revenue GROUP BY 1) x ON x.id = t.id
"""
WITH_REVENUE = """
       AND (x.id IS NULL
            OR x.items < (SELECT count(*) FROM transactions_transactionitem i WHERE i.transaction_id = t.id))
"""
# A cancellation is what it cancels.
OF_REVENUE = """
       AND (SELECT r.is_revenue FROM transactions_transactiontype r
             WHERE r.id = coalesce((SELECT c.type_id FROM transactions_transaction c WHERE c.id = t.cancels_id),
                                   t.type_id))
"""


def receipts(start: date, end: date) -> list[tuple[Any, ...]]:
    return _rows(RECEIPTS, start, end)


def revenue_totals(start: date, end: date) -> list[tuple[Any, ...]]:
    by_items = Product.objects.filter(is_revenue=False).exists()
    by_types = TransactionType.objects.filter(is_revenue=False).exists()
    statement = REVENUE.format(
        classifications=sql_list(SALES),
        apart=APART if by_items else "",
        revenue=(OF_REVENUE if by_types else "") + (WITH_REVENUE if by_items else ""),
        **{
            name: f"(t.{column} - coalesce(x.{name}, 0))" if by_items else f"t.{column}"
            for name, column in AMOUNTS.items()
        },
    )
    return _rows(statement, start, end)


def _rows(statement: str, start: date, end: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), "start": start, "end": end})
        return [row[1:] for row in cursor.fetchall()]


REFERENCES = {"receipts": receipts, "revenue-totals": revenue_totals}
