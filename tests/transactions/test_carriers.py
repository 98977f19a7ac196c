"""Who carries orders out: posting alone, or a room above that has the money moved first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factories import Ledger

from subledger.kernel.errors import DomainError
from subledger.transactions.errors import AmountNotWhole
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Cancel, Post, Posted
from subledger.transactions.services import carriers
from subledger.transactions.services.carriers import Ended, Posting, Requested
from subledger.transactions.states import Classification

ASKED = Requested(request_id=7, transaction_id=8, account_id=9, amount_minor=1000)


class Slow(Posting):
    """Takes every payment over; its failure, or its no, is what the test says."""

    def __init__(self, ended: Ended) -> None:
        self.ended, self.taken = ended, []

    def agreed(self, new):
        return replace(new, received_by="agreed")

    def begin(self, orders, *, actor, collect):
        self.taken += orders
        return [ASKED for _ in orders]

    def end(self, asked):
        assert asked == ASKED
        return self.ended


@pytest.fixture(autouse=True)
def none(monkeypatch):
    """No room above, but the one that a test puts in."""
    monkeypatch.setattr(carriers, "_carriers", [Posting()])


def payment(ledger: Ledger) -> NewTransaction:
    return ledger.new(Classification.PAYMENT, 10)


def test_without_a_carrier_orders_are_posted(ledger: Ledger):
    ended = carriers.carry_out(lambda: Post(new=payment(ledger)), actor="t")
    assert isinstance(ended.posted, Posted)
    assert (ended.request_id, ended.declined, ended.failure) == (None, None, None)
    assert Transaction.objects.get(pk=ended.came_to()).number == ended.posted.number


def test_what_is_foreseen_is_the_carriers_word_and_keeps_nothing(ledger: Ledger):
    [told] = carriers.foresee(Post(new=payment(ledger)), actor="t")
    assert (told.amount.minor, told.balance_after.minor) == (1000, -1000)
    assert not Transaction.objects.exists()

    class Strict(Posting):
        def foresee(self, order, *, actor):
            raise DomainError("The gateway takes nothing.")

    carriers.carry_with(Strict())
    with pytest.raises(DomainError, match="takes nothing"):
        carriers.foresee(Post(new=payment(ledger)), actor="t")


def test_what_posting_refuses_is_raised(ledger: Ledger):
    invoice = ledger.invoice(10)
    with pytest.raises(AmountNotWhole):
        carriers.carry_out(lambda: Cancel(target_id=invoice.id, amount=1), actor="t")


def test_a_carrier_takes_an_order_over_and_tells_its_end(ledger: Ledger):
    slow = Slow(Ended(transaction_id=8, request_id=7))
    carriers.carry_with(slow)
    assert carriers.carry_out(lambda: Post(new=payment(ledger)), actor="t").came_to() == 8
    assert len(slow.taken) == 1
    assert not Transaction.objects.filter(classification="payment").exists()


def test_what_a_carrier_declines_is_refused(ledger: Ledger):
    carriers.carry_with(Slow(Ended(transaction_id=8, request_id=7, declined=DomainError("The bank said no."))))
    ended = carriers.carry_out(lambda: Post(new=payment(ledger)), actor="t")
    with pytest.raises(DomainError, match="said no"):
        ended.came_to()


def test_a_call_that_fails_is_told_and_refuses_nothing(ledger: Ledger):
    failure = DomainError("The key cannot be opened.")
    carriers.carry_with(Slow(Ended(transaction_id=8, request_id=7, failure=failure)))
    ended = carriers.carry_out(lambda: Post(new=payment(ledger)), actor="t")
    assert (ended.came_to(), ended.failure) == (8, failure)


def test_drafts_are_kept_as_the_carrier_agrees(ledger: Ledger):
    carriers.carry_with(Slow(Ended(transaction_id=None)))
    [draft] = carriers.save_drafts(new=[payment(ledger)], actor="t")
    assert draft.received_by == "agreed"
    changed = carriers.update_draft(transaction_id=draft.pk, new=payment(ledger), actor="t")
    assert changed.received_by == "agreed"
