"""What the books say of a charge is what its gateway holds of it: the proof of the books sees where its money was given
back, or moved, apart from the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.gateways.generic.office import Office, said
from tests.gateways.test_given_back import FULL, LATER, clearing, disputed, proven, refunded, tell, terminate
from tests.gateways.toy import decline

from subledger.gateways.models import Restoration
from subledger.gateways.port import Returned, Succeeded
from subledger.gateways.services import submission
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post
from subledger.transactions.services.posting import execute
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
END = LATER + timedelta(days=2)
NAME = "charges-stand-for-what-is-held"


def found() -> list[str]:
    return [row for finding in prove(everywhere=False) if finding.invariant.name == NAME for row in finding.rows]


def past_the_rules(*orders):
    """As nothing but posting would do it, which knows of no gateway."""
    with clock.frozen(END):
        return execute(orders, actor="test")


def restored() -> Transaction:
    return Transaction.objects.get(pk=Restoration.objects.get().payment_id)


@pytest.fixture
def won(desk):
    """A dispute took 75.00 back and was won: the payment, its refund, and the payment that answers that."""
    row = desk.pay(FULL, to=[desk.ledger.invoice(75)])
    tell(desk, disputed(row), disputed(row, "won"))
    assert found() == []
    return row


def test_a_restored_payment_that_was_cancelled_in_the_books_alone(desk, won):
    past_the_rules(Cancel(target_id=restored().pk, amount=ALL, money_has_moved=True))
    assert found() == [f"charge {won.reference}: the books hold 0 of it, and its gateway {FULL}"]


def test_a_payment_that_was_cancelled_in_the_books_alone_until_its_gateway_gives_it_back(desk):
    row = desk.pay(FULL)
    past_the_rules(Cancel(target_id=row.transaction_id, amount=ALL, money_has_moved=True))
    assert found() == [f"charge {row.reference}: the books hold 0 of it, and its gateway {FULL}"]
    tell(desk, refunded(row), at=END)
    proven()


def test_payments_that_were_moved_away_from_their_refund(desk, won):
    bob = desk.ledger.open("Bob")
    for ident in (restored().pk, won.transaction_id):
        past_the_rules(Move(target_id=ident, to_account_id=bob.pk, confirm_paid_out=True))
    [said_of_it] = found()
    assert f"-{FULL} of it stand on account {desk.ledger.account.number}, and {2 * FULL} elsewhere" in said_of_it


def test_a_part_refunded_payment_that_was_moved(desk):
    row = desk.pay(FULL)
    tell(desk, refunded(row, 3000))
    bob = desk.ledger.open("Bob")
    past_the_rules(Move(target_id=row.transaction_id, to_account_id=bob.pk, confirm_paid_out=True))
    [said_of_it] = found()
    assert f"-3000 of it stand on account {desk.ledger.account.number}, and {FULL} elsewhere" in said_of_it


def test_a_moved_payment_stands_for_its_charge_where_it_is(desk):
    row = desk.pay(FULL)
    [moved] = past_the_rules(Move(target_id=row.transaction_id, to_account_id=desk.ledger.open("Bob").pk))
    proven()
    tell(desk, refunded(row, 3000), at=END)
    proven()
    past_the_rules(Cancel(target_id=moved.id, amount=ALL, money_has_moved=True))
    assert found() == [f"charge {row.reference}: the books hold -3000 of it, and its gateway 4500"]


def test_refunds_that_failed_and_were_asked_anew_count_once(desk):
    row = desk.pay(FULL)
    desk.bank.script = [decline]
    asked = desk.work(desk.refund(3000, row.transaction_id).request_id)
    assert asked.state == "rejected"
    [again] = submission.post(orders=[Post(draft_id=asked.transaction_id)], actor="user:ana")
    assert desk.work(again.request_id).state == "posted"
    proven()


def test_what_an_integrator_collected_may_be_given_back_by_hand(ledger):
    office = Office.opened(ledger)
    row = office.pay(100)
    office.post(said(row))
    [cancelled] = submission.post(orders=[Cancel(target_id=office.transaction(row).pk, amount=ALL)], actor="user:ana")
    assert cancelled.classification == C.PAYMENT_CANCELLATION
    proven()


# -- what comes back after its payment was cancelled ----------------------------------------------------------------


def returned() -> Returned:
    return Returned("AC04", "The account is closed.", "")


def report(row, outcome):
    with clock.frozen(END):
        [state] = apply_outcomes([ReportedOutcome(row.pk, outcome)], actor="system")
    return state


def test_what_moved_after_all_and_is_returned_again_is_cancelled_again(desk):
    """The second return is a fact of its own: it is not in the books because the first one is."""
    row = desk.pay(FULL, to=[desk.ledger.invoice(75)])
    moved = Succeeded(row.reference, Money(FULL, "eur"), charge=row.reference)
    assert [report(row, one) for one in (returned(), moved)] == ["rejected", "posted"]
    with clock.frozen(END):
        assert (desk.ledger.balance(), clearing(desk)) == (0, FULL)
    assert report(row, returned()) == "rejected"
    with clock.frozen(END):
        assert (desk.ledger.balance(), clearing(desk), restored().state) == (75, 0, "cancelled")
    proven()


@pytest.fixture
def on_suspense(desk):
    """The payment is cancelled by hand, as books of before have it; its dispute is won after its account ended."""
    row = desk.pay(FULL)
    past_the_rules(Cancel(target_id=row.transaction_id, amount=ALL, money_has_moved=True))
    tell(desk, disputed(row), at=END)
    terminate(desk)
    tell(desk, disputed(row, "won"), at=END)
    assert restored().account.system_role == "suspense"
    return row


@pytest.mark.parametrize("asked", ["own", "restored"])
def test_a_refund_asked_of_a_cancelled_payment_leaves_from_where_its_credit_stands(desk, on_suspense, asked):
    ident = on_suspense.transaction_id if asked == "own" else restored().pk
    with clock.frozen(END):
        row = desk.work(desk.refund(3000, ident).request_id)
    refund = desk.transaction(row.transaction_id)
    assert (row.state, refund.state, refund.account_id) == ("posted", "posted", restored().account_id)
    proven()


@pytest.mark.wide
def test_a_return_goes_by_the_payment_that_stands_for_its_charge(desk, on_suspense):
    assert report(on_suspense, returned()) == "rejected"
    assert (restored().state, clearing(desk)) == ("cancelled", 0)
    assert not Transaction.objects.filter(classification=C.REFUND).exists()
    proven()
