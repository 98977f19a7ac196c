"""Small refusals that say what is so: rates in use, names of one line, links of accounts that are over."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.endings import terminate
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed
from tests.gateways.conftest import make_desk

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.services import create_customers, update_account
from subledger.api_kit.parsing import faults
from subledger.catalog.models import TaxRate
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.services import create_user
from subledger.gateways.link_errors import (
    NotPayable,
)
from subledger.gateways.services.outstanding import NotToLeave
from subledger.gateways.services.public import link_for
from subledger.gateways.states import RequestType
from subledger.kernel.errors import TextInvalid
from subledger.kernel.money import Money
from subledger.transactions.models import PaymentMethod
from subledger.transactions.rules.documents import NewItem
from subledger.transactions.states import Classification

pytestmark = pytest.mark.django_db


def test_a_tax_rate_that_items_name_keeps_its_percent(ledger):
    rate = TaxRate.objects.get(code="standard")
    save_entry(model=TaxRate, ident=rate.pk, values={"percent": Decimal(20)}, actor="test")
    item = NewItem(unit_amount=Decimal(10000), tax_rate_id=rate.pk, description="Services")
    ledger.post(ledger.new(Classification.INVOICE, items=(item,)))
    with pytest.raises(ConfigurationInvalid, match=r"keeps its 20 %.* Make a new tax rate") as refused:
        save_entry(model=TaxRate, ident=rate.pk, values={"percent": Decimal(21)}, actor="test")
    assert refused.value.param == "/percent"
    save_entry(model=TaxRate, ident=rate.pk, values={"name": "Renamed", "percent": Decimal(20)}, actor="test")


def test_names_are_of_one_line(ledger):
    cash = PaymentMethod.objects.get(code="cash")
    for make in (
        lambda: create_customers(new=[{"name": "Ann\nArcher"}], actor="test"),
        lambda: update_account(account_id=ledger.account.pk, changes={"name": "Ann\r\nArcher"}, actor="test"),
        lambda: save_entry(model=PaymentMethod, ident=cash.pk, values={"name": "Ca\u2028sh"}, actor="test"),
        lambda: create_user(username="ann", password="x", name="Ann\nArcher"),
    ):
        with pytest.raises(TextInvalid, match=r"The name holds a line break.* Write it on one line") as refused:
            make()
        assert refused.value.param == "/name"


def test_links_of_what_is_over_are_refused_in_right_words(ledger):
    make_desk(ledger)
    invoice = ledger.invoice(60)
    ledger.write_off(invoice)
    with pytest.raises(NotPayable, match=f"{invoice.number} is written off: nothing is collected on it any more"):
        link_for("pay", invoice.id)
    terminate(ledger.account.pk)
    with pytest.raises(AccountTerminated):
        link_for("register", ledger.account.pk)


def test_what_is_left_of_a_request_with_an_advance():
    left = NotToLeave(due=Money(3000, "eur"), amount=Money(8000, "eur"), type=RequestType.PAYMENT)
    assert left.sentence("INV1") == (
        "It is over 80.00 EUR, and 50.00 EUR of what it was to pay (INV1) was settled in the meantime: 30.00 EUR is "
        "left of it."
    )


def test_too_much_metadata_is_told_without_a_count_that_nobody_took():
    error = {"type": "too_long", "loc": ("body", "b", "metadata"), "ctx": {"max_length": 50, "actual_length": None}}
    assert faults([error])[0].detail == "it may hold 50 at most"
