"""Yardstick: FIFO by set-based SQL that stores the same state in the same tables, under the same indexes.

Running sums lay each account's open invoices end to end on one line of money, in due order, and its payments on
another, in posting order. A payment settles an invoice where their stretches overlap; what both lines reach is settled,
nothing where there is but one (`least` passes over a missing line).
It stores what our allocation stores: the allocations, open items that are gone or smaller, and an event of each invoice
that is paid, in part or whole, with what did it. Triggers are off, so nothing is checked, and nothing is locked but
what is written.
"""

import time

import psycopg

# The cast matters: sum() over bigint is numeric, and comparing numerics doubles the time of the join.
LINES = """
    CREATE TEMPORARY TABLE stretch AS
    SELECT transaction_id, account_id, is_debit, open_minor, reach,
           least(coalesce(max(reach) FILTER (WHERE is_debit) OVER same, 0),
                 coalesce(max(reach) FILTER (WHERE NOT is_debit) OVER same, 0)) AS settled
      FROM (SELECT transaction_id, account_id, is_debit, open_minor,
                   (sum(open_minor) OVER (PARTITION BY account_id, is_debit ORDER BY order_on, transaction_id
                                          ROWS UNBOUNDED PRECEDING))::bigint AS reach
              FROM transactions_openitem) summed
    WINDOW same AS (PARTITION BY account_id)
"""
PAIRS = """
    INSERT INTO transactions_allocation
           (id, company_id, account_id, credit_id, debit_id, minor, credit_base_minor, debit_base_minor, principle,
            allocated_on, created_at)
    SELECT next_id(), %(company)s, account_id, credit_id, debit_id, minor, minor, minor, 'fifo', %(on)s, now()
      FROM (SELECT credit.account_id, credit.transaction_id AS credit_id, debit.transaction_id AS debit_id,
                   least(credit.reach, debit.reach)
                   - greatest(credit.reach - credit.open_minor, debit.reach - debit.open_minor) AS minor
              FROM stretch credit JOIN stretch debit
                ON credit.account_id = debit.account_id AND NOT credit.is_debit AND debit.is_debit
               AND credit.reach - credit.open_minor < debit.reach
               AND debit.reach - debit.open_minor < credit.reach) pairs
"""
TOLD = """
    INSERT INTO platform_event (company_id, at, actor, request_id, type, object_type, object_id, data)
    SELECT %(company)s, now(), 'bench', '',
           CASE WHEN s.settled < s.reach THEN 'invoice.partially_paid' ELSE 'invoice.paid' END, 'transaction',
           s.transaction_id,
           jsonb_build_object('amount', sum(a.minor), 'currency', 'eur', 'account_id', s.account_id,
                              'unsettled_amount', s.reach - s.settled, 'settled_by',
                              jsonb_agg(jsonb_build_object('transaction_id', a.credit_id, 'amount', a.minor)))
      FROM transactions_allocation a JOIN stretch s ON s.transaction_id = a.debit_id
     GROUP BY s.transaction_id, s.account_id, s.reach, s.settled
"""
SHRUNK = """
    UPDATE transactions_openitem o SET open_minor = s.reach - s.settled, open_base_minor = s.reach - s.settled
      FROM stretch s
     WHERE s.transaction_id = o.transaction_id AND s.settled < s.reach AND s.reach - s.open_minor < s.settled
"""
GONE = """
    DELETE FROM transactions_openitem o USING stretch s
     WHERE s.transaction_id = o.transaction_id AND s.reach <= s.settled
"""


def allocate(connection: psycopg.Connection, *, company_id: int) -> float:
    """Settle all that is open; the seconds, commit included."""
    connection.execute("SET session_replication_role = replica")  # no trigger, no constraint trigger
    connection.commit()
    facts = {"company": company_id, "on": connection.execute("SELECT current_date").fetchone()[0]}  # type: ignore[index]
    connection.commit()
    started = time.perf_counter()
    connection.execute(LINES)
    connection.execute("ANALYZE stretch")
    connection.execute(PAIRS, facts)
    connection.execute(TOLD, facts)
    connection.execute(SHRUNK)
    connection.execute(GONE)
    connection.commit()
    return time.perf_counter() - started
