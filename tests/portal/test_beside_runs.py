"""A customer's page and an automatic payment run over the same documents: neither collects what the other does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum
from tests.collecting.house import House, make_house
from tests.portal.test_account_page import Page, hosted

from subledger.gateways.models import Charge, PaymentRequest
from subledger.gateways.services import worker
from subledger.gateways.services.links import came_back
from subledger.gateways.services.payables import Payable
from subledger.transactions.models import Transaction


@pytest.fixture
def house(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    hosted(monkeypatch)
    return make_house(ledger)


def captured() -> int:
    return int(Charge.objects.aggregate(sum=Sum("captured_minor", default=0))["sum"])


def ids(*posted: Any) -> list[str]:
    return [Transaction.objects.get(pk=one.id).public_id for one in posted]


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_a_page_is_open_while_a_run_collects(house, guard, monkeypatch):
    page = Page(house.desk)
    first, second, third = (house.desk.ledger.invoice(amount, on="04/04", due="04/05") for amount in (60, 40, 15))
    if guard == "guard off":
        monkeypatch.setattr(Payable, "claims", frozenset())
        monkeypatch.setattr(worker, "not_to_leave", lambda rows: {})
    page.do("chosen", document=ids(first, second))
    run = house.charge(house.run())
    came_back(provider=house.desk.provider, reference=page.paid().reference)
    assert captured() == (215_00 if guard == "guard off" else 115_00)
    if guard == "guard on":
        assert [house.outcome(run, one)[1] for one in (first, second)] == ["pay_page_open"] * 2
        assert house.outcome(run, third)[1] == 15_00


def test_the_page_says_what_a_run_collects_and_asks_for_the_rest(house):
    page = Page(house.desk)
    first = house.desk.ledger.invoice(60, on="04/04", due="04/05")
    run = house.run()
    later = house.desk.ledger.invoice(40)
    assert house.outcome(run, first) is not None
    text = page.text()
    assert "is being paid already" in text
    assert "Pay everything: €40.00" in text
    assert page.do("chosen", document=ids(first, later)).status_code == 409
    page.do("all")
    page.paid()
    page.browser.get(f"{page.path}/back")
    house.charge(run)
    assert captured() == 100_00
    assert not PaymentRequest.objects.exclude(state="posted").exists()
