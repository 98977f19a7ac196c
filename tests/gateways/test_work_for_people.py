"""What a gateway says and the books cannot take is somebody's work from the first time on, however often it is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.endings import close_books, reopen_books
from tests.factories import NOW
from tests.gateways.conftest import Desk
from tests.gateways.generic.office import Office, said
from tests.gateways.toy import Bank, Order

from subledger.gateways.models import UnbookedFact
from subledger.gateways.port import Lost, Outcome, Succeeded
from subledger.gateways.services import reconciliation
from subledger.journal.models import ExchangeRate
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(ledger) -> Office:
    return Office.opened(ledger)


def open_facts() -> list[UnbookedFact]:
    return list(UnbookedFact.objects.filter(resolved_at=None).order_by("pk"))


def less(bank: Bank, order: Order) -> Outcome:
    return bank.settle(order, Succeeded("ch_less", Money(7400, "eur"), charge="ch_less"))


def lost_then_less(bank: Bank, order: Order) -> Outcome:
    less(bank, order)
    return Lost("connection reset")


def look_up_after(desk: Desk, days: int) -> None:
    with clock.frozen(NOW + timedelta(days=days, hours=days)):
        assert reconciliation.look_up(desk.provider.pk) == 1


@pytest.mark.parametrize("script", [less, lost_then_less])
def test_another_amount_is_work_whether_the_call_or_the_look_up_says_so(desk, script):
    desk.bank.script = [script]
    row = desk.pay(7500)
    if script is lost_then_less:
        assert open_facts() == []
        with clock.frozen(NOW + timedelta(minutes=6)):
            reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
    [fact] = open_facts()
    assert (fact.request_id, fact.code, fact.source) == (row.pk, "amount_differs", "gateway")
    assert (fact.amount_minor, fact.currency, fact.reference) == (7400, "eur", "ch_less")
    assert "74.00 EUR" in fact.said
    assert "75.00 EUR" in fact.said
    row = desk.row(row.pk)
    assert row.error_code == "amount_differs"
    assert row.state in ("under_processing", "unknown")
    assert desk.ledger.balance() == 0


def test_it_is_kept_once_and_closed_when_the_amounts_agree(desk):
    desk.bank.script = [less]
    row = desk.pay(7500)
    for days in (1, 2, 3):
        look_up_after(desk, days)
    assert len(open_facts()) == 1
    assert Event.objects.filter(type="provider.fact_unbooked").count() == 1
    desk.bank.by_request[row.public_id] = Succeeded("ch_less", Money(7500, "eur"), charge="ch_less")
    look_up_after(desk, 4)
    assert desk.row(row.pk).state == "posted"
    assert open_facts() == []
    assert UnbookedFact.objects.get().resolved_by == "system"


def test_another_payment_of_the_same_request_does_not_close_it(desk):
    """74.00 EUR moved under a reference of its own; that the request was paid by another explains none of it."""
    desk.bank.script = [less]
    row = desk.pay(7500)
    desk.bank.by_request[row.public_id] = Succeeded("ch_whole", Money(7500, "eur"), charge="ch_whole")
    look_up_after(desk, 1)
    assert desk.row(row.pk).state == "posted"
    [fact] = open_facts()
    assert (fact.reference, fact.amount_minor) == ("ch_less", 7400)


def in_dollars(desk: Desk) -> int:
    account = desk.ledger.open(currency="usd")
    card = desk.register(account, "card-in-dollars")
    return desk.ask(7500, account_id=account.pk, payment_preference_id=card.pk).request_id


def rate(on: date) -> None:
    enter_rates(rates=[NewRate("usd", on, Decimal("0.9"))], is_confirmed=True, actor="test")


def test_money_without_an_exchange_rate_is_work_from_the_first_time_until_it_is_posted(desk):
    rate(NOW.date())
    ident = in_dollars(desk)
    ExchangeRate.objects.all().delete()
    row = desk.work(ident)
    assert (row.state, row.error_code) == ("unknown", "posting_refused")
    [fact] = open_facts()
    assert (fact.request_id, fact.code, fact.amount_minor, fact.currency) == (row.pk, "posting_refused", 7500, "usd")
    assert "exchange rate" in fact.reason
    assert "look the request up" in fact.reason
    look_up_after(desk, 1)
    look_up_after(desk, 2)
    assert open_facts() == [fact]
    rate(NOW.date())
    look_up_after(desk, 3)
    assert desk.row(ident).state == "posted"
    assert open_facts() == []


def test_a_fee_without_an_exchange_rate_is_work(desk):
    def fee_in_dollars(bank: Bank, order: Order) -> Outcome:
        return bank.settle(order, Succeeded("ch_fee", order.amount, charge="ch_fee", fee=Money(210, "usd")))

    desk.bank.script = [fee_in_dollars]
    assert desk.pay(7500).state == "posted"
    [fact] = open_facts()
    assert (fact.code, fact.reference, fact.amount_minor, fact.currency) == (
        "exchange_rate_missing", "ch_fee", 210, "usd",
    )  # fmt: skip
    assert "2.10 USD" in fact.said


def test_what_an_integrator_reported_and_the_books_refuse_is_work_until_they_take_it(office):
    row = office.pay(10)
    close_books(through=NOW.date(), actor="user:ana")
    office.post(said(row, reference="R1"))
    [told] = open_facts()
    for hours in (1, 3, 6):  # tried again after five minutes, an hour, and then daily
        with clock.frozen(NOW + timedelta(hours=hours)):
            reconciliation.look_up(office.provider.pk)
    [fact] = open_facts()
    assert (fact.pk, fact.request_id, fact.code) == (told.pk, row.pk, "posting_refused")
    assert "closed" in fact.reason
    assert office.row(row.pk).check_at == NOW + timedelta(days=1, hours=3)
    reopen_books(reason="late", actor="user:ana")
    with clock.frozen(NOW + timedelta(days=2)):
        reconciliation.look_up(office.provider.pk)
    assert office.row(row.pk).state == "posted"
    assert open_facts() == []
