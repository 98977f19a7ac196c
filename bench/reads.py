"""Balances and aged receivables, beside bare SQL sums that come to the same figures."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import psycopg

from bench import books, reads_sql
from bench.data import FIRST_DAY, LARGE_ACCOUNT_ID, LAST_DAY, PAST_DAY
from bench.fifo import load_documents
from bench.frame import Bench, Bound, Result, at_most, compare
from subledger.accounts.models import Account
from subledger.reports.catalogue import report_named
from subledger.transactions.queries import balance_of
from subledger.transactions.services.allocation import allocate_accounts

TITLE = "Reading"
DATABASE = "bench_reads_books"
PLAIN = "bench_reads"
ROUNDS = 5  # short measurements: a median of five costs nothing
ORDINARY_ACCOUNT_ID = 1


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    bench.server.drop_database(PLAIN)
    bench.server.create_database(PLAIN)
    half = size.transactions // 2
    with books.fresh_books(bench, DATABASE), bench.server.connect(PLAIN) as plain:
        reads_sql.prepare(plain, size)
        accounts = load_documents(bench, DATABASE, invoices=half, payments=half, large=size.large_account)
        # From the first day on: each pair comes about on the day that the later of the two was posted.
        allocate_accounts(account_ids=[account.pk for account in accounts], actor=books.ACTOR, on=FIRST_DAY)
        books.tidy()
        balances: list[tuple[int, str, Bound | None]] = [
            (LARGE_ACCOUNT_ID, f"{size.large_account:,} transactions", at_most(3)),
            (ORDINARY_ACCOUNT_ID, "an ordinary one", None),
        ]
        for index, about, bound in balances:
            yield _beside(
                f"balance of one account, {about}, of {size.transactions:,}",
                lambda account=accounts[index]: our_balance(account),
                _plain(plain, reads_sql.BALANCE, account_id=index, as_of=LAST_DAY),
                bound,
            )
        for day, query, about in (
            (LAST_DAY, reads_sql.AGED_NOW, "now"),
            (PAST_DAY, reads_sql.AGED_AS_OF, f"as of {PAST_DAY}"),
        ):
            yield _beside(
                f"aged receivables by account, {size.transactions:,} transactions, {about}",
                lambda day=day: our_ageing(day),
                _plain(plain, query, as_of=day),
                at_most(3),
            )


def our_balance(account: Account) -> list[int]:
    """What the account page asks; unsettled, unallocated and outstanding come with it."""
    return [balance_of(account_id=account.pk, currency=books.CURRENCY, as_of=LAST_DAY).balance]


def our_ageing(day: date) -> list[int]:
    """The report as everybody gets it, a row for each account; told are the sums of its columns."""
    table = report_named("aged-receivables").run(as_of=day)
    [total] = table.totals
    return [value for value in total if isinstance(value, int)][:-1]


def _plain(connection: psycopg.Connection, query: str, **parameters: object) -> Callable[[], list[int]]:
    def read() -> list[int]:
        rows = connection.execute(query, parameters).fetchall()
        return [int(sum(column)) for column in zip(*(row[1:] for row in rows), strict=True)]

    return read


def _beside(case: str, ours: Callable[[], list[int]], plain: Callable[[], list[int]], bound: Bound | None) -> Result:
    """Both sides warm, and to the same figures."""
    if ours() != plain():
        raise RuntimeError(f"{case}: ours says {ours()}, the bare SQL {plain()}.")
    return compare(
        case,
        unit="seconds",
        ours=lambda: _seconds(ours),
        yardstick_name="bare SQL sum",
        yardstick=lambda: _seconds(plain),
        bound=bound,
        rounds=ROUNDS,
    )


def _seconds(read: Callable[[], object]) -> float:
    started = time.perf_counter()
    read()
    return time.perf_counter() - started
