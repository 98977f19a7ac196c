"""Yardstick: SQL that stores the rows of an import of payments, in the same tables under the same indexes.

What the first import made is taken aside. A sample inserts it into a fresh copy of the books as they were before,
``INSERT … SELECT`` a table, and takes away the open items that it settled. Triggers are off: the rows that they make
are inserted directly, and nothing is checked. One commit.
"""

import time

import psycopg

from bench.frame import Bench

MADE = {
    "transactions_transaction": "SELECT * FROM transactions_transaction WHERE classification = 'payment'",
    "journal_journalentry": "SELECT * FROM journal_journalentry WHERE source = 'transaction'",
    "journal_journalline": "SELECT * FROM journal_journalline",
    "platform_event": "SELECT * FROM platform_event WHERE object_type = 'transaction'",
    "transactions_allocation": "SELECT * FROM transactions_allocation",
}
SETTLED = """
    DELETE FROM transactions_openitem o USING made_transactions_allocation a WHERE o.transaction_id = a.debit_id
"""
NUMBERS = """
    UPDATE platform_numberseries SET next_value = next_value + (SELECT count(*) FROM made_transactions_transaction)
     WHERE code = 'payment'
"""


def take_aside(bench: Bench, *, imported: str, before: str) -> None:
    """Lay what the first import into ``imported`` made beside the books ``before``, in tables of their own."""
    with bench.server.connect(imported) as source, bench.server.connect(before) as target:
        for table, rows in MADE.items():
            target.execute(f"CREATE TABLE made_{table} AS SELECT * FROM {table} WITH NO DATA")
            with (
                source.cursor().copy(f"COPY ({rows}) TO STDOUT") as out,
                target.cursor().copy(f"COPY made_{table} FROM STDIN") as into,
            ):
                for part in out:
                    into.write(part)
        target.commit()
    with psycopg.connect(bench.server.conninfo_of(before), autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def payments_per_second(bench: Bench, database: str, *, before: str) -> float:
    bench.server.drop_database(database)
    bench.server.create_database(database, copy_of=before)
    bench.server.checkpoint()
    with bench.server.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.commit()
        started = time.perf_counter()
        for table in MADE:
            connection.execute(f"INSERT INTO {table} SELECT * FROM made_{table}")
        settled = connection.execute(SETTLED).rowcount
        connection.execute(NUMBERS)
        connection.commit()
        seconds = time.perf_counter() - started
    if settled != bench.size.bulk_payments:
        raise RuntimeError(f"The SQL settled {settled} invoices, and the import {bench.size.bulk_payments}.")
    return bench.size.bulk_payments / seconds
