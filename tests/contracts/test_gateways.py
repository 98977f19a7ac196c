"""What every gateway has to do alike: one script, the same ends. Table 6.6 and scenarios 6a and 6b of each.

Stripe's sandbox over HTTP, an integrator over the API, and a third party's package with an entry point.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import NOW

from subledger.gateways import errors, refund_errors
from subledger.gateways.models import Attempt, Charge, InboxEvent
from subledger.gateways.services import reconciliation, submission
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.rules.orders import Post
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def ask(house, amount=7500, **fields):
    if house.card:
        fields.setdefault("payment_preference_id", house.card.pk)
    return house.desk.ask(amount, **fields)


def pay(house, amount=7500, verdict="accepted", **fields):
    return house.work(ask(house, amount, **fields).request_id, verdict)


def look_up(house, after):
    with clock.frozen(NOW + after):
        return reconciliation.look_up(house.desk.provider.pk)


@pytest.mark.few(2)
def test_accepted(house):
    """Scenario 6a, the card pays: the payment is posted, the invoice settled, and a reference of the gateway's kept."""
    invoice = house.ledger.invoice(75)
    asked = ask(house, to=[invoice])
    assert (house.desk.transaction(asked.transaction_id).state, house.ledger.balance()) == ("pending", 75)
    row = house.work(asked.request_id)
    assert (row.state, row.executed_on, bool(row.reference), row.error_code) == ("posted", NOW.date(), True, "")
    assert house.desk.transaction(row.transaction_id).state == "posted"
    assert (house.ledger.balance(), house.ledger.unsettled(invoice), house.held) == (0, 0, 7500)
    assert Charge.objects.get(request=row).captured_minor == 7500


@pytest.mark.few(2)
def test_declined(house):
    """Scenario 6a, the card is declined: nothing is posted, the reason is kept, and another try is another request."""
    invoice = house.ledger.invoice(75)
    row = pay(house, verdict="declined", to=[invoice])
    assert (row.state, row.executed_on, bool(row.error_code)) == ("rejected", NOW.date(), True)
    assert house.desk.transaction(row.transaction_id).state == house.undone
    assert (house.ledger.balance(), house.ledger.unsettled(invoice), house.held) == (75, 75, 0)
    again = pay(house, to=[invoice])
    assert (again.state, again.pk != row.pk, house.ledger.balance()) == ("posted", True, 0)


@pytest.mark.parametrize("trouble", ["currency", "state"])
def test_what_the_provider_does_not_do_is_refused_before_anything_is_asked(house, trouble):
    provider = house.desk.provider
    if trouble == "currency":
        provider.currencies = ["usd"]
    else:
        provider.state = "not_effective"
    provider.save()
    with pytest.raises(errors.CurrencyNotTaken if trouble == "currency" else errors.ProviderNotEffective):
        ask(house)
    assert (Transaction.objects.filter(classification=C.PAYMENT).count(), house.captures) == (0, 0)


@pytest.mark.few(2)
def test_paid_back_in_part_then_the_rest_and_no_more(house):
    paid = pay(house)
    part = house.work(house.desk.refund(2500, paid.transaction_id).request_id)
    assert (part.state, house.held, house.ledger.balance()) == ("posted", 5000, -50)
    with pytest.raises(refund_errors.NothingToRefund):
        house.desk.refund(5001, paid.transaction_id)
    rest = house.work(house.desk.refund(5000, paid.transaction_id).request_id)
    assert (rest.state, house.held, house.ledger.balance()) == ("posted", 0, 0)
    with pytest.raises(refund_errors.NothingToRefund):
        house.desk.refund(1, paid.transaction_id)


@pytest.mark.few(2)
def test_a_refund_that_is_declined_is_undone_and_can_be_asked_for_again_unless_the_money_is_gone(house):
    """Table 6.6, refund, rejected."""
    paid = pay(house)
    asked = house.desk.refund(2500, paid.transaction_id)
    row = house.work(asked.request_id, "declined")
    assert (row.state, bool(row.error_code)) == ("rejected", True)
    assert house.desk.transaction(row.transaction_id).state == house.undone
    assert house.ledger.balance() == -75
    assert Charge.objects.get(request=paid).refundable_minor == 7500


@pytest.mark.few(2)
def test_cancelled_and_paid_back(house):
    """Scenario 6b: the payment stays posted until the money is back, and is cancelled then."""
    invoice = house.ledger.invoice(75)
    paid = pay(house, to=[invoice])
    asked = house.desk.cancel(paid.transaction_id)
    assert (house.desk.transaction(paid.transaction_id).state, house.ledger.balance()) == ("posted", 0)
    row = house.work(asked.request_id)
    assert (row.state, row.type, row.amount_minor) == ("posted", "payment_cancellation", 7500)
    assert house.desk.transaction(paid.transaction_id).state == "cancelled"
    assert (house.ledger.balance(), house.ledger.unsettled(invoice), house.held) == (75, 75, 0)


