"""Numbers without gaps, closing against posting, lock order, and many writers at once."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from datetime import date

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.db.utils import OperationalError
from tests.concurrency.conftest import (
    BOOKS_LOCK,
    POSTING_LOCK,
    rewrite,
    take_off,
    with_careless_counting,
    without_series_lock,
)
from tests.concurrency.gates import codes_of, meet_between_reading_and_writing, patience
from tests.endings import close_books
from tests.factories import Ledger, at_once, make_company, numbers_of

from subledger.companies import number_series
from subledger.companies.services import create_company
from subledger.journal.errors import PeriodNotClear
from subledger.journal.models import JournalEntry, PeriodClose
from subledger.journal.services import close_period
from subledger.kernel.errors import DomainError
from subledger.kernel.number_series import Restart
from subledger.platform import clock
from subledger.platform.models import NumberSeries
from subledger.platform.numbering import create_series, next_number
from subledger.platform.scope import RecordQuerySet, company_scope
from subledger.reports.proof import prove
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.services import posting
from subledger.transactions.states import Classification

pytestmark = pytest.mark.sampled(3)


class Changed(Exception):
    """Somebody's reason to roll back."""


# -- gapless numbers -------------------------------------------------------------------------------------------------


def _sixteen_writers(accounts: list[Ledger]) -> tuple[list[str], list[str]]:
    """10 % of the postings roll back after their number was taken; 16 writers, 10 postings each.

    Returns the numbers given, in any order, and the codes of what was refused.
    """

    def write(seed: int) -> tuple[list[str], list[str]]:
        chance, kept, refused = random.Random(seed), [], []
        for _ in range(10):
            try:
                with atomic():
                    posted = chance.choice(accounts).payment(1)
                    if chance.random() < 0.1:
                        raise Changed
                    kept.append(posted.number)
            except Changed:
                pass
            except DomainError as refusal:
                refused.append(refusal.code)
        return kept, refused

    answers = at_once(*[lambda seed=seed: write(seed) for seed in range(16)])
    assert all(isinstance(answer, tuple) for answer in answers), answers
    return [n for kept, _ in answers for n in kept], [code for _, refused in answers for code in refused]


GUARDS_OF_NUMBERS = {
    "guards on": (),
    "lock off": (without_series_lock,),  # raising the counter by one UPDATE is enough
    "careless counting": (with_careless_counting,),  # the lock is enough
    "guards off": (without_series_lock, with_careless_counting),
}


@pytest.mark.few(1)
@pytest.mark.parametrize("guards", GUARDS_OF_NUMBERS)
def test_sixteen_writers_with_rollbacks_leave_no_gap_and_no_duplicate(request, guards: str):
    request.getfixturevalue("committed_db" if guards == "guards on" else "scratch_db")
    for take_guard_off in GUARDS_OF_NUMBERS[guards]:
        take_guard_off()
    if guards == "guards off":
        take_off("DROP INDEX transaction_number")
    company = make_company()
    with company_scope(company.pk):
        # an account for each writer where numbers are meant to meet: the account's lock would keep them apart
        accounts = [Ledger() for _ in range(4 if guards == "guards on" else 16)]
        kept, refused = _sixteen_writers(accounts)
        assert not refused
        assert 100 < len(kept) < 160, "some rolled back"
        if guards == "guards off":
            assert len(set(kept)) < len(kept), "one number on several payments"
            return
        assert numbers_of(kept) == list(range(1, len(kept) + 1))
        stored = Transaction.objects.filter(classification="payment").values_list("number", flat=True)
        assert sorted(stored) == sorted(kept)


