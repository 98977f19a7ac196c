"""Two credit notes for the same item at once: beyond what it came to with the guard off, refused with it on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.concurrency.conftest import rewrite, scratch_database, take_off, without_posting_lock
from tests.concurrency.gates import codes_of, meet_between_reading_and_writing
from tests.factories import Ledger, at_once, make_company

from subledger.platform.scope import company_scope
from subledger.transactions.item_credits import credited_items
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.states import Classification

NO_GUARD = "ALTER TABLE transactions_transaction DISABLE TRIGGER credited_within_updated"


def two_at_once(monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> tuple[list[str], tuple[int, int]]:
    """How two notes of 80.00 for an item of 100.00 end, and what is credited of it. The invoice is paid, so that
    nothing but the item keeps them apart."""
    company = make_company()
    with company_scope(company.pk):
        books = Ledger()
        invoice = books.invoice(100, tax=19)
        books.payment(119)
        note = NewTransaction(
            classification=Classification.CREDIT_NOTE,
            account_id=books.account.pk,
            items=(NewItem(unit_amount=Decimal(80_00), credits=ItemRef(invoice.id, 1)),),
        )
        meet_between_reading_and_writing(monkeypatch, 2, guarded=locked)
        answers = at_once(*[lambda: books.post(note)[0]] * 2)
        [of] = credited_items([invoice.id]).values()
        return codes_of(answers), tuple(of.credited)


@pytest.mark.flaky(reruns=2)
def test_with_neither_lock_nor_guard_more_is_credited_than_was_invoiced(committed_db, monkeypatch):
    with scratch_database():
        without_posting_lock()
        take_off(NO_GUARD)
        rewrite("transaction_arrived_v6", r"PERFORM check_credited_within_v4\(notes\);", "")
        assert two_at_once(monkeypatch, locked=False) == (["posted", "posted"], (160_00, 30_40))


def test_the_guard_alone_refuses_the_second(committed_db, monkeypatch):
    with scratch_database():
        without_posting_lock()
        assert two_at_once(monkeypatch, locked=False) == (["concurrent_change", "posted"], (80_00, 15_20))


def test_posting_refuses_the_second_in_words(committed_db, monkeypatch):
    assert two_at_once(monkeypatch, locked=True) == (["credited_above_invoiced", "posted"], (80_00, 15_20))
