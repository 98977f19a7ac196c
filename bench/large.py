"""Large accounts: posting to one must not cost more for its size, and all of one must allocate in bounds."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import books, product
from bench.frame import Bench, Result, at_most, compare, within
from bench.posting import invoice, payment
from subledger.accounts.models import Account
from subledger.platform.scope import current_company_id
from subledger.transactions.models import OpenItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.services import actions
from subledger.transactions.states import Classification

TITLE = "Large accounts"
DATABASE = "bench_large"
SMALL = 10
INVOICE_MINOR = 100_000
PART_MINOR = 100  # a payment takes this much: a small account stays small for many of them
POSTINGS = 100  # one sample is their median
WARM_UP = 10
SECONDS, MEGABYTES = 3, 300
TIMEOUT_SECONDS = 120


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    with books.fresh_books(bench, DATABASE):
        small, large, *squares = books.open_accounts(2 + size.rounds)
        books.load_even(Classification.INVOICE, [small], SMALL, INVOICE_MINOR)
        books.load_even(Classification.INVOICE, [large], size.large_account, INVOICE_MINOR)
        for account in squares:
            load_square(account, size.square)
        books.tidy()
        documents = {"a payment": (payment, PART_MINOR), "an invoice": (invoice, INVOICE_MINOR)}
        for name, (document, minor) in documents.items():
            yield compare(
                f"{name} to an account with {size.large_account:,} open invoices",
                unit="seconds",
                ours=partial(seconds_to_post, partial(document, large.pk, minor)),
                yardstick_name=f"ours with {SMALL}",
                yardstick=partial(seconds_to_post, partial(document, small.pk, minor)),
                bound=at_most(2),
                rounds=size.rounds,
                before_each=bench.server.checkpoint,
            )
        case = f"{size.square:,} invoices × {size.square:,} credits on one account"
        measured = [allocate_alone(bench, account) for account in squares]
        yield within(case, unit="seconds", ours=[seconds for seconds, _ in measured], limit=SECONDS)
        yield within(f"{case}: memory", unit="MB", ours=[grown for _, grown in measured], limit=MEGABYTES)


def seconds_to_post(document: Callable[[], NewTransaction]) -> float:
    """The median of single postings of ``document``."""
    seconds = []
    for n in range(WARM_UP + POSTINGS):
        started = time.perf_counter()
        actions.post_new(new=[document()], actor=books.ACTOR)
        if n >= WARM_UP:
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def load_square(account: Account, side: int) -> None:
    """So many invoices and payments on one account, of amounts that seldom meet at an end."""
    source = """
        SELECT next_id() AS id, 0 AS account_index, day AS posted_on, {due} AS due_on,
               1000 + mod(n * {factor}, 9001) AS amount_minor
          FROM generate_series(1, {side}) AS n,
               LATERAL (SELECT date '2025-01-01' + mod(n * 7919, 365)) AS _(day)
    """
    for classification, due, factor in (
        (Classification.INVOICE, "day + 30", 4409),
        (Classification.PAYMENT, "NULL::date", 5531),
    ):
        books.load(classification, source.format(due=due, factor=factor, side=side), [account])


def allocate_alone(bench: Bench, account: Account) -> tuple[float, float]:
    """Seconds to allocate the account, and MB that a process of its own grew by at most meanwhile."""
    bench.server.checkpoint()
    command = [sys.executable, "-m", "bench.alone", str(current_company_id()), str(account.pk)]
    environment = {**os.environ, **product.environment(bench.server.conninfo_of(DATABASE))}
    finished = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True
    )
    told = json.loads(finished.stdout)
    if len(set(OpenItem.objects.filter(account=account).values_list("is_debit", flat=True))) != 1:
        raise RuntimeError("Credits wait on the account while invoices are open.")
    return told["seconds"], told["megabytes"]
