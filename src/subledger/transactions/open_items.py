"""What was open at the end of a day, and from which day its ageing counts: one statement behind every ageing."""

from __future__ import annotations

from .agreed_days import agreed_parts

__all__ = ["CREDITS_AS_OF", "OPEN_SUMS", "open_as_of_sql"]

# What was open at the end of a day, rolled back from what is open now: add the allocations made since, take off
# those released since. Today it reads the open items alone; the further back, the more it reads.
OPEN_AS_OF = """
    WITH since AS (
        SELECT id, sum(minor)::bigint AS minor FROM (
            SELECT unnest(ARRAY[credit_id, debit_id]) AS id,
                   CASE WHEN released_on IS NULL THEN minor ELSE 0 END AS minor FROM transactions_allocation a
             WHERE a.company_id = %(company)s AND a.allocated_on > %(as_of)s {allocation_accounts}
            UNION ALL
            SELECT unnest(ARRAY[credit_id, debit_id]), -minor FROM transactions_allocation a
             WHERE a.company_id = %(company)s AND a.released_on > %(as_of)s AND a.allocated_on <= %(as_of)s
                   {allocation_accounts}
        ) moves GROUP BY id
    )
    SELECT o.transaction_id AS id, o.account_id, o.is_debit, o.posted_on, o.order_on AS due_on,
           o.open_minor + coalesce(s.minor, 0) AS open_minor
      FROM transactions_openitem o LEFT JOIN since s ON s.id = o.transaction_id
     WHERE o.company_id = %(company)s AND o.posted_on <= %(as_of)s AND o.open_minor + coalesce(s.minor, 0) <> 0
           {open_accounts}
    UNION ALL
    SELECT t.id, t.account_id, is_debit(t.classification), t.posted_on, coalesce(t.due_on, t.posted_on), s.minor
      FROM since s JOIN transactions_transaction t ON t.id = s.id
     WHERE t.posted_on <= %(as_of)s AND s.minor <> 0
       AND NOT EXISTS (SELECT FROM transactions_openitem o WHERE o.transaction_id = s.id)
"""


# Each part by the day from which its ageing counts: what is due on agreed days leaves the row of its document.
OPEN_PARTS = """
    SELECT o.id, o.account_id, o.is_debit, o.posted_on, o.due_on, o.open_minor - coalesce(q.minor, 0) AS open_minor
      FROM ({open}) o
      LEFT JOIN (SELECT document_id, sum(minor)::bigint AS minor FROM ({agreed}) p GROUP BY 1) q ON q.document_id = o.id
     WHERE o.open_minor <> coalesce(q.minor, 0)
    UNION ALL
    SELECT t.id, p.account_id, true, t.posted_on, p.agreed_on, p.minor
      FROM ({agreed}) p JOIN transactions_transaction t ON t.id = p.document_id
"""


# Of those the credits. Most of what was allocated since was posted since, too: that is told from an index of days, and
# of the rest alone the transaction is looked up.
CREDITS_AS_OF = """
    WITH since AS (
        SELECT id, sum(minor)::bigint AS minor FROM (
            SELECT credit_id AS id, minor, false AS is_later FROM transactions_allocation a
             WHERE a.company_id = %(company)s AND a.allocated_on > %(as_of)s AND a.released_on IS NULL
            UNION ALL
            SELECT credit_id, -minor, false FROM transactions_allocation a
             WHERE a.company_id = %(company)s AND a.released_on > %(as_of)s AND a.allocated_on <= %(as_of)s
            UNION ALL
            SELECT t.id, 0, true FROM transactions_transaction t
             WHERE t.company_id = %(company)s AND t.posted_on > %(as_of)s
        ) moves GROUP BY id HAVING NOT bool_or(is_later)
    )
    SELECT o.transaction_id AS id, o.account_id, o.open_minor + coalesce(s.minor, 0) AS open_minor
      FROM transactions_openitem o LEFT JOIN since s ON s.id = o.transaction_id
     WHERE o.company_id = %(company)s AND NOT o.is_debit AND o.posted_on <= %(as_of)s
       AND o.open_minor + coalesce(s.minor, 0) <> 0
    UNION ALL
    SELECT t.id, t.account_id, s.minor
      FROM since s JOIN transactions_transaction t ON t.id = s.id
     WHERE s.minor <> 0 AND NOT EXISTS (SELECT FROM transactions_openitem o WHERE o.transaction_id = s.id)
"""

# What was open at the end of a day by currency, debits less credits, of customers' accounts: what is open now, less
# what was posted since. An allocation takes as much from either side, on a day on which both are posted, so it changes
# nothing and none is read. It equals the sum of `open_as_of_sql`.
OPEN_SUMS = """
    SELECT a.currency, sum(m.minor)::bigint AS minor
      FROM (SELECT o.account_id, sum(CASE WHEN o.is_debit THEN o.open_minor ELSE -o.open_minor END) AS minor
              FROM transactions_openitem o
             WHERE o.company_id = %(company)s GROUP BY o.account_id
            UNION ALL
            SELECT t.account_id, sum(CASE WHEN is_debit(t.classification) THEN -t.amount_minor ELSE t.amount_minor END)
              FROM transactions_transaction t
             WHERE t.company_id = %(company)s AND t.posted_on > %(as_of)s GROUP BY t.account_id) m
      JOIN accounts_account a ON a.id = m.account_id AND a.type = 'customer'
     GROUP BY a.currency ORDER BY a.currency
"""


def open_as_of_sql(*, of_accounts: str = "") -> str:
    """The statement behind every ageing: rows of what was open at the end of ``%(as_of)s``.

    ``due_on`` is the day from which a row is late: what is promised for days has a row for each, unless ``%(by_due)s``.
    ``of_accounts`` narrows it: a condition on an account's id.
    """
    opened = OPEN_AS_OF.format(
        open_accounts=f"AND o.account_id {of_accounts}" if of_accounts else "",
        allocation_accounts=f"AND a.account_id {of_accounts}" if of_accounts else "",
    )
    return OPEN_PARTS.format(open=opened, agreed=agreed_parts(of_accounts=of_accounts))
