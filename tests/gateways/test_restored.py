"""What a won dispute, or a refund that came back, returns is the money of its charge: it goes back once over that."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from tests.gateways.test_given_back import (
    FULL,
    LATER,
    by_cash,
    cancel_past_the_gateway,
    clearing,
    disputed,
    proven,
    refunded,
    say_disputed,
    tell,
    terminate,
)

from subledger.gateways import refund_errors
from subledger.gateways.charges import charge_of
from subledger.gateways.models import Dispute, Restoration
from subledger.gateways.port import Declined, RequestOutcome, Returned, Succeeded
from subledger.gateways.services import submission
from subledger.gateways.services.carrier import GatewayCarrier
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post
from subledger.transactions.services.drafts import reject_drafts
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


END = LATER + timedelta(days=2)


def win(desk, row) -> None:
    tell(desk, disputed(row), disputed(row, "won"))


def come_back(desk, row) -> None:
    tell(desk, refunded(row, 6000))
    tell(desk, refunded(row, 6000, status="failed"), at=END)


def restored() -> Transaction:
    return Transaction.objects.get(pk=Restoration.objects.get().payment_id)


@pytest.fixture
def paid(desk):
    return desk.pay(FULL, to=[desk.ledger.invoice(75)])


def post(*orders):
    with clock.frozen(END):
        return submission.post(orders=orders, actor="user:ana")


TAKEN = {"a dispute that was won": win, "a refund that came back": come_back}


@pytest.mark.each_once
@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("deed", ["by hand", "through the gateway", "move", "refund"])
def test_what_answers_a_refund_is_not_treated_apart_from_its_charge(desk, paid, taken, deed):
    TAKEN[taken](desk, paid)
    payment, before = restored(), clearing(desk)
    own = desk.transaction(paid.transaction_id)
    with clock.frozen(END):
        owed = desk.ledger.balance()
    bob = desk.ledger.open("Bob").pk
    deeds = {
        "by hand": lambda: post(Cancel(target_id=payment.pk, amount=ALL)),
        "through the gateway": lambda: desk.cancel(payment.pk),
        "move": lambda: post(Move(target_id=payment.pk, to_account_id=bob)),
        "refund": lambda: desk.refund(1000, payment.pk),
    }
    said = rf"only takes back refund .*The money is that of payment {own.number}"
    with clock.frozen(END), pytest.raises(refund_errors.Restored, match=said):
        deeds[deed]()
    with clock.frozen(END):
        assert (desk.ledger.balance(), clearing(desk)) == (owed, before)
    proven()


@pytest.mark.parametrize("taken", TAKEN)
def test_the_charges_own_payment_gives_all_of_it_back_once(desk, paid, taken):
    TAKEN[taken](desk, paid)
    with clock.frozen(END):
        assert (desk.ledger.balance(), clearing(desk), desk.bank.captured) == (0, FULL, FULL)
        desk.work(desk.cancel(paid.transaction_id).request_id)
        assert (desk.ledger.balance(), clearing(desk), desk.bank.captured) == (75, 0, 0)
    with pytest.raises(refund_errors.Restored):
        post(Cancel(target_id=restored().pk, type_id=desk.cancellation_type.pk, amount=ALL))
    proven()


def test_a_payment_moves_without_what_answers_its_refund(desk, paid):
    win(desk, paid)
    bob = desk.ledger.open("Bob")
    post(Move(target_id=paid.transaction_id, to_account_id=bob.pk))
    with pytest.raises(refund_errors.Restored):
        post(Move(target_id=restored().pk, to_account_id=bob.pk))
    with clock.frozen(END):
        assert (desk.ledger.balance(), desk.ledger.balance(bob)) == (75, -75)


def test_what_came_back_of_books_that_gave_it_back_by_hand_is_held_by_the_gateway(desk, paid):
    """It answers no refund of ours, so it is the money of the charge: given back through its gateway, and only so."""
    cancel_past_the_gateway(desk, paid)
    win(desk, paid)
    payment = restored()
    with pytest.raises(refund_errors.HeldByGateway, match=rf"holds the money of payment {payment.number}"):
        post(Cancel(target_id=payment.pk, amount=ALL))
    with clock.frozen(END):
        row = desk.work(desk.cancel(payment.pk).request_id)
        assert (row.state, desk.transaction(payment.pk).state) == ("posted", "cancelled")
        assert (desk.ledger.balance(), clearing(desk), desk.bank.captured) == (75, 0, 0)
        with pytest.raises(refund_errors.NothingToRefund):
            desk.refund(FULL, payment.pk)
    proven()


def test_what_came_back_to_suspense_is_moved_to_whom_it_belongs_and_held_there(desk, paid):
    tell(desk, disputed(paid))
    terminate(desk)
    tell(desk, disputed(paid, "won"))
    assert restored().account.system_role == "suspense"
    bob = desk.ledger.open("Bob")
    with pytest.raises(refund_errors.HeldByGateway):
        post(Cancel(target_id=restored().pk, amount=ALL))
    [moved] = post(Move(target_id=restored().pk, to_account_id=bob.pk))
    with pytest.raises(refund_errors.HeldByGateway):
        post(Cancel(target_id=moved.id, amount=ALL))
    with clock.frozen(END):
        assert desk.ledger.balance(bob) == -75
        desk.work(desk.refund(3000, moved.id, account_id=bob.pk).request_id)
        with pytest.raises(refund_errors.PaidBackAlready):
            submission.post(orders=[Move(target_id=moved.id, to_account_id=desk.ledger.open("Eve").pk)], actor="ana")
        assert (desk.ledger.balance(bob), clearing(desk)) == (-45, 4500)
    proven()


def test_a_payment_that_moved_after_all_is_held_by_the_gateway(desk, paid):
    own = paid.transaction_id
    with clock.frozen(END):
        returned = Returned("AC04", "The account is closed.", "")
        assert apply_outcomes([ReportedOutcome(paid.pk, returned)], actor="system") == ["rejected"]
        assert desk.transaction(own).state == "cancelled"
        again = Succeeded(paid.reference, Money(FULL, "eur"), charge=paid.reference)
        assert apply_outcomes([ReportedOutcome(paid.pk, again)], actor="system") == ["posted"]
    payment = restored()
    assert (payment.state, payment.pk != own) == ("posted", True)
    with pytest.raises(refund_errors.HeldByGateway):
        post(Cancel(target_id=payment.pk, amount=ALL))
    with clock.frozen(END):
        desk.work(desk.cancel(payment.pk).request_id)
        assert (desk.ledger.balance(), clearing(desk)) == (75, 0)
    proven()


def test_our_own_refund_that_came_back_is_known_as_the_charges(desk):
    paid = desk.pay(FULL)
    row = desk.work(desk.refund(FULL, paid.transaction_id).request_id)
    tell(
        desk, RequestOutcome(row.public_id, Declined("refund_failed", "The account is closed.", row.reference)), at=END
    )
    assert charge_of(restored().pk).request_id == paid.pk
    with pytest.raises(refund_errors.Restored):
        post(Cancel(target_id=restored().pk, amount=ALL))
    with clock.frozen(END):
        assert (desk.ledger.balance(), clearing(desk)) == (-75, FULL)


@pytest.mark.parametrize("taken", TAKEN)
def test_books_of_before_know_what_was_restored(desk, paid, taken):
    """As the migration finds it, which cannot ask for more than was kept then."""
    TAKEN[taken](desk, paid)
    known = list(Restoration.objects.values_list("charge_id", "payment_id"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE gateways_restoration DISABLE TRIGGER gateways_restoration_append_only")
        cursor.execute("DELETE FROM gateways_restoration")
        cursor.execute("ALTER TABLE gateways_restoration ENABLE TRIGGER gateways_restoration_append_only")
        cursor.execute(import_module("subledger.gateways.migrations.0016_restorations").KNOWN)
    assert list(Restoration.objects.values_list("charge_id", "payment_id")) == known
    assert Dispute.objects.filter(returned_id__isnull=False).count() == (taken == "a dispute that was won")


def test_a_refund_of_an_account_pays_back_what_stands_on_it(desk):
    """A payment that was moved is paid back from where it is, and not from where it was."""
    row = desk.pay(FULL)
    bob = desk.ledger.open("Bob")
    post(Move(target_id=row.transaction_id, to_account_id=bob.pk))
    with clock.frozen(END):
        desk.ledger.payment(75)

        def refund(account):
            return Post(new=desk.ledger.new(C.REFUND, 75, account=account, refund_method_id=desk.refund_method.pk))

        [refused] = submission.post(orders=[refund(desk.ledger.account)], actor="user:ana", collect=True)
        assert isinstance(refused, refund_errors.NothingToRefund)
        [asked] = submission.post(orders=[refund(bob)], actor="user:ana")
        assert desk.work(asked.request_id).state == "posted"
        assert (desk.ledger.balance(bob), desk.bank.captured, clearing(desk)) == (0, 0, 0)


@pytest.mark.wide
def test_what_a_part_dispute_left_goes_back_by_another_method(desk):
    """Its gateway pays nothing back of what is disputed: the way out that is named is one that is open."""
    row = desk.pay(FULL)
    tell(desk, disputed(row, minor=3000))
    desk.bank.script = [say_disputed]
    with clock.frozen(LATER):
        with pytest.raises(refund_errors.PaidBackAlready, match=r"Refund the 45\.00 EUR .* instead by another method"):
            post(Cancel(target_id=row.transaction_id, amount=ALL))
        asked = desk.refund(4500, row.transaction_id)
        declined = GatewayCarrier().end(asked).declined
        assert str(declined).endswith("Reject the draft, and post the refund by another method.")
        reject_drafts(transaction_ids=[asked.transaction_id], reason=Reason.objects.order_by("pk")[0], actor="user:ana")
        submission.post(orders=[by_cash(desk, 4500)], actor="user:ana")
        assert (desk.ledger.balance(), clearing(desk)) == (0, 4500)
    proven()
