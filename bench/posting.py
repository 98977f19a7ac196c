"""Posting one by one: a payment beside pgbench, an invoice with its payment beside two Django ledgers."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import connection

from bench import books, peer_ledgers, tpcb, writers
from bench.frame import Bench, Bound, Result, Skipped, at_least, compare
from bench.peers.peer import CUSTOMERS
from bench.writers import Work
from subledger.transactions.models import OpenItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services import actions
from subledger.transactions.states import Classification

TITLE = "Posting one at a time"
DATABASE = "bench_posting"
INVOICE_MINOR = 10_000  # what every invoice comes to, and every payment that settles one
SEED = 20131
WRITERS: dict[int, Bound | None] = {1: at_least(0.5), 2: None, 8: at_least(0.5)}
# By the peer: what is promised in two commits, as the peer does it, and in one.
PEERS = {peer_ledgers.HORDAK: (at_least(1.5), at_least(3)), peer_ledgers.LEDGER: (at_least(20), at_least(20))}


def run(bench: Bench) -> Iterator[Result | Skipped]:
    size = bench.size
    tpcb.prepare(bench)
    with books.fresh_books(bench, DATABASE):
        payers = books.open_accounts(size.posting_accounts)
        books.load_even(Classification.INVOICE, payers, size.posting_invoices, INVOICE_MINOR)
        others = [account.pk for account in books.open_accounts(CUSTOMERS)]
        books.tidy()
        for count, bound in WRITERS.items():
            yield compare(
                f"one payment, {count} writer{'s' if count > 1 else ''}",
                unit="payments / s",
                ours=partial(payments_per_second, bench, count),
                yardstick_name=f"pgbench TPC-B, {count} client{'s' if count > 1 else ''}",
                yardstick=partial(tpcb.transactions_per_second, bench, count),
                bound=bound,
                rounds=size.rounds,
                before_each=bench.server.checkpoint,
            )
        for peer, bounds in PEERS.items():
            yield from pairs(bench, others, peer, bounds)


def pairs(bench: Bench, accounts: list[int], peer: str, bounds: tuple[Bound, Bound]) -> Iterator[Result | Skipped]:
    """An invoice and its payment, posted one after the other as the peer does; and as one set."""
    case = f"an invoice and its payment, beside {peer}"
    try:
        peer_ledgers.prepare(bench, peer)
    except peer_ledgers.PeerUnavailable as unavailable:
        yield Skipped(case, f"{peer} cannot be had here: {unavailable}")
        return
    readings: dict[str, tuple[Callable[[list[int], int], Work], Bound]] = {
        "two calls, two commits": (pair_of_calls, bounds[0]),
        "one call, one commit": (pair_as_a_set, bounds[1]),
    }
    for reading, (work_of, promised) in readings.items():
        yield compare(
            f"{case}: {reading}",
            unit="pairs / s",
            ours=partial(writers.rate, partial(work_of, accounts), writers=1, seconds=bench.size.seconds),
            yardstick_name=peer,
            yardstick=partial(peer_ledgers.pairs_per_second, bench, peer),
            bound=promised,
            rounds=bench.size.rounds,
            before_each=bench.server.checkpoint,
        )


def payments_per_second(bench: Bench, count: int) -> float:
    """Each writer settles invoices of its own share of what is open, on accounts in random order."""
    open_accounts = list(OpenItem.objects.filter(is_debit=True).values_list("account_id", flat=True))
    random.Random(SEED).shuffle(open_accounts)

    def work_of(writer: int) -> Work:
        accounts = open_accounts[writer::count]

        def post_payment() -> None:
            if not accounts:
                raise RuntimeError("Every invoice is paid: raise Size.posting_invoices.")
            actions.post_new(new=[payment(accounts.pop(), INVOICE_MINOR)], actor=books.ACTOR)

        return post_payment

    rate = writers.rate(work_of, writers=count, seconds=bench.size.seconds)
    _check_effects()
    return rate


def pair_of_calls(accounts: list[int], writer: int) -> Work:
    rng = random.Random(SEED + writer)

    def post_pair() -> None:
        account, minor = rng.choice(accounts), rng.randint(100, 100_000)
        actions.post_new(new=[invoice(account, minor)], actor=books.ACTOR)
        actions.post_new(new=[payment(account, minor)], actor=books.ACTOR)

    return post_pair


def pair_as_a_set(accounts: list[int], writer: int) -> Work:
    rng = random.Random(SEED + writer)

    def post_pair() -> None:
        account, minor = rng.choice(accounts), rng.randint(100, 100_000)
        actions.post_new(new=[invoice(account, minor), payment(account, minor)], actor=books.ACTOR)

    return post_pair


def invoice(account_id: int, minor: int, posted_on: date | None = None) -> NewTransaction:
    item = NewItem(unit_amount=Decimal(minor), description="Services")
    return NewTransaction(
        classification=Classification.INVOICE,
        account_id=account_id,
        items=(item,),
        posted_on=posted_on,
        confirm_posted_on=True,
    )


def payment(account_id: int, minor: int, posted_on: date | None = None) -> NewTransaction:
    return NewTransaction(
        classification=Classification.PAYMENT,
        account_id=account_id,
        amount_minor=minor,
        posted_on=posted_on,
        confirm_posted_on=True,
    )


EFFECTS = """
    SELECT (SELECT count(*) FROM transactions_transaction WHERE number LIKE 'PAY%') AS payments,
           (SELECT count(*) FROM transactions_allocation) AS allocations,
           (SELECT count(*) FROM journal_journalentry) AS entries,
           (SELECT count(*) FROM platform_event WHERE type = 'payment.posted') AS events,
           (SELECT next_value - 1 FROM platform_numberseries WHERE code = 'payment') AS numbers
"""


def _check_effects() -> None:
    """Nothing was left out for speed: one number, entry, allocation and event for each payment."""
    with connection.cursor() as cursor:
        cursor.execute(EFFECTS)
        counts = cursor.fetchone()
    if len(set(counts)) != 1:
        raise RuntimeError(f"Payments, allocations, entries, events and numbers differ: {counts}.")