@pytest.mark.few(2)
def test_a_cancellation_that_is_declined_leaves_the_payment_posted(house):
    """Table 6.6, payment cancellation, rejected."""
    invoice = house.ledger.invoice(75)
    paid = pay(house, to=[invoice])
    row = house.work(house.desk.cancel(paid.transaction_id).request_id, "declined")
    assert (row.state, house.desk.transaction(paid.transaction_id).state) == ("rejected", "posted")
    assert house.ledger.balance() == 0


@pytest.mark.few(2)
def test_cancelled_by_a_type_of_nobodys(house):
    """The type is not listed, so nobody is asked. Money that a gateway holds stays paid in the books as well; that of a
    generic one is at our own bank, where the books alone may give it back."""
    paid = pay(house)
    plain = TransactionType.objects.get(classification=C.PAYMENT_CANCELLATION, is_default=True)
    if house.desk.provider.kind == "generic":
        house.desk.cancel(paid.transaction_id, type_id=plain.pk)
        assert house.desk.transaction(paid.transaction_id).state == "cancelled"
    else:
        before = house.ledger.balance()
        with pytest.raises(refund_errors.HeldByGateway):
            house.desk.cancel(paid.transaction_id, type_id=plain.pk)
        assert house.desk.transaction(paid.transaction_id).state == "posted"
        assert house.ledger.balance() == before
    assert house.held == 7500


@pytest.mark.few(2)
@pytest.mark.parametrize("verdict", ["lost_before", "lost_after"])
@pytest.mark.parametrize("what", ["payment", "refund", "cancellation"])
def test_silence_is_no_end_and_one_end_comes_of_it(house, verdict, what):
    """Whether the money moved or not: nothing is posted, nothing is undone, and then it is posted once."""
    if what == "payment":
        asked = ask(house)
    else:
        paid = pay(house)
        asked = house.desk.refund(7500, paid.transaction_id) if what == "refund" else house.desk.cancel(
            paid.transaction_id
        )  # fmt: skip
    captures = house.captures
    row = house.work(asked.request_id, verdict)
    assert row.state in ("unknown", "under_processing")
    waits = "posted" if what == "cancellation" else "pending"
    assert house.desk.transaction(row.transaction_id).state == waits
    if house.has_events:
        assert look_up(house, timedelta(minutes=6)) == 1
    else:  # the integrator asks its bank, and reports
        house.tell(row)
    after = house.desk.row(row.pk)
    assert (after.state, house.held) == ("posted", 7500 if what == "payment" else 0)
    assert house.captures == captures + (what == "payment")
    if house.has_events:
        assert Attempt.objects.filter(request=row).count() == 1, "sent again is sent under the same key"


@pytest.mark.few(2)
@pytest.mark.parametrize("times", [1, 2, 5])
def test_told_any_number_of_times_is_once(house, times):
    invoice = house.ledger.invoice(75)
    row = pay(house, verdict="lost_after", to=[invoice])
    for _ in range(times):
        house.tell(row)
    assert (house.desk.row(row.pk).state, house.ledger.balance(), house.held) == ("posted", 0, 7500)
    assert Transaction.objects.filter(classification=C.PAYMENT).count() == 1
    assert not InboxEvent.objects.filter(state="failed").exists()


def test_told_of_what_nobody_asked_for(house):
    pay(house)
    before = Transaction.objects.count()
    assert house.tell_of_nothing() == "ignored"
    assert Transaction.objects.count() == before


@pytest.mark.few(2)
def test_a_second_click_is_the_same_request_and_a_second_agent_is_refused(house):
    invoice = house.ledger.invoice(75)
    asked = ask(house, to=[invoice])
    assert submission.post(orders=[Post(draft_id=asked.transaction_id)], actor="user:ben") == [asked]
    with pytest.raises(errors.PaymentUnderWay):
        ask(house, to=[invoice])
    house.work(asked.request_id)
    assert house.captures == 1


@pytest.mark.parametrize("house", ["stripe", "toy"], indirect=True)  # an integrator keeps no cards of ours
def test_a_card_that_was_removed_there_is_not_charged_here(house):
    house.remove_card()
    with pytest.raises(DomainError) as refusal:
        ask(house)
    assert refusal.value.code in ("payment_preference_missing", "payment_preference_unusable", "not_found")
    assert house.captures == 0
