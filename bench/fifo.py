"""First in, first out over a whole company, beside bare SQL that stores the same pairs and open amounts."""

import time
from collections.abc import Iterator
from functools import partial

import psycopg
from django.db import connection

from bench import books, fifo_sql, product
from bench.data import create_documents
from bench.frame import Bench, Result, at_most, compare
from subledger.accounts.models import Account
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.states import Classification

TITLE = "Allocation of a whole company"
PLAIN = "bench_fifo"
LOADED = "bench_fifo_loaded"
ALLOCATED = "bench_fifo_allocated"


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    bench.server.drop_database(PLAIN)
    bench.server.create_database(PLAIN)
    with books.fresh_books(bench, LOADED), bench.server.connect(PLAIN) as plain:
        create_documents(plain, size, invoices=size.invoices, payments=size.payments)
        load_documents(bench, LOADED, invoices=size.invoices, payments=size.payments)
        yield compare(
            f"{size.invoices:,} invoices × {size.payments:,} payments, {size.accounts:,} accounts",
            unit="seconds",
            ours=partial(allocate, bench),
            yardstick_name="bare SQL FIFO",
            yardstick=partial(fifo_sql.allocate, plain),
            bound=at_most(3),
            rounds=size.rounds,
            before_each=bench.server.checkpoint,
        )
        product.move_to(ALLOCATED)
        check_the_same(plain)


def load_documents(bench: Bench, database: str, *, invoices: int, payments: int, large: int = 0) -> list[Account]:
    """Post the documents of ``data``, with their ids, in the books that are open; the accounts by their index."""
    accounts = books.open_accounts(bench.size.accounts + 1)
    with bench.server.connect(database) as plain:
        create_documents(plain, bench.size, invoices=invoices, payments=payments, large=large)
    columns = "id, account_id AS account_index, posted_on, {due} AS due_on, amount_minor"
    books.load(Classification.INVOICE, f"SELECT {columns.format(due='due_on')} FROM invoice", accounts)
    books.load(Classification.PAYMENT, f"SELECT {columns.format(due='NULL::date')} FROM payment", accounts)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE invoice, payment")
    books.tidy()
    return accounts


def allocate(bench: Bench) -> float:
    """Allocate a fresh copy of the loaded books, for an allocation is never undone; the seconds without the copy."""
    connection.close()
    bench.server.drop_database(ALLOCATED)
    bench.server.create_database(ALLOCATED, copy_of=LOADED)
    bench.server.checkpoint()
    product.move_to(ALLOCATED)
    account_ids = list(Account.objects.filter(type="customer").values_list("pk", flat=True))
    started = time.perf_counter()
    allocate_accounts(account_ids=account_ids, actor=books.ACTOR)
    return time.perf_counter() - started


OUR_SUM = """
    SELECT (SELECT sum(hashtextextended(concat_ws('/', credit_id, debit_id, minor), 0))
              FROM transactions_allocation),
           (SELECT sum(hashtextextended(concat_ws('/', transaction_id, open_minor), 0))
              FROM transactions_openitem)
"""
PLAIN_SUM = """
    SELECT (SELECT sum(hashtextextended(concat_ws('/', payment_id, invoice_id, minor), 0)) FROM pair),
           (SELECT sum(hashtextextended(concat_ws('/', id, open_minor), 0)) FROM open_item)
"""


def check_the_same(plain: psycopg.Connection) -> None:
    """Both sides stored the same pairs and the same open amounts, to the last one."""
    with connection.cursor() as cursor:
        cursor.execute(OUR_SUM)
        ours = cursor.fetchone()
    if ours != plain.execute(PLAIN_SUM).fetchone():
        raise RuntimeError("Our FIFO and the bare SQL's did not come to the same pairs and open amounts.")
