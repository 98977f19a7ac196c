"""Two people doing it at once: each race with its guard taken off first, then its absence with the guard on.

With the lock off, what is left are the database's own constraints: the second writer is stopped at the last moment
with ``concurrent_change`` instead of seeing what the first one did. Where no constraint speaks, the books go wrong.
"""

from __future__ import annotations

import threading

import pytest
from tests.concurrency.conftest import take_off, without_posting_lock
from tests.concurrency.gates import codes_of, meet_between_reading_and_writing, patience
from tests.factories import Ledger, at_once, make_company

from subledger.journal.models import JournalEntry
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import inputs, posting
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification

pytestmark = pytest.mark.sampled(3)


@pytest.fixture(params=["guard off", "guard on"])
def guarded(request: pytest.FixtureRequest) -> bool:
    """Runs the test twice: in a scratch database without the posting lock, and in the real one."""
    if request.param == "guard off":
        request.getfixturevalue("scratch_db")
        without_posting_lock()
        return False
    request.getfixturevalue("committed_db")
    return True


@pytest.fixture
def books(guarded: bool):
    company = make_company()
    with company_scope(company.pk):
        yield Ledger()


def test_two_tellers_posting_the_same_draft_post_it_once(guarded: bool, books: Ledger, monkeypatch):
    draft = save_drafts(new=[books.new(Classification.PAYMENT, 10)], actor="test")[0]
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(*[lambda: post_drafts(drafts=[Post(draft_id=draft.pk)], actor="teller")[0]] * 2)
    assert codes_of(answers) == (["posted", "transition_not_allowed"] if guarded else ["concurrent_change", "posted"])
    assert JournalEntry.objects.count() == 1
    assert books.balance() == -10


@pytest.mark.parametrize("kind", ["invoice", "payment"])
def test_two_cancellations_of_one_transaction_cancel_it_once(guarded: bool, books: Ledger, monkeypatch, kind: str):
    target = getattr(books, kind)(100)
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(*[lambda: books.cancel(target)] * 2)
    assert codes_of(answers) == (["posted", "transition_not_allowed"] if guarded else ["concurrent_change", "posted"])
    assert Transaction.objects.filter(cancels_id=target.id).count() == 1
    assert books.balance() == 0


def test_two_write_offs_of_one_invoice_write_it_off_once(guarded: bool, books: Ledger, monkeypatch):
    inv = books.invoice(100)
    books.system("write_off")
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(*[lambda: books.write_off(inv)] * 2)
    assert codes_of(answers) == (["posted", "transition_not_allowed"] if guarded else ["concurrent_change", "posted"])
    assert books.balance(books.system("write_off")) == 100


def test_write_off_and_cancellation_of_one_invoice_do_not_both_happen(guarded: bool, books: Ledger, monkeypatch):
    inv = books.invoice(100)
    books.system("write_off")
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(lambda: books.write_off(inv), lambda: books.cancel(inv))
    assert codes_of(answers) == (["posted", "transition_not_allowed"] if guarded else ["concurrent_change", "posted"])
    assert books.balance() == 0


def test_two_payments_of_one_invoice_are_both_taken_and_the_second_stays_free(
    guarded: bool, books: Ledger, monkeypatch
):
    inv = books.invoice(500)
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(*[lambda: books.payment(500, to=[inv])] * 2)
    if not guarded:  # both saw 500 open; only the database's own guard keeps the invoice from being paid twice
        assert codes_of(answers) == ["concurrent_change", "posted"]
        return
    assert codes_of(answers) == ["posted", "posted"]
    assert (books.unsettled(inv), books.balance()) == (0, -500)
    # the second one's money displaced nothing, for Against Item links are protected
    assert sorted(books.unallocated(p) for p in answers) == [0, 500]


def test_an_invoice_and_a_payment_at_once_find_each_other(guarded: bool, books: Ledger, monkeypatch):
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    inv, pay = at_once(lambda: books.invoice(100), lambda: books.payment(100))
    if guarded:
        assert (books.unsettled(inv), books.unallocated(pay)) == (0, 0)
    else:  # neither saw the other, and no constraint can: an open invoice beside free money
        assert (books.unsettled(inv), books.unallocated(pay)) == (100, 100)


def test_two_refunds_do_not_pay_the_same_credit_out_twice(guarded: bool, books: Ledger, monkeypatch):
    books.payment(100)
    meet_between_reading_and_writing(monkeypatch, 2, guarded=guarded)
    answers = at_once(*[lambda: books.refund(100)] * 2)
    assert codes_of(answers) == (
        ["posted", "refund_needs_credit_balance"] if guarded else ["concurrent_change", "posted"]
    )
    assert books.balance() == 0


