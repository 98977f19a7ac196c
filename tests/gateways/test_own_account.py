"""What a gateway moves is booked to the gateway's own ledger account, whoever begins it and whichever way it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import NOW
from tests.gateways.conftest import Desk, make_desk

from subledger.companies.entries import save_entry
from subledger.gateways.errors import GatewayRefused, ProviderInvalid
from subledger.gateways.models import Charge, PaymentRequest, Provider
from subledger.gateways.port import DisputeSeen, Returned, Succeeded
from subledger.gateways.services.gateway_events import apply_facts
from subledger.gateways.services.links import begin_payment
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.states import ProviderState
from subledger.journal.models import JournalLine, LedgerAccount
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction

pytestmark = pytest.mark.django_db

CLEARING = "1020"


@pytest.fixture
def lists_alone(ledger) -> Desk:
    """A provider that lists the methods of cards and names none of them: a payment's own default is a bank transfer."""
    methods = {
        "payment_methods": [PaymentMethod.objects.get(code="card")],
        "refund_methods": [RefundMethod.objects.get(code="card")],
    }
    desk = make_desk(ledger, **methods, payment_method=None, refund_method=None)
    desk.method, desk.refund_method = methods["payment_methods"][0], methods["refund_methods"][0]
    return desk


def debited(transaction_id: int | None) -> set[str]:
    lines = JournalLine.objects.filter(entry_id=transaction_id, debit_minor__gt=0)
    return set(lines.values_list("ledger_account__code", flat=True))


def broken() -> list[str]:
    return [finding.invariant.name for finding in prove() if finding.broken]


def test_a_payment_by_its_customer_on_a_page(lists_alone):
    invoice = lists_alone.ledger.invoice(60)
    with pytest.raises(GatewayRefused):  # the toy has no pages; the payment is told of all the same
        begin_payment(invoice_ids=[invoice.id], success_url="https://shop.example", cancel_url="https://shop.example")
    row = PaymentRequest.objects.get()
    apply_outcomes([ReportedOutcome(row.pk, Succeeded("ch_1", Money(6000, "eur"), charge="ch_1"))], actor="test")
    row.refresh_from_db()
    payment = Transaction.objects.get(pk=row.transaction_id)
    assert (payment.payment_method.code, debited(payment.pk)) == ("card", {CLEARING})
    assert Charge.objects.get().ledger_account.code == CLEARING
    assert broken() == []


def test_one_that_was_asked_for_before_methods_were_kept_with_it(lists_alone):
    row = lists_alone.pay(6000)
    other = lists_alone.ask(500)
    PaymentRequest.objects.filter(pk=other.request_id).update(transaction_id=None, order={})
    Transaction.objects.filter(pk=other.transaction_id).update(state="draft")
    apply_outcomes(
        [ReportedOutcome(other.request_id, Succeeded("ch_2", Money(500, "eur"), charge="ch_2"))], actor="test"
    )
    posted = lists_alone.row(other.request_id)
    assert debited(row.transaction_id) == debited(posted.transaction_id) == {CLEARING}


def test_a_dispute_that_was_won(lists_alone):
    row = lists_alone.pay(6000)
    seen = DisputeSeen("dp_1", row.reference, Money(6000, "eur"), "won", "fraudulent")
    with clock.frozen(NOW + timedelta(days=1)):
        apply_facts(provider=lists_alone.provider, facts=[seen], observed_at=NOW + timedelta(days=1))
    back = Transaction.objects.filter(classification="payment").order_by("pk").last()
    assert (back.pk != row.transaction_id, back.payment_method.code) == (True, "card")
    assert debited(back.pk) == {CLEARING}


def test_a_refund_that_came_back(lists_alone):
    row = lists_alone.pay(6000)
    asked = lists_alone.refund(2000, row.transaction_id)
    lists_alone.work(asked.request_id)
    with clock.frozen(NOW + timedelta(days=1)):
        apply_outcomes([ReportedOutcome(asked.request_id, Returned("closed", "The card was closed."))], actor="test")
    back = Transaction.objects.filter(classification="payment").order_by("pk").last()
    assert (back.pk != row.transaction_id, back.payment_method.code) == (True, "card")
    assert debited(back.pk) == {CLEARING}


def test_money_that_was_captured_stays_proved_where_it_stands_when_the_method_changes(lists_alone):
    lists_alone.pay(6000)
    bank = LedgerAccount.objects.get(code="1010")
    save_entry(model=PaymentMethod, ident=lists_alone.method.pk, values={"ledger_account": bank}, actor="test")
    assert broken() == []


# -- providers -------------------------------------------------------------------------------------------------------


def inactive(desk: Desk) -> Provider:
    return set_state(provider_id=desk.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")


@pytest.mark.parametrize("side", ["payment", "refund"])
def test_a_gateway_without_a_method_is_not_made_effective(lists_alone, side):
    with pytest.raises(ProviderInvalid, match=f"has no {side} method, so nothing says to which ledger account"):
        save_provider(ident=lists_alone.provider.pk, values={f"{side}_methods": []}, actor="test")
    provider = inactive(lists_alone)
    save_provider(ident=provider.pk, values={f"{side}_methods": []}, actor="test")
    with pytest.raises(ProviderInvalid) as refused:
        set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="test")
    assert refused.value.param == f"/{side}_methods"


@pytest.mark.parametrize(("side", "model"), [("payment", PaymentMethod), ("refund", RefundMethod)])
def test_methods_of_different_ledger_accounts_need_one_that_is_named(lists_alone, side, model):
    both = list(model.objects.filter(code__in=("card", "bank_transfer")))
    ident = lists_alone.provider.pk
    with pytest.raises(ProviderInvalid, match=r"different ledger accounts .*1010 Bank.*Say which method") as refused:
        save_provider(ident=ident, values={f"{side}_methods": both}, actor="test")
    assert refused.value.param == f"/{side}_method"
    provider = inactive(lists_alone)
    save_provider(ident=ident, values={f"{side}_methods": both}, actor="test")
    with pytest.raises(ProviderInvalid):
        set_state(provider_id=ident, state=ProviderState.EFFECTIVE, actor="test")
    save_provider(ident=ident, values={f"{side}_method": model.objects.get(code="card")}, actor="test")
    assert set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="test").state == "effective"


def test_methods_of_one_ledger_account_need_none(lists_alone):
    second = save_entry(
        model=PaymentMethod,
        ident=None,
        values={"code": "wallet", "name": "Wallet", "ledger_account": LedgerAccount.objects.get(code=CLEARING)},
        actor="test",
    )
    methods = [lists_alone.method, second]
    assert save_provider(ident=lists_alone.provider.pk, values={"payment_methods": methods}, actor="test")
