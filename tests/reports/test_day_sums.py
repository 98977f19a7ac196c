"""What days came to is kept by a worker that follows: reports made of it are those that add up every transaction, in
random books, whatever of them was followed; nothing is passed over that commits late."""

from __future__ import annotations

import random
import threading
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import atomic
from tests.factories import Ledger, configure, make_company
from tests.reports.activity_reference import REFERENCES as ACTIVITY
from tests.reports.trends_reference import REFERENCES, reference

from subledger.journal.services import NewRate, enter_rates
from subledger.platform.scope import company_scope
from subledger.reports.catalogue import report_named
from subledger.reports.proof import prove
from subledger.transactions import day_sums
from subledger.transactions.day_sums import begin_anew, follow
from subledger.transactions.jobs import follow_days
from subledger.transactions.kept_days import TypeDay
from subledger.transactions.models import Allocation, DaysFollowed, PostedDay, SettledDay, Transaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import actions, drafts
from subledger.transactions.states import Classification, TransactionState

FIRST = date(2025, 5, 25)
LAST = date(2026, 5, 20)  # today, in tests
DAYS = (LAST, date(2026, 4, 30), date(2026, 2, 11), date(2025, 9, 1))
SPANS = ((FIRST, LAST), (date(2026, 1, 1), LAST), (date(2026, 2, 11), date(2026, 3, 9)))


