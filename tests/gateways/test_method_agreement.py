"""A chosen card is charged, or the order is refused: new payment, quick pay, draft, whatever the door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from subledger.accounts.models import PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.companies.models import Company
from subledger.gateways import errors
from subledger.gateways.models import Instrument
from subledger.gateways.services import links, submission
from subledger.gateways.services.submission import Requested
from subledger.gateways.services.withdrawal import withdraw
from subledger.platform import clock
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Post, QuickPay
from subledger.transactions.services.carriers import save_drafts, update_draft
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.django_db


def payment(desk, **fields) -> NewTransaction:
    fields = {"payment_preference_id": desk.card.pk, "confirm_in_advance": True, **fields}
    return NewTransaction(classification=C.PAYMENT, account_id=desk.ledger.account.pk, amount_minor=1000, **fields)


@pytest.fixture
def transfer():
    return PaymentMethod.objects.get(code="bank_transfer")


def test_a_chosen_card_without_a_method_is_charged(desk):
    [answer] = submission.post(orders=[Post(new=payment(desk))], actor="user:ana")
    assert isinstance(answer, Requested)
    assert (desk.work(answer.request_id).state, desk.bank.captured) == ("posted", 1000)


def test_a_chosen_card_with_a_method_that_cannot_charge_it_is_refused(desk, transfer):
    order = Post(new=payment(desk, payment_method_id=transfer.pk))
    with pytest.raises(errors.PreferenceOfAnother, match=r"•••• 4242 is charged .* Toy bank, .*Bank transfer"):
        submission.post(orders=[order], actor="user:ana")
    assert not Transaction.objects.filter(classification=C.PAYMENT).exists()


def test_quick_pay_charges_the_chosen_card(desk, transfer):
    invoice = desk.ledger.invoice(75)
    order = QuickPay(target_id=invoice.id, amount=ALL, payment_preference_id=desk.card.pk)
    [answer] = submission.post(orders=[order], actor="user:ana")
    assert (desk.work(answer.request_id).state, desk.bank.captured) == ("posted", 7500)
    second = desk.ledger.invoice(20)
    order = QuickPay(target_id=second.id, amount=ALL, payment_preference_id=desk.card.pk, payment_method_id=transfer.pk)
    with pytest.raises(errors.PreferenceOfAnother):
        submission.post(orders=[order], actor="user:ana")


def test_a_draft_keeps_the_method_of_its_card(desk, transfer):
    [draft] = save_drafts(new=[payment(desk)], actor="user:ana")
    assert draft.payment_method_id == desk.method.pk
    with pytest.raises(errors.PreferenceOfAnother):
        update_draft(transaction_id=draft.pk, new=payment(desk, payment_method_id=transfer.pk), actor="user:ana")


def test_an_old_draft_whose_card_and_method_differ_is_not_posted_past_the_card(desk, transfer):
    [draft] = save_drafts(new=[payment(desk)], actor="user:ana")
    Transaction.objects.filter(pk=draft.pk).update(payment_method=transfer)
    with pytest.raises(errors.PreferenceOfAnother):
        submission.post(orders=[Post(draft_id=draft.pk)], actor="user:ana")


def test_a_way_to_pay_that_is_no_gateways_says_so(desk):
    entry = PaymentPreference.objects.exclude(code="card").first()
    other = set_payment_preference(
        account_id=desk.ledger.account.pk, preference=entry, details={}, is_default=False, actor="test"
    )
    with pytest.raises(errors.InstrumentUnusable, match="it is no gateway's"):
        desk.ask(1000, payment_preference_id=other.pk)


def test_a_card_expires_with_the_month_of_the_company_not_of_utc(desk):
    """Half past midnight of 1 January in Berlin: a card that was good until December is good no more."""
    Company.objects.update(time_zone="Europe/Berlin")
    Instrument.objects.filter(chosen=desk.card).update(exp_year=2026, exp_month=12)
    order = Post(new=payment(desk))
    with (
        clock.frozen(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)),
        pytest.raises(errors.InstrumentUnusable, match="it expired in 12/2026"),
    ):
        submission.post(orders=[order], actor="user:ana")
    with clock.frozen(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        [answer] = submission.post(orders=[order], actor="user:ana")
    assert isinstance(answer, Requested)


def test_a_charge_that_waits_is_taken_back_when_less_is_owed(desk):
    invoice = desk.ledger.invoice(75)
    asked = desk.ask(7500, to=[invoice])
    desk.ledger.payment(30, to=[invoice])
    row = desk.work(asked.request_id)
    assert (row.state, row.error_code, desk.bank.captured) == ("rejected", "less_is_owed", 0)
    assert desk.transaction(row.transaction_id).state == "draft"


def test_a_charge_that_waits_is_withdrawn(desk):
    asked = desk.ask(7500)
    assert withdraw(request_id=asked.request_id, actor="user:ana").error_code == "withdrawn"
    assert (desk.transaction(asked.transaction_id).state, desk.work(asked.request_id).state) == ("draft", "rejected")


def test_an_authentication_over_more_than_is_owed_leads_nowhere(desk):
    from subledger.gateways.port import ActionRequired

    invoice = desk.ledger.invoice(75)
    desk.bank.script = [lambda bank, order: bank.settle(order, ActionRequired("pi_1"))]
    row = desk.pay(7500, to=[invoice])
    desk.ledger.payment(30, to=[invoice])
    with pytest.raises(errors.RequestOver):
        links.begin_authentication(request_id=row.pk, return_url="https://shop.example/back")
