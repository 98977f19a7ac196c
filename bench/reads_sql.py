"""Yardstick: balances and aged receivables by bare SQL over plain tables with the index one would make."""

import psycopg

from bench import fifo_sql
from bench.data import create_documents
from bench.frame import Size

TABLES = """
    CREATE TABLE movement AS
        SELECT id, account_id, amount_minor FROM invoice
         UNION ALL
        SELECT id, account_id, -amount_minor FROM payment;
    CREATE INDEX ON movement (account_id) INCLUDE (amount_minor);

    -- A pair comes about on the day the later of the two was posted.
    CREATE TABLE allocation AS
        SELECT invoice.account_id, invoice.due_on, pair.minor,
               greatest(invoice.posted_on, payment.posted_on) AS allocated_on,
               NULL::date AS released_on
          FROM pair
          JOIN invoice ON invoice.id = pair.invoice_id
          JOIN payment ON payment.id = pair.payment_id;

    -- What credits have left has no due date.
    CREATE TABLE open_document AS
        SELECT account_id, due_on, open_minor FROM open_item JOIN invoice USING (id)
         UNION ALL
        SELECT account_id, NULL, open_minor FROM open_item JOIN payment USING (id);
"""

BALANCE = "SELECT account_id, sum(amount_minor) FROM movement WHERE account_id = %(account_id)s GROUP BY account_id"

# A row for each account: what is not due, 1-30, 31-60, 61-90, 91-120 and more days late, and free credit.
AGED = """
    SELECT account_id,
           coalesce(sum(minor) FILTER (WHERE late <= 0), 0),
           coalesce(sum(minor) FILTER (WHERE late BETWEEN 1 AND 30), 0),
           coalesce(sum(minor) FILTER (WHERE late BETWEEN 31 AND 60), 0),
           coalesce(sum(minor) FILTER (WHERE late BETWEEN 61 AND 90), 0),
           coalesce(sum(minor) FILTER (WHERE late BETWEEN 91 AND 120), 0),
           coalesce(sum(minor) FILTER (WHERE late > 120), 0),
           coalesce(sum(minor) FILTER (WHERE late IS NULL), 0)
      FROM ({parts}) AS part
     GROUP BY account_id
"""

AGED_NOW = AGED.format(
    parts="SELECT account_id, %(as_of)s::date - due_on AS late, open_minor AS minor FROM open_document"
)

# What was posted by then less what was settled by then, each aged by the invoice's due date: no join, and no
# sum for every invoice.
AGED_AS_OF = AGED.format(
    parts="""
        SELECT account_id, %(as_of)s::date - due_on AS late, amount_minor AS minor
          FROM invoice WHERE posted_on <= %(as_of)s
         UNION ALL
        SELECT account_id, NULL, amount_minor FROM payment WHERE posted_on <= %(as_of)s
         UNION ALL
        SELECT account_id, side.late, -minor
          FROM allocation, LATERAL (VALUES (%(as_of)s::date - due_on), (NULL)) AS side (late)
         WHERE allocated_on <= %(as_of)s AND (released_on IS NULL OR released_on > %(as_of)s)"""
)


def prepare(connection: psycopg.Connection, size: Size) -> None:
    """Fill the plain tables: half invoices, half payments, allocated, one account large."""
    half = size.transactions // 2
    create_documents(connection, size, invoices=half, payments=half, large=size.large_account)
    fifo_sql.allocate(connection)
    connection.execute(TABLES)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
