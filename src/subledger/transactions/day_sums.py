"""What days came to: kept by a worker, and read by every report that would else add up each transaction.

Nothing is added to a posting. A worker follows the events of postings, and allocations, by their ids, which sort by
creation: it takes what is older than every database transaction that still runs, so that nothing can come before it any
more. Whoever reads adds what has come since, and takes off what was released, in one statement: with a worker or
without, the sums are right.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.transaction import atomic

from subledger.platform.event_order import LAST
from subledger.platform.statements import sql_list
from subledger.transactions.states import DEBITS, Classification

__all__ = [
    "ALL_POSTED",
    "ALL_SETTLED",
    "ALL_TYPED",
    "POSTED",
    "RELEASED_ROWS",
    "SETTLED",
    "TYPED",
    "begin_anew",
    "follow",
]

# A debit is late on the day after it was due; what has no due date was due when it was posted.
LATE_ON = "greatest(coalesce({of}.due_on, {of}.posted_on) + 1, {of}.posted_on)"
_COUNTS_FROM = f"CASE WHEN t.classification IN {sql_list(DEBITS)} THEN {LATE_ON.format(of='t')} ELSE t.posted_on END"

_POSTED_EVENTS = ", ".join(f"'{one}.posted'" for one in Classification)

# Rows (company_id, currency, of_customers, classification, posted_on, late_on, documents, minor) of transactions, such
# rows by subtype and method, and (company_id, currency, of_invoices, settled_by, settled_on, late_on, minor) of
# allocations on customers' accounts.
_POSTED_ROWS = f"""
    SELECT t.company_id, t.currency, a.type = 'customer' AS of_customers, t.classification, t.posted_on,
           {_COUNTS_FROM} AS late_on, 1::bigint AS documents, t.amount_minor AS minor
      FROM {{told}} transactions_transaction t {{by}}
      JOIN accounts_account a ON a.id = t.account_id
     WHERE {{of}}
"""
_TYPED_ROWS = """
    SELECT t.company_id, t.currency, a.type = 'customer' AS of_customers, t.classification, t.posted_on, t.type_id,
           coalesce(c.type_id, t.type_id) AS of_type_id,
           coalesce(CASE WHEN c.id IS NULL THEN t.payment_method_id ELSE c.payment_method_id END, 0)
               AS payment_method_id,
           CASE WHEN c.id IS NULL THEN coalesce(t.refund_method_id, 0) ELSE 0 END AS refund_method_id,
           1::bigint AS documents, t.amount_minor AS minor, coalesce(t.net_minor, 0) AS net_minor,
           coalesce(t.discount_minor, 0) AS discount_minor, coalesce(t.tax_minor, 0) AS tax_minor
      FROM {told} transactions_transaction t {by}
      JOIN accounts_account a ON a.id = t.account_id
      LEFT JOIN transactions_transaction c ON c.id = t.cancels_id
     WHERE {of}
"""
_TOLD = {
    "told": "platform_event e JOIN",
    "by": "ON t.id = e.object_id AND t.company_id = e.company_id",
    "of": f"e.type IN ({_POSTED_EVENTS}) AND {{ids}}",
}
_ALL = {"told": "", "by": "", "of": "t.company_id = %(company)s AND t.posted_on IS NOT NULL"}
POSTED_ROWS, ALL_POSTED = _POSTED_ROWS.format(**_TOLD), _POSTED_ROWS.format(**_ALL)
TYPED_ROWS, ALL_TYPED = _TYPED_ROWS.format(**_TOLD), _TYPED_ROWS.format(**_ALL)
_SETTLED_ROWS = f"""
    SELECT x.company_id, c.currency, d.classification = 'invoice' AS of_invoices, c.classification AS settled_by,
           {{day}} AS settled_on, {LATE_ON.format(of="d")} AS late_on, {{minor}} AS minor
      FROM transactions_allocation x
      JOIN accounts_account a ON a.id = x.account_id AND a.type = 'customer'
      JOIN transactions_transaction c ON c.id = x.credit_id
      JOIN transactions_transaction d ON d.id = x.debit_id
     WHERE {{of}}
"""
SETTLED_ROWS = _SETTLED_ROWS.format(day="x.allocated_on", minor="x.minor", of="{ids}")
ALL_SETTLED = _SETTLED_ROWS.format(day="x.allocated_on", minor="x.minor", of="x.company_id = %(company)s")
RELEASED_ROWS = _SETTLED_ROWS.format(
    day="x.released_on", minor="-x.minor", of="x.company_id = %(company)s AND x.released_on IS NOT NULL"
)
# A range with two ends is taken for a small one, which it is; with one, for a third of the table.
_SINCE = f"""{{of}}.company_id = %(company)s AND {{of}}.id <= {LAST}
           AND {{of}}.id > coalesce((SELECT through_id FROM transactions_{{followed}}), 0)"""

# What was posted and what was settled, of ``%(company)s``: rows as above, several of a key. What was settled is given
# on the day on which it was allocated, and taken back on the day on which it was released.
POSTED = f"""
    SELECT company_id, currency, of_customers, classification, posted_on, late_on, documents, minor
      FROM transactions_postedday WHERE company_id = %(company)s
    UNION ALL {POSTED_ROWS.format(ids=_SINCE.format(of="e", followed="daysfollowed"))}
"""
SETTLED = f"""
    SELECT company_id, currency, of_invoices, settled_by, settled_on, late_on, minor
      FROM transactions_settledday WHERE company_id = %(company)s
    UNION ALL {SETTLED_ROWS.format(ids=_SINCE.format(of="x", followed="daysfollowed"))}
    UNION ALL {RELEASED_ROWS}
