"""First in, first out over a whole company, beside SQL that stores the same state in the same tables."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection

from bench import books, fifo_same, product
from bench.data import create_documents
from bench.frame import Bench, Result, at_most, compare
from subledger.accounts.models import Account
from subledger.platform.scope import current_company_id
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.states import Classification

TITLE = "Allocation of a whole company"
LOADED = "bench_fifo_loaded"
OURS = "bench_fifo_ours"
BY_SQL = "bench_fifo_same"


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    with books.fresh_books(bench, LOADED):
        load_documents(bench, LOADED, invoices=size.invoices, payments=size.payments)
        yield compare(
            f"{size.invoices:,} invoices × {size.payments:,} payments, {size.accounts:,} accounts",
            unit="seconds",
            ours=partial(on_a_copy, bench, OURS, allocate),
            yardstick_name="SQL that stores the same",
            yardstick=partial(on_a_copy, bench, BY_SQL, partial(allocate_by_sql, bench)),
            bound=at_most(1.3),
            rounds=size.rounds,
        )
        check_the_same()


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


def on_a_copy(bench: Bench, database: str, allocate: Callable[[], float]) -> float:
    """Allocate a fresh copy of the loaded books, for an allocation is never undone; the seconds without the copy."""
    connection.close()
    bench.server.drop_database(database)
    bench.server.create_database(database, copy_of=LOADED)
    bench.server.checkpoint()
    product.move_to(database)
    return allocate()


def allocate() -> float:
    account_ids = list(Account.objects.filter(type="customer").values_list("pk", flat=True))
    started = time.perf_counter()
    allocate_accounts(account_ids=account_ids, actor=books.ACTOR)
    return time.perf_counter() - started


def allocate_by_sql(bench: Bench) -> float:
    with bench.server.connect(BY_SQL) as plain:
        return fifo_same.allocate(plain, company_id=current_company_id())


STATE = """
    SELECT (SELECT sum(hashtextextended(concat_ws('/', company_id, account_id, credit_id, debit_id, minor,
                                                  credit_base_minor, debit_base_minor, principle, released_on), 0))
              FROM transactions_allocation),
           (SELECT sum(hashtextextended(concat_ws('/', transaction_id, open_minor, open_base_minor), 0))
              FROM transactions_openitem)
"""


def check_the_same() -> None:
    """Both sides stored the same allocations and the same open amounts, to the last one."""
    found = []
    for database in (OURS, BY_SQL):
        product.move_to(database)
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            found.append(cursor.fetchone())
    if found[0] != found[1]:
        raise RuntimeError("Our FIFO and the SQL's did not come to the same allocations and open amounts.")
