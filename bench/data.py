"""Seeded test data: every figure is a hash of the row's number, the same in every run and in any order."""

import psycopg

from bench.frame import Size

FIRST_DAY = "2024-01-01"
DAYS = 700  # posted and due dates lie within so many days of the first one
AS_OF = "2025-03-01"  # a past day within them, for what the books looked like then
LARGE_ACCOUNT_ID = 0  # holds open invoices only; ordinary accounts are 1, 2, …

# hashint8extended is PostgreSQL's own hash of (number, seed); the mask makes it non-negative. A setseed()
# and random() pair would tie the data to the order in which the plan happens to visit the rows.
HASH = """
    CREATE FUNCTION pick(row_number bigint, seed bigint, choices bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE AS
    'SELECT (hashint8extended(row_number, seed) & 9223372036854775807) % choices';
"""

DOCUMENTS = """
    CREATE TABLE invoice (id bigint, account_id bigint, posted_on date, due_on date, amount_minor bigint);
    CREATE TABLE payment (id bigint, account_id bigint, posted_at timestamptz, amount_minor bigint);

    INSERT INTO invoice
    SELECT n,
           CASE WHEN n <= {large} THEN 0 ELSE 1 + pick(n, 1, {accounts}) END,
           date '{first_day}' + pick(n, 2, {days})::int,
           date '{first_day}' + pick(n, 2, {days})::int + 30,
           100 + pick(n, 3, 99900)
      FROM generate_series(1, {invoices}) AS n;

    INSERT INTO payment
    SELECT {invoices} + n,
           1 + pick(n, 4, {accounts}),
           timestamptz '{first_day} 00:00Z' + make_interval(secs => pick(n, 5, {days} * 86400)),
           100 + pick(n, 6, 99900)
      FROM generate_series(1, {payments}) AS n;

    ANALYZE invoice, payment;
"""


def create_documents(
    connection: psycopg.Connection, size: Size, *, invoices: int, payments: int, large: int = 0
) -> None:
    """Make and fill ``invoice`` and ``payment``: plain tables, amounts from 1.00 to 999.99 in minor units.

    Args:
        large: how many of the invoices belong to the one large account.
    """
    connection.execute(HASH)
    connection.execute(
        DOCUMENTS.format(
            accounts=size.accounts,
            invoices=invoices,
            payments=payments,
            large=large,
            first_day=FIRST_DAY,
            days=DAYS,
        )
    )
    connection.commit()