"""
# What was posted by subtype and method, the same.
TYPED = f"""
    SELECT company_id, currency, of_customers, classification, posted_on, type_id, of_type_id, payment_method_id,
           refund_method_id, documents, minor, net_minor, discount_minor, tax_minor
      FROM transactions_typeday WHERE company_id = %(company)s
    UNION ALL {TYPED_ROWS.format(ids=_SINCE.format(of="e", followed="typesfollowed"))}
"""

BEGIN = "INSERT INTO transactions_{followed} (id, through_id) VALUES (1, 0) ON CONFLICT DO NOTHING"
HELD = "SELECT through_id FROM transactions_{followed} FOR UPDATE SKIP LOCKED"
# As `next_id` makes them. A clock that is set back by less than the margin makes no id that is passed over; one that is
# set back further makes ids that go on from the last.
MARGIN_SECONDS = 10
AT_ONCE = 200_000  # events, or allocations
UNTIL = """
    WITH begun AS (
        SELECT least(clock_timestamp(), (SELECT min(xact_start) FROM pg_stat_activity
                                          WHERE datname = current_database() AND pid <> pg_backend_pid()
                                            AND backend_type = 'client backend'))  -- a vacuum writes nothing of ours
               - %(margin)s * interval '1 second' AS at
    ), settled AS (
        SELECT ((date_part('epoch', at) * 1000)::bigint - 1577836800000) << 21 AS id FROM begun
    )
    SELECT least(settled.id,
                 (SELECT id FROM platform_event WHERE id > %(after)s ORDER BY id OFFSET %(at_once)s LIMIT 1),
                 (SELECT id FROM transactions_allocation WHERE id > %(after)s ORDER BY id OFFSET %(at_once)s LIMIT 1)),
           settled.id
      FROM settled
"""
ADD_POSTED = f"""
    INSERT INTO transactions_postedday AS k (company_id, currency, of_customers, classification, posted_on, late_on,
                                             documents, minor)
    SELECT company_id, currency, of_customers, classification, posted_on, late_on, sum(documents), sum(minor)
      FROM ({POSTED_ROWS.format(ids="e.id > %(after)s AND e.id <= %(until)s")}) r GROUP BY 1, 2, 3, 4, 5, 6
        ON CONFLICT (company_id, posted_on, classification, late_on, currency, of_customers)
        DO UPDATE SET documents = k.documents + excluded.documents, minor = k.minor + excluded.minor
"""
ADD_SETTLED = f"""
    INSERT INTO transactions_settledday AS k (company_id, currency, of_invoices, settled_by, settled_on, late_on, minor)
    SELECT company_id, currency, of_invoices, settled_by, settled_on, late_on, sum(minor)
      FROM ({SETTLED_ROWS.format(ids="x.id > %(after)s AND x.id <= %(until)s")}) r GROUP BY 1, 2, 3, 4, 5, 6
        ON CONFLICT (company_id, settled_on, settled_by, late_on, currency, of_invoices)
        DO UPDATE SET minor = k.minor + excluded.minor
"""
ADD_TYPED = f"""
    INSERT INTO transactions_typeday AS k (company_id, currency, of_customers, classification, posted_on, type_id,
                                           of_type_id, payment_method_id, refund_method_id, documents, minor, net_minor,
                                           discount_minor, tax_minor)
    SELECT company_id, currency, of_customers, classification, posted_on, type_id, of_type_id, payment_method_id,
           refund_method_id, sum(documents), sum(minor), sum(net_minor), sum(discount_minor), sum(tax_minor)
      FROM ({TYPED_ROWS.format(ids="e.id > %(after)s AND e.id <= %(until)s")}) r GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT (company_id, posted_on, classification, type_id, of_type_id, payment_method_id, refund_method_id,
                     currency, of_customers)
        DO UPDATE SET documents = k.documents + excluded.documents, minor = k.minor + excluded.minor,
                      net_minor = k.net_minor + excluded.net_minor,
                      discount_minor = k.discount_minor + excluded.discount_minor,
                      tax_minor = k.tax_minor + excluded.tax_minor
"""
MOVE = "UPDATE transactions_{followed} SET through_id = %(until)s"
ANEW = """
    TRUNCATE transactions_postedday, transactions_settledday, transactions_daysfollowed, transactions_typeday,
             transactions_typesfollowed
"""


class _Followed(NamedTuple):
    """A table that says how far is followed, and what adds a batch. An older worker knows the first alone."""

    table: str
    adding: tuple[str, ...]


FOLLOWED = (_Followed("daysfollowed", (ADD_POSTED, ADD_SETTLED)), _Followed("typesfollowed", (ADD_TYPED,)))


def follow(*, margin_seconds: int = MARGIN_SECONDS) -> bool:
    """Add a batch of what has come, of any company, to the days that are kept; whether more waits.

    Nothing that is read changes by it: it is read from fewer rows. Another worker that is at it is left alone.
    """
    full = [_follow(one, margin_seconds) for one in FOLLOWED]
    return any(full)


def _follow(followed: _Followed, margin_seconds: int) -> bool:
    with atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN.format(followed=followed.table))
        cursor.execute(HELD.format(followed=followed.table))
        held = cursor.fetchone()
        if held is None:
            return False
        facts = {"after": held[0], "margin": margin_seconds, "at_once": AT_ONCE}
        cursor.execute(UNTIL, facts)
        until, settled = cursor.fetchone()
        if until <= held[0]:
            return False
        for statement in (*followed.adding, MOVE.format(followed=followed.table)):
            cursor.execute(statement, {**facts, "until": until})
        return bool(until < settled)


def begin_anew() -> None:
    """Forget what is kept, of every company: the next `follow` begins from the first transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ANEW)
