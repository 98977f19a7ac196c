"""What an account's page says that runs charge is what they charge."""

from __future__ import annotations

from datetime import date

from django.test import Client
from tests.pages.conftest import member, seat

from subledger.accounts.models import Account
from subledger.accounts.preferences import make_preference_default
from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.services.instruments import make_default
from subledger.gateways.ways_to_collect import ways_on
from subledger.page_kit.url_ids import page_url

from .house import House

TODAY = date(2026, 5, 20)


def told(account: Account) -> dict[str, tuple[str, str, bool]]:
    """By provider: which way, why, and whether it is charged."""
    return {
        one.provider.code: (str(one.way.pk) if one.way else "", str(one.why), one.is_charged)
        for one in ways_on(account.pk, account.currency, on=TODAY)
    }


def test_the_way_that_is_shown_is_the_way_that_is_charged(house: House):
    account = house.customer("Ann")
    house.desk.register(account, "another-card")
    first, second = Instrument.objects.filter(account=account).order_by("pk")
    make_default(chosen_id=second.pk, actor="test")
    house.mandate(account, is_default=True)  # what the account prefers is the other provider's
    ours = house.desk.provider.code
    way, why, charged = told(account)[ours]
    assert (way, charged) == (str(second.pk), True)
    assert "its default there" in why
    make_preference_default(account_id=account.pk, chosen_id=first.pk, actor="test")
    way, why, _ = told(account)[ours]
    assert (way, why) == (str(first.pk), "It is what the account prefers.")
    house.ledger.invoice(10, account=account, on="04/05", due="10/05")
    house.run(provider=house.desk.provider)
    assert PaymentRequest.objects.get().preference_id == first.pk
    nothing = ("", "The account has no way to pay of this gateway.", False)
    assert told(house.customer("Eve"))[house.generic.code] == nothing


def test_what_runs_leave_alone_is_shown_with_its_reason(house: House):
    account = house.debtor("Dan", is_recurring=False)
    way, why, charged = told(account)[house.generic.code]
    assert (bool(way), charged) == (True, False)
    assert "not to be charged automatically" in why
    desk: Client = seat(member(account.company, "auditor"))
    page = desk.get(page_url("account_ways", account.pk)).content.decode()
    assert "What payment runs charge" in page
    assert "not to be charged automatically" in page
