"""Cards and mandates of an account by API, and the links that a customer opens without a login."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.api.client import ApiClient
from tests.gateways.toy import take_time

from subledger.gateways.link_errors import (
    LinkExpired,
    LinkInvalid,
)
from subledger.gateways.services.public import read_link
from subledger.kernel.ids import decode
from subledger.platform import clock
from subledger.platform.scope import company_scope

from .conftest import Till


@pytest.fixture
def cards(till: Till) -> str:
    return f"accounts/{till.account}/payment_preferences"


def test_cards_are_listed_with_what_their_gateway_tells_of_them(till: Till, cards: str):
    [told] = till.get(cards)["data"]
    assert told["instrument"] == {
        "provider": till.provider, "mode": "test", "kind": "card", "brand": "visa", "last4": "4242", "exp_month": 12,
        "exp_year": 2030, "country": "DE", "mandate": "", "mandate_on": None, "is_default": True,
    }  # fmt: skip


def test_what_no_gateway_keeps_has_no_instrument(till: Till, cards: str):
    kinds = {one["code"]: one["id"] for one in till.get("payment_preferences")["data"]}
    till.post(cards, {"preference": kinds["bank_transfer"], "details": {"iban": "DE02120300000000202051"}})
    assert till.get(cards)["data"][0]["instrument"] is None
    told = till.patch(f"{cards}/{till.get(cards)['data'][0]['id']}", {"use_for_recurring": False})
    assert told["use_for_recurring"] is False, "whoever processes it"


def test_another_card_becomes_the_default_and_is_the_one_charged(till: Till, cards: str):
    with company_scope(till.company.pk):
        second = till.desk.register(till.desk.ledger.account, "second").chosen.public_id
    told = till.post(f"{cards}/{second}/default")
    assert (told["is_default"], told["instrument"]["is_default"]) == (True, True)
    assert [one["instrument"]["is_default"] for one in till.get(cards)["data"]] == [True, False]
    till.pay(5)
    assert till.desk.bank.orders[-1].instrument == "second"


def test_runs_may_be_kept_off_a_card(till: Till, cards: str):
    [card] = till.get(cards)["data"]
    told = till.patch(f"{cards}/{card['id']}", {"use_for_recurring": False})
    assert told["use_for_recurring"] is False
    assert till.patch(f"{cards}/{card['id']}", {"use_for_recurring": True})["use_for_recurring"] is True


def test_a_card_is_removed_unless_something_is_to_be_charged_to_it(till: Till, cards: str):
    [card] = till.get(cards)["data"]
    till.desk.bank.script = [take_time]
    till.pay(5)
    refused = till.delete(f"{cards}/{card['id']}", expect=422)
    assert refused["code"] == "payment_preference_unusable"
    with company_scope(till.company.pk):
        second = till.desk.register(till.desk.ledger.account, "second").chosen.public_id
    till.delete(f"{cards}/{second}")
    assert [one["id"] for one in till.get(cards)["data"]] == [card["id"]]


def test_a_page_to_register_a_card_is_the_gateways(till: Till, cards: str):
    told = till.post(f"{cards}/setup_session", {"provider": till.provider}, expect=201)
    assert (told["object"], told["url"]) == ("setup_session", "https://toy.example/register")
    till.post(f"payment_gateway_providers/{till.provider}/deactivate")
    assert till.post(f"{cards}/setup_session", {"provider": till.provider}, expect=409)["code"] == (
        "provider_not_effective"
    )
    assert till.post(f"{cards}/setup_session", expect=409)["code"] == "nobody_collects"
    for url in ("javascript:alert(1)", "//elsewhere", ""):
        assert till.post(f"{cards}/setup_session", {"success_url": url}, expect=422)["param"] == "/success_url"


# -- links -------------------------------------------------------------------------------------------------------


def opened(till: Till, told: dict):
    """What the link opens, read as its page reads it."""
    start, _, token = told["url"].rpartition("/")
    assert start == "http://testserver/pay"
    link = read_link(token)
    assert link.company_id == till.company.pk
    return link


def test_a_link_to_pay_an_invoice(till: Till):
    invoice = till.invoice(25)
    link = opened(till, till.post(f"invoices/{invoice}/pay_link", {"expires_in_hours": 2}, expect=201))
    assert (link.kind, link.object_ids[0]) == ("pay", decode("txn", invoice))
    assert link.expires_at == clock.now() + timedelta(hours=2)
    assert till.get("events", object_id=invoice, type="invoice.pay_link_made")["data"]


def test_a_link_to_register_a_card(till: Till):
    link = opened(till, till.post(f"accounts/{till.account}/registration_link", expect=201))
    assert (link.kind, link.object_ids[0]) == ("register", till.desk.ledger.account.pk)
    assert link.expires_at == clock.now() + timedelta(days=7)


def test_a_link_to_the_page_of_an_account(till: Till):
    link = opened(till, till.post(f"accounts/{till.account}/pay_balance_link", expect=201))
    assert (link.kind, link.object_ids[0]) == ("account", till.desk.ledger.account.pk)
    assert link.expires_at == clock.now() + timedelta(days=30)
    till.post(f"payment_gateway_providers/{till.provider}/deactivate")
    made = till.post(f"accounts/{till.account}/pay_balance_link", {"expires_in_hours": 2}, expect=201)
    assert till.post(f"links/{made['id']}/revoke")["is_revoked"], "it shows documents, whoever collects"


def test_whoever_makes_a_link_to_all_of_an_account_may_see_that(till: Till):
    path = f"accounts/{till.account}/pay_balance_link"
    blind = ApiClient(till.company, scopes=("accounts:write",))
    assert blind.post(path, expect=403)["code"] == "permission_denied"
    seeing = ApiClient(till.company, scopes=("accounts:write", "accounts:read", "transactions:read"))
    assert seeing.post(path, expect=201)["url"]


def test_a_link_is_good_until_its_hour_and_for_nothing_else(till: Till):
    token = till.post(f"accounts/{till.account}/registration_link", {"expires_in_hours": 1})["url"].rpartition("/")[2]
    for at in range(len(token)):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(LinkInvalid):
            read_link(token[:at] + other + token[at + 1 :])
    with clock.frozen(clock.now() + timedelta(hours=1)), pytest.raises(LinkExpired):
        read_link(token)


def test_no_link_is_made_to_what_cannot_be_paid(till: Till):
    draft = till.post("invoices", {"account": till.account, "items": [{"description": "Services", "unit_amount": 5}]})[
        "id"
    ]
    assert till.post(f"invoices/{draft}/pay_link", expect=409)["code"] == "not_payable"
    paid = till.invoice(5)
    till.payment(5, allocate_to=[paid])
    assert till.post(f"invoices/{paid}/pay_link", expect=409)["code"] == "already_paid"
    invoice = till.invoice(5)
    for hours in (0, 24 * 365 + 1, "2"):
        assert till.post(f"invoices/{invoice}/pay_link", {"expires_in_hours": hours}, expect=422)["param"] == (
            "/expires_in_hours"
        )
    till.post(f"payment_gateway_providers/{till.provider}/deactivate")
    assert till.post(f"invoices/{invoice}/pay_link", expect=409)["code"] == "nobody_collects"
    assert till.post(f"accounts/{till.account}/registration_link", expect=409)["code"] == "nobody_collects"


def test_a_link_is_revoked_by_its_id(till: Till):
    invoice = till.invoice(25)
    made = till.post(f"invoices/{invoice}/pay_link", expect=201)
    path = made["url"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    for _ in range(2):
        assert till.post(f"links/{made['id']}/revoke") == {"object": "link", "id": made["id"], "is_revoked": True}
    assert Client().get(path).status_code == 410
    assert till.post("links/lnk_0000000000000/revoke", expect=404)["code"] == "not_found"
