"""FIFO by bare set-based SQL over plain tables, which the yardsticks of reading are measured on.

Running sums lay each account's invoices end to end on one line of money, in due order, and its payments on
another, in posting order. A payment settles an invoice where their stretches overlap.
"""

import time

import psycopg

# The cast matters: sum() over bigint is numeric, and comparing numerics doubles the time of the join.
# Tried and slower here: breakpoints of both lines in one sort, materialised running sums, more work_mem.
RUNNING_SUMS = """
    debit AS (
        SELECT id, account_id, amount_minor,
               (sum(amount_minor) OVER (PARTITION BY account_id ORDER BY due_on, id
                                        ROWS UNBOUNDED PRECEDING))::bigint AS reach
          FROM invoice),
    credit AS (
        SELECT id, account_id, amount_minor,
               (sum(amount_minor) OVER (PARTITION BY account_id ORDER BY posted_on, id
                                        ROWS UNBOUNDED PRECEDING))::bigint AS reach
          FROM payment)
"""

PAIRS = f"""
    CREATE TABLE pair AS
    WITH {RUNNING_SUMS}
    SELECT credit.id AS payment_id, debit.id AS invoice_id,
           least(credit.reach, debit.reach)
           - greatest(credit.reach - credit.amount_minor, debit.reach - debit.amount_minor) AS minor
      FROM credit JOIN debit
        ON credit.account_id = debit.account_id
       AND credit.reach - credit.amount_minor < debit.reach
       AND debit.reach - debit.amount_minor < credit.reach
"""

OPEN_ITEMS = f"""
    CREATE TABLE open_item AS
    WITH {RUNNING_SUMS},
    paid AS (SELECT account_id, sum(amount_minor)::bigint AS minor FROM payment GROUP BY account_id),
    owed AS (SELECT account_id, sum(amount_minor)::bigint AS minor FROM invoice GROUP BY account_id)
    SELECT id, least(amount_minor, reach - coalesce(paid.minor, 0)) AS open_minor
      FROM debit LEFT JOIN paid USING (account_id)
     WHERE reach > coalesce(paid.minor, 0)
     UNION ALL
    SELECT id, least(amount_minor, reach - coalesce(owed.minor, 0))
      FROM credit LEFT JOIN owed USING (account_id)
     WHERE reach > coalesce(owed.minor, 0)
"""

CONSERVED = """
    SELECT (SELECT sum(amount_minor) FROM invoice) + (SELECT sum(amount_minor) FROM payment)
         = (SELECT 2 * sum(minor) FROM pair) + (SELECT sum(open_minor) FROM open_item)
"""


def allocate(connection: psycopg.Connection) -> float:
    """Store every pair and open amount in plain tables; return the seconds, commit included."""
    connection.execute("DROP TABLE IF EXISTS pair, open_item")
    connection.commit()
    started = time.perf_counter()
    connection.execute(PAIRS)
    connection.execute(OPEN_ITEMS)
    connection.commit()
    seconds = time.perf_counter() - started
    if connection.execute(CONSERVED).fetchone() != (True,):
        raise RuntimeError("The bare FIFO lost or made money: pairs and open amounts do not add up.")
    connection.commit()
    return seconds
