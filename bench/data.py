"""Seeded test data: every figure is a hash of the row's number, the same in every run and in any order."""

from datetime import date

import psycopg

from bench.frame import Size

FIRST_DAY = date(2024, 1, 1)
DAYS = 700  # everything was posted within so many days of the first one
LAST_DAY = date(2025, 12, 1)  # the day after: everything is posted and allocated
PAST_DAY = date(2025, 3, 1)  # for what the books looked like then
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
    CREATE TABLE payment (id bigint, account_id bigint, posted_on date, amount_minor bigint);

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
           date '{first_day}' + pick(n, 5, {days})::int,
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
