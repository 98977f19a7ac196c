"""Yardstick: balances and aged receivables by bare SQL over plain tables with the index one would make."""

import time
from collections.abc import Callable

import psycopg

from bench import fifo_sql
from bench.data import AS_OF, LARGE_ACCOUNT_ID, create_documents
from bench.frame import Size

TABLES = """
    CREATE TABLE movement AS
        SELECT id, account_id, amount_minor FROM invoice
         UNION ALL
        SELECT id, account_id, -amount_minor FROM payment;
    CREATE INDEX ON movement (account_id) INCLUDE (amount_minor);

    -- A pair comes about on the day the later of the two was posted.
    CREATE TABLE allocation AS
        SELECT pair.invoice_id, pair.minor,
               greatest(invoice.posted_on, (payment.posted_at AT TIME ZONE 'UTC')::date) AS allocated_on,
               NULL::date AS released_on
          FROM pair
          JOIN invoice ON invoice.id = pair.invoice_id
          JOIN payment ON payment.id = pair.payment_id;

    CREATE TABLE open_invoice AS
        SELECT invoice.due_on, open_item.open_minor FROM open_item JOIN invoice USING (id);
"""

BALANCE = "SELECT sum(amount_minor) FROM movement WHERE account_id = %(account_id)s"
BALANCES = "SELECT account_id, sum(amount_minor) FROM movement GROUP BY account_id"

BUCKET = "width_bucket(%(as_of)s::date - due_on, ARRAY[1, 31, 61, 91])"

AGED_NOW = f"SELECT {BUCKET} AS bucket, sum(open_minor) FROM open_invoice GROUP BY bucket ORDER BY bucket"

# What was invoiced by then less what was settled by then, each aged by the invoice's due date: one join,
# and no sum for every invoice.
AGED_AS_OF = f"""
    SELECT {BUCKET} AS bucket, sum(minor)
      FROM (SELECT due_on, amount_minor AS minor FROM invoice WHERE posted_on <= %(as_of)s
             UNION ALL
            SELECT due_on, -minor
              FROM allocation JOIN invoice ON invoice.id = allocation.invoice_id
             WHERE allocated_on <= %(as_of)s AND (released_on IS NULL OR released_on > %(as_of)s)) AS part
     GROUP BY bucket ORDER BY bucket
"""

PARAMETERS = {"account_id": LARGE_ACCOUNT_ID, "as_of": AS_OF}


def prepare(connection: psycopg.Connection, size: Size) -> None:
    """Fill the plain tables: half invoices, half payments, allocated, one account large."""
    half = size.transactions // 2
    create_documents(connection, size, invoices=half, payments=half, large=size.large_account)
    fifo_sql.allocate(connection)
    connection.execute(TABLES)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


def seconds_of(connection: psycopg.Connection, query: str) -> Callable[[], float]:
    """A measure of ``query``: run and fetched once unmeasured, since both sides are compared warm."""

    def measure() -> float:
        connection.execute(query, PARAMETERS).fetchall()
        started = time.perf_counter()
        connection.execute(query, PARAMETERS).fetchall()
        return time.perf_counter() - started

    return measure
