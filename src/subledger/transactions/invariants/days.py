"""What is kept of days, beside the transactions and allocations of these days."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.transactions.day_sums import ALL_POSTED, ALL_SETTLED, ALL_TYPED, POSTED, RELEASED_ROWS, SETTLED, TYPED

_SUMS = """
    currency, of_customers, classification, posted_on, type_id, of_type_id, payment_method_id, refund_method_id,
    sum(documents) AS documents,
    ARRAY[sum(minor), sum(net_minor), sum(discount_minor), sum(tax_minor)]::bigint[] AS minors
"""

KEPT_DAYS = Invariant(
    "kept-days",
    say(
        "What is kept of days, with what has come since, is what their transactions and the allocations on customers' "
        "accounts come to."
    ),
    """
    SELECT (SELECT count(*) FROM transactions_transaction WHERE company_id = %(company)s AND posted_on IS NOT NULL)
           + (SELECT count(*) FROM transactions_allocation WHERE company_id = %(company)s)
    """,
    f"""
    SELECT 'posted on ' || posted_on || ' as ' || classification || ', late on ' || late_on || ', ' || upper(currency)
           || CASE WHEN of_customers THEN '' ELSE ', on accounts of the company itself' END,
           'its transactions come to ' || coalesce(r.minor, 0) || ' (' || coalesce(r.documents, 0) || '), kept is '
           || coalesce(k.minor, 0) || ' (' || coalesce(k.documents, 0) || ')'
      FROM (SELECT currency, of_customers, classification, posted_on, late_on, sum(documents) AS documents,
                   sum(minor) AS minor
              FROM ({ALL_POSTED}) r GROUP BY 1, 2, 3, 4, 5) r
      FULL JOIN (SELECT currency, of_customers, classification, posted_on, late_on, sum(documents) AS documents,
                        sum(minor) AS minor
                   FROM ({POSTED}) k GROUP BY 1, 2, 3, 4, 5) k
        USING (currency, of_customers, classification, posted_on, late_on)
     WHERE (coalesce(r.documents, 0), coalesce(r.minor, 0)) <> (coalesce(k.documents, 0), coalesce(k.minor, 0))
    UNION ALL
    SELECT 'posted on ' || posted_on || ' as ' || classification || ' of '
           || (SELECT y.name FROM transactions_transactiontype y WHERE y.id = type_id) || ', ' || upper(currency)
           || CASE WHEN of_customers THEN '' ELSE ', on accounts of the company itself' END,
           'its transactions come to ' || coalesce(r.minors[1], 0) || ' (' || coalesce(r.documents, 0)
           || '), kept by subtype and method is ' || coalesce(k.minors[1], 0) || ' (' || coalesce(k.documents, 0) || ')'
      FROM (SELECT {_SUMS} FROM ({ALL_TYPED}) r GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) r
      FULL JOIN (SELECT {_SUMS} FROM ({TYPED}) k GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) k
        USING (currency, of_customers, classification, posted_on, type_id, of_type_id, payment_method_id,
               refund_method_id)
     WHERE (coalesce(r.documents, 0), r.minors) IS DISTINCT FROM (coalesce(k.documents, 0), k.minors)
    UNION ALL
    SELECT 'settled on ' || settled_on || ' by ' || settled_by || ', late on ' || late_on || ', ' || upper(currency)
           || CASE WHEN of_invoices THEN '' ELSE ', of other debits than invoices' END,
           'its allocations come to ' || coalesce(r.minor, 0) || ', kept is ' || coalesce(k.minor, 0)
      FROM (SELECT currency, of_invoices, settled_by, settled_on, late_on, sum(minor) AS minor
              FROM ({ALL_SETTLED} UNION ALL {RELEASED_ROWS}) r GROUP BY 1, 2, 3, 4, 5) r
      FULL JOIN (SELECT currency, of_invoices, settled_by, settled_on, late_on, sum(minor) AS minor
                   FROM ({SETTLED}) k GROUP BY 1, 2, 3, 4, 5) k
        USING (currency, of_invoices, settled_by, settled_on, late_on)
     WHERE coalesce(r.minor, 0) <> coalesce(k.minor, 0)
    """,
)