@pytest.mark.wide
def test_without_the_guards_of_numbers_the_unique_index_refuses_writers(scratch_db: None):
    """The last guard keeps the books right, at the cost of the writers: their work is refused."""
    without_series_lock()
    with_careless_counting()
    company = make_company()
    with company_scope(company.pk):
        kept, refused = _sixteen_writers([Ledger() for _ in range(16)])
        assert len(set(kept)) == len(kept)
        assert set(refused) == {"concurrent_change"}


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_the_first_number_of_a_new_series_is_given_once(request, monkeypatch, guard: str):
    """Nothing can be locked that does not exist yet: the unique constraint decides who creates the series."""
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    company = create_company(
        code=f"bare-{clock.now().timestamp()}".replace(".", "-"), name="B", base_currency="eur", actor="t"
    )
    if guard == "guard off":
        take_off(
            "DROP INDEX IF EXISTS number_series_code",
            "ALTER TABLE platform_numberseries DROP CONSTRAINT IF EXISTS number_series_code",
        )
    together, create = threading.Barrier(2), RecordQuerySet.create

    def late(self, **values):
        if self.model is NumberSeries:
            together.wait(timeout=60)  # both have looked and found nothing
        return create(self, **values)

    monkeypatch.setattr(RecordQuerySet, "create", late)

    def first() -> str:
        create_series(code="voucher", prefix="VOU")
        with atomic():
            return next_number("voucher")[0]

    with company_scope(company.pk):
        answers = at_once(first, first)
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        if guard == "guard on":
            assert numbers_of(answers) == [1, 2]
            assert NumberSeries.objects.filter(code="voucher").count() == 1
        else:
            assert NumberSeries.objects.filter(code="voucher").count() == 2


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_a_format_that_changes_while_somebody_posts_is_that_of_the_next_document(request, monkeypatch, guard: str):
    """What a number says is decided before it is taken: a change between the two would give one that is none."""
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        monkeypatch.setattr(number_series, "hold_books", lambda: None)
    has_read, is_changed, write = threading.Event(), threading.Event(), posting.write

    def late(*arguments, **named):
        has_read.set()
        is_changed.wait(timeout=patience(guard == "guard on"))
        return write(*arguments, **named)

    monkeypatch.setattr(posting, "write", late)
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()

        def change() -> None:
            has_read.wait(timeout=60)
            number_series.change_series(code="payment", format="ZA{number:4}", next_number=100, actor="ana")
            is_changed.set()

        posted, changed = at_once(lambda: books.payment(10), change)
        assert not isinstance(posted, Exception), posted
        assert changed is None
        [numbers] = [found for found in prove(everywhere=False) if found.invariant.name == "numbers-without-gaps"]
        if guard == "guard on":
            assert [posted.number, books.payment(1).number] == ["PAY00000001", "ZA0100"]
            assert not numbers.rows
        else:
            assert posted.number == "PAY00000100", "the old letters with the new counter"
            assert "PAY00000100: it is no number of the series payment" in numbers.rows


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_the_first_number_of_a_year_is_given_once(request, monkeypatch, guard: str):
    """Its counter is no row yet: whoever holds the series makes it, and the unique constraint stands behind."""
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        without_series_lock()
        rewrite("numbers_take_v2", "IF NOT FOUND THEN", "IF NOT FOUND THEN PERFORM pg_sleep(0.3);")
    company = make_company()
    with company_scope(company.pk):
        number_series.change_series(code="payment", format="ZA-{year}-{number}", restarts=Restart.YEAR, actor="ana")
        both, year_before = (Ledger(), Ledger()), date(clock.today("UTC").year - 1, 12, 31)
        meet_between_reading_and_writing(monkeypatch, 2, guarded=guard == "guard on")
        answers = at_once(*[lambda books=books: books.payment(1, on=year_before) for books in both])
        if guard == "guard on":
            assert sorted(answer.number[-2:] for answer in answers) == ["-1", "-2"]
        else:
            assert sorted(codes_of(answers)) == ["concurrent_change", "posted"]


# -- closing against posting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_closing_the_books_waits_for_postings_under_way(request, monkeypatch, guard: str):
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        rewrite("posting_read_v5", BOOKS_LOCK, "")
        take_off("DROP TRIGGER journal_entry_guard ON journal_journalentry")
    has_read, is_closed, write = threading.Event(), threading.Event(), posting.write

    def late(*arguments, **named):
        has_read.set()
        is_closed.wait(timeout=patience(guard == "guard on"))
        return write(*arguments, **{**named, "at": clock.now()})

    monkeypatch.setattr(posting, "write", late)
    company = make_company()
    with company_scope(company.pk):
        books, today = Ledger(), clock.today("UTC")

        def close() -> PeriodClose:
            has_read.wait(timeout=60)
            try:
                row = close_books(through=today, actor="ana")
            except PeriodNotClear as changed:  # the posting that was waited for was not shown
                row = close_period(through=today, expected_outcome=changed.outcome, actor="ana")
            is_closed.set()
            return row

        posted, closed = at_once(lambda: books.payment(10), close)
        for answer in (posted, closed):
            assert not isinstance(answer, Exception), answer
        recorded_at = JournalEntry.objects.get(pk=posted.id).recorded_at
        if guard == "guard on":
            assert recorded_at < closed.closed_at, "the posting was first, the closing waited for it"
        else:
            assert recorded_at > closed.closed_at, "posted into books that were closed already"