class Books:
    """Random books of several accounts: late and early payments, some backdated, cancelled, moved, written off, meant
    for an invoice that another payment settled, drafts that are posted later, refunds, two currencies, suspense."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.chance = ledger, random.Random(seed)
        configure(allocation_principle="against_item_fifo" if seed % 2 else "fifo")
        enter_rates(rates=[NewRate("usd", date(2025, 1, 1), Decimal("0.9"))], actor="test")
        self.accounts = [ledger.account, ledger.open("Bea"), ledger.open("Dora", currency="usd")]
        self.invoices: list[tuple[Any, Any]] = []
        self.payments: list[tuple[Any, Any, date]] = []
        self.drafts: list[int] = []

    def day(self) -> date:
        return FIRST + timedelta(days=self.chance.randint(0, (LAST - FIRST).days))

    def step(self) -> None:
        chance, ledger, on = self.chance, self.ledger, self.day()
        account = chance.choice(self.accounts)
        mine = [one for one, of in self.invoices if of is account]
        what = chance.random()
        if what < 0.4 or not mine:
            due = on + timedelta(days=chance.randint(0, 60))
            self.invoices.append((ledger.invoice(chance.randint(5, 90), account=account, on=on, due=due), account))
        elif what < 0.65:
            meant = [chance.choice(mine)] if chance.random() < 0.6 else []
            paid = ledger.payment(chance.randint(1, 70), account=account, on=LAST, to=meant)
            self.payments.append((paid, account, LAST))
        elif what < 0.7:
            ledger.payment(chance.randint(1, 30), account=account, on=on)
        elif what < 0.78 and self.payments:
            paid, of, posted_on = self.payments.pop(chance.randrange(len(self.payments)))
            if of.currency == "eur" and chance.random() < 0.3:
                ledger.move(paid, self.accounts[1 if of is self.accounts[0] else 0], on=posted_on)
            else:
                ledger.cancel(paid, on=posted_on, confirm_paid_out=True)
        elif what < 0.84:
            ledger.credit_note(chance.randint(1, 20), account=account, on=on)
        elif what < 0.9:
            sold, _ = self.invoices.pop(next(i for i, (one, _) in enumerate(self.invoices) if one is mine[0]))
            if chance.random() < 0.5 and ledger.open_amount(sold):
                ledger.write_off(sold, on=LAST)
            else:
                ledger.cancel(sold, on=LAST, confirm_paid_out=True, confirm_credited=True)
        elif what < 0.94:
            new = ledger.new(Classification.PAYMENT, chance.randint(1, 30), account=account)
            self.drafts += [row.pk for row in drafts.save_drafts(new=[new], actor="test")]
        elif self.drafts:
            actions.post_drafts(drafts=[Post(draft_id=self.drafts.pop())], actor="test")
        else:
            ledger.payment(chance.randint(1, 9), account=ledger.system("suspense"), on=on)


def compare(days: tuple[date, ...] = DAYS) -> None:
    """With the reference; currencies in which all is nothing may be listed or not."""
    for name in REFERENCES:
        for day in days:
            table = report_named(name).run(as_of=day)
            names = [column.name for column in table.columns]
            told = [dict(zip(names, row, strict=True)) for row in table.rows]
            true = [dict(zip(names, row, strict=True)) for row in reference(name, day)]
            assert _listed(told) == _listed(true), (name, day)
    for day in days:
        aged, sums = report_named("aged-receivables").run(as_of=day), report_named("ageing-totals").run(as_of=day)
        assert [row for row in sums.rows if any(row[1:])] == [row[2:] for row in aged.totals if any(row[3:])], day
    for name, added_up in ACTIVITY.items():
        for start, end in SPANS:
            rows = report_named(name).run(**{"from": start, "to": end}).rows
            assert list(rows) == added_up(start, end), (name, start)


def _listed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    money = {
        row["currency"]
        for row in rows
        if any(isinstance(value, int) and value for name, value in row.items() if name != "days")
    }
    return [row for row in rows if row["currency"] in money]


OTHERS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    """Once nobody else is at work: what a transaction has seen of others stays with it, and a test is one."""
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(OTHERS)
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.05)
    return ledger


@pytest.mark.parametrize("seed", range(2))
def test_reports_of_kept_days_are_those_of_all_transactions(ledger: Ledger, seed: int):
    _walk(ledger, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 22))
def test_reports_of_kept_days_are_those_of_all_transactions_in_many_books(ledger: Ledger, seed: int):
    _walk(ledger, seed)


def _walk(ledger: Ledger, seed: int) -> None:
    books = Books(ledger, seed)
    for number in range(45):
        books.step()
        if number % 20 == 15:
            compare(DAYS[:2])  # with much that has come since
        if books.chance.random() < 0.1:
            follow(margin_seconds=0)
    compare()
    released = Allocation.objects.exclude(released_on=None).count()
    assert released, "what was followed is released later"
    follow(margin_seconds=0)
    compare()
    kept = PostedDay.objects.count(), SettledDay.objects.count(), TypeDay.objects.count()
    assert min(kept) > 10
    begin_anew()
    compare(DAYS[:1])
    assert follow(margin_seconds=0) is False
    assert (PostedDay.objects.count(), SettledDay.objects.count(), TypeDay.objects.count()) == kept
    compare(DAYS[:1])
    assert [finding for finding in prove() if finding.broken] == []


def test_what_is_recent_waits_and_is_read_all_the_same(ledger: Ledger):
    ledger.payment(40, on="15/05")
    assert follow_days() == {"full_batches": 0}
    assert not PostedDay.objects.exists()
    compare(DAYS[:1])
    follow(margin_seconds=0)
    assert [(one.posted_on, one.minor) for one in PostedDay.objects.all()] == [(date(2026, 5, 15), 40_00)]
    follow(margin_seconds=0)
    assert [one.minor for one in PostedDay.objects.all()] == [40_00], "once"


def test_batches_go_on_where_the_one_before_ended(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(day_sums, "AT_ONCE", 3)
    sold = [ledger.invoice(10, on="01/03", due="10/03") for _ in range(4)]
    for one in sold:
        ledger.payment(10, on="20/03", to=[one])
    batches = 0
    while follow(margin_seconds=0):
        batches += 1
        compare(DAYS[:1])
    assert batches > 3
    compare(DAYS[:1])
    assert [one.minor for one in SettledDay.objects.all()] == [40_00]


def test_a_company_reads_its_own_days_alone(ledger: Ledger):
    ledger.payment(40, on="15/05")
    follow(margin_seconds=0)
    with company_scope(make_company().pk):
        assert report_named("cash-by-week").run(as_of=LAST).rows == []


def test_what_is_kept_wrongly_is_found(ledger: Ledger):
    sold = ledger.invoice(10, on="01/03", due="10/03")
    ledger.payment(10, on="20/03", to=[sold])
    follow(margin_seconds=0)
    told = {
        "postedday": "posted on 2026-03-01 as invoice, late on 2026-03-11, EUR: its transactions come to 1000 (1)",
        "typeday": "posted on 2026-03-01 as invoice of Invoice, EUR: its transactions come to 1000 (1), kept by",
        "settledday": "settled on 2026-03-20 by payment, late on 2026-03-11, EUR: its allocations come to 1000, kept",
    }
    for table, said in told.items():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE transactions_{table} SET minor = minor + 1")
        [found] = [finding for finding in prove() if finding.broken]
        assert found.invariant.name == "kept-days"
        assert any(row.startswith(said) for row in found.rows), found.rows
        begin_anew()
        assert [finding for finding in prove() if finding.broken] == []
        follow(margin_seconds=0)


@pytest.mark.parametrize("guard", ["guard on", "guard off"])
def test_what_commits_late_is_not_passed_over(committed_db: None, monkeypatch: pytest.MonkeyPatch, guard: str):
    """A posting that is under way holds ids below those of one that began after it and committed before."""
    if guard == "guard off":
        monkeypatch.setattr(day_sums, "UNTIL", day_sums.UNTIL.replace("min(xact_start)", "NULL::timestamptz"))
    company = make_company()
    with company_scope(company.pk):
        ledger = Ledger()
        other = ledger.open("Bea")
        begun, goes_on = threading.Event(), threading.Event()
        problems: list[BaseException] = []

        def hold() -> None:
            try:
                with company_scope(company.pk), atomic():
                    ledger.payment(5, account=other)
                    begun.set()
                    assert goes_on.wait(20)
            except BaseException as problem:
                problems.append(problem)
                begun.set()
            finally:
                connection.close()

        holder = threading.Thread(target=hold)
        holder.start()
        try:
            assert begun.wait(20)
            assert not problems
            follow(margin_seconds=0)
        finally:
            goes_on.set()
            holder.join()
        assert not problems
        followed = DaysFollowed.objects.get().through_id
        late = Transaction.objects.get(classification=Classification.PAYMENT, state=TransactionState.POSTED)
        passed_over = report_named("cash-by-week").run().rows == []
        assert passed_over == (guard == "guard off"), (followed, late.pk)
        begin_anew()