def test_a_draft_is_not_posted_while_it_changes(guarded: bool, books: Ledger, monkeypatch):
    """A draft goes to another account with another amount between a teller's reading and writing."""
    other = books.open("Bob")
    draft = save_drafts(new=[books.new(Classification.PAYMENT, 10)], actor="test")[0]
    has_read, has_changed, write = threading.Event(), threading.Event(), posting.write

    def late(*arguments, **named):
        has_read.set()
        has_changed.wait(timeout=patience(guarded))
        return write(*arguments, **named)

    def change():
        has_read.wait(timeout=60)
        new = books.new(Classification.PAYMENT, 25, account=other)
        answer = update_draft(transaction_id=draft.pk, new=new, actor="ana")
        has_changed.set()
        return answer

    monkeypatch.setattr(posting, "write", late)
    answers = at_once(change, lambda: post_drafts(drafts=[Post(draft_id=draft.pk)], actor="bob")[0])
    row, entry = Transaction.objects.get(pk=draft.pk), JournalEntry.objects.get(pk=draft.pk)
    journalised = sum(entry.lines.values_list("debit_minor", flat=True))
    if guarded:
        assert codes_of(answers) == ["posted", "transition_not_allowed"]
        assert (row.amount_minor, journalised, row.account_id) == (10_00, 10_00, books.account.pk)
    else:
        assert (row.amount_minor, journalised) == (25_00, 10_00), "the document changed under the journal"


def test_fifty_payments_at_once_on_one_invoice_never_overpay_it(committed_db: None):
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        inv = books.invoice(500)
        answers = at_once(*[lambda: [books.payment(500) for _ in range(5)]] * 10)
        payments = [p for batch in answers for p in batch]
        assert len(payments) == 50
        assert (books.unsettled(inv), books.balance()) == (0, -49 * 500)
        assert sorted(books.unallocated(p) for p in payments) == [0] + [500] * 49


@pytest.mark.few(2)
@pytest.mark.parametrize("guards", ["none", "index", "lock and index"])
def test_two_writers_moving_one_suspense_payment_move_it_once(request, monkeypatch, guards: str):
    """What takes credit off a system account waits for its like; the unique index on what cancels what stands too."""
    request.getfixturevalue("scratch_db" if guards == "none" else "committed_db")
    if guards != "lock and index":
        monkeypatch.setattr(inputs, "ONE_REFUND", "SELECT %s")
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        suspense, ann, bob = books.system("suspense"), books.open("Ann"), books.open("Bob")
        found = books.payment(35, account=suspense)
        if guards == "none":
            take_off("DROP INDEX transaction_cancelled_once", "DROP TRIGGER allocation_made ON transactions_allocation")
        meet_between_reading_and_writing(monkeypatch, 2, guarded=guards == "lock and index")
        answers = at_once(lambda: books.move(found, ann), lambda: books.move(found, bob))
        cancellations = Transaction.objects.filter(cancels_id=found.id).count()
        if guards == "none":
            assert codes_of(answers) == ["posted", "posted"]
            assert cancellations == 2, "35 came in, 70 were given out"
            return
        assert codes_of(answers) == ["concurrent_change", "posted"]
        assert cancellations == 1
        assert sorted([books.balance(ann), books.balance(bob), books.balance(suspense)]) == [-35, 0, 0]


@pytest.mark.parametrize("lock", ["lock off", "lock on"])
def test_two_refunds_of_suspense_do_not_pay_the_same_money_out_twice(request, monkeypatch, lock: str):
    """Nothing settles on a system account by itself, so no constraint speaks: the lock of such refunds is the guard."""
    request.getfixturevalue("scratch_db" if lock == "lock off" else "committed_db")
    if lock == "lock off":
        monkeypatch.setattr(inputs, "ONE_REFUND", "SELECT %s")
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        suspense = books.system("suspense")
        books.payment(100, account=suspense)
        meet_between_reading_and_writing(monkeypatch, 2, guarded=lock == "lock on")
        answers = at_once(*[lambda: books.refund(100, account=suspense)] * 2)
        if lock == "lock off":
            assert codes_of(answers) == ["posted", "posted"]
            assert books.balance(suspense) == 100, "100 came in, 200 went out"
        else:
            assert codes_of(answers) == ["posted", "refund_needs_credit_balance"]
            assert books.balance(suspense) == 0


def test_what_is_paid_into_suspense_does_not_wait_for_a_refund_of_it(committed_db: None, monkeypatch):
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        suspense = books.system("suspense")
        books.payment(100, account=suspense)
        has_read, has_paid, write, overtaken = threading.Event(), threading.Event(), posting.write, []

        def late(decided, *arguments, **named):
            if any(row.classification == "refund" for row in decided.effects.rows.values()):
                has_read.set()
                overtaken.append(has_paid.wait(timeout=60))
            return write(decided, *arguments, **named)

        def pay() -> None:
            has_read.wait(timeout=60)
            books.payment(5, account=suspense)
            has_paid.set()

        monkeypatch.setattr(posting, "write", late)
        answers = at_once(lambda: books.refund(100, account=suspense), pay)
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        assert overtaken == [True], "paid in while the refund held its lock"
        assert books.balance(suspense) == -5


@pytest.mark.parametrize("index", ["index off", "index on"])
def test_one_back_office_code_is_used_once(request, monkeypatch, index: str):
    request.getfixturevalue("scratch_db" if index == "index off" else "committed_db")
    if index == "index off":
        take_off("DROP INDEX transaction_back_office_code")
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        other = books.open("Bob")  # another account, so that no account lock keeps them apart
        meet_between_reading_and_writing(monkeypatch, 2, guarded=False)
        answers = at_once(
            lambda: books.payment(1, back_office_code="B-7"),
            lambda: books.payment(1, back_office_code="B-7", account=other),
        )
        expected = ["posted", "posted"] if index == "index off" else ["back_office_code_taken", "posted"]
        assert codes_of(answers) == expected
        assert Transaction.objects.filter(back_office_code="B-7").count() == expected.count("posted")