def test_a_posting_that_waited_for_the_closing_is_refused(committed_db: None):
    company = make_company()
    with company_scope(company.pk):
        books, today = Ledger(), clock.today("UTC")
        has_lock = threading.Event()

        def close() -> None:
            with atomic():
                close_books(through=today, actor="ana")
                has_lock.set()
                threading.Event().wait(0.3)

        def post():
            has_lock.wait(timeout=60)
            return books.payment(10)

        _, refusal = at_once(close, post)
        assert refusal.code == "period_closed"
        assert not JournalEntry.objects.exists()


# -- lock order ------------------------------------------------------------------------------------------------------

# Locks in the order of the list for one half of the sessions and the other way round for the other, with a pause.
LOCK_IN_ANY_ORDER = """
    DECLARE one bigint;
    BEGIN
        FOR one IN SELECT id FROM accounts_account WHERE id = ANY(p_accounts)
             ORDER BY CASE current_setting('application_name') WHEN 'backwards' THEN -id ELSE id END
        LOOP
            PERFORM 1 FROM accounts_account WHERE id = one FOR NO KEY UPDATE;
            PERFORM pg_sleep(0.3);
        END LOOP;
    END;
"""


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_two_batches_over_the_same_accounts_do_not_deadlock(request, guard: str):
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        rewrite("posting_read_v5", POSTING_LOCK, LOCK_IN_ANY_ORDER)
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        accounts = [books.open(name) for name in "ABCD"]

        def batch(direction: str):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', %s, false)", [direction])
            ordered = accounts if direction == "forwards" else accounts[::-1]
            return books.post(*[books.new(Classification.PAYMENT, 1, account=a) for a in ordered])

        answers = at_once(lambda: batch("forwards"), lambda: batch("backwards"))
        broken = [answer for answer in answers if isinstance(answer, OperationalError)]
        if guard == "guard off":
            assert len(broken) == 1
            assert "deadlock detected" in str(broken[0])
        else:
            assert not broken
            assert [books.balance(a) for a in accounts] == [-2] * 4


@pytest.mark.wide
def test_random_batches_in_random_order_never_deadlock(committed_db: None):
    """4 writers, 60 sets each over overlapping accounts: postings, cancellations, moves, write-offs."""
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        accounts = [books.open(str(n)) for n in range(6)]
        suspense = books.system("suspense")
        books.system("write_off")

        def write(seed: int) -> int:
            chance, mine, done = random.Random(seed), [], 0
            for _ in range(60):
                some = chance.sample([*accounts, suspense], chance.randint(2, 5))
                kinds = [
                    Classification.PAYMENT
                    if a is suspense
                    else chance.choice([Classification.PAYMENT, Classification.INVOICE])
                    for a in some
                ]
                mine += books.post(
                    *[books.new(k, chance.randint(1, 9), account=a) for k, a in zip(kinds, some, strict=True)]
                )
                target = mine.pop(chance.randrange(len(mine)))
                with suppress(DomainError):
                    if target.classification == "payment":
                        books.move(target, chance.choice(accounts))
                    else:
                        chance.choice([books.cancel, books.write_off])(target)
                done += 1
            return done

        assert at_once(*[lambda seed=seed: write(seed) for seed in range(4)]) == [60] * 4
        for account in accounts:
            books.balance(account)  # holds the identity
            sides = set(OpenItem.objects.filter(account=account).values_list("is_debit", flat=True))
            assert len(sides) <= 1, "everything that could be settled is settled"


@pytest.mark.few(2)
@pytest.mark.parametrize("writers", [1, 2, 8])
def test_writers_at_once_see_no_error(committed_db: None, writers: int):
    """Each on an account of its own and all on a shared one; every answer is a posting."""
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        own = [books.open(str(n)) for n in range(writers)]

        def write(account):
            return [books.payment(1, account=a) for _ in range(8) for a in (account, books.account)]

        answers = at_once(*[lambda a=a: write(a) for a in own])
        posted = [p for batch in answers for p in batch]
        assert codes_of(posted) == ["posted"] * (16 * writers)
        assert books.balance() == -8 * writers
        assert numbers_of(p.number for p in posted) == list(range(1, 16 * writers + 1))
