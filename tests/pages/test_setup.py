"""The way from a new company to its first invoice: what stands, one form a step, left and taken up until it is done."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.factories import Ledger, company_at_work
from tests.pages.conftest import PASSWORD, member, seat
from tests.pages.test_gateways import text_of

from subledger.accounts.models import Account, AccountDefinition
from subledger.catalog.models import TaxRate
from subledger.companies.models import Company
from subledger.companies.services import add_member
from subledger.documents.models import Letterhead
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.transactions.models import TransactionDefinition

STEPS = ["company", "terms", "tax", "numbers", "series", "stripe", "invoice"]


def done(client: Client) -> list[bool]:
    return [one["is_done"] for one in client.get("/setup/").context["steps"]]


def test_each_step_shows_what_is_there_and_leads_to_the_next(desk, company: Company):
    page = desk.get("/setup/")
    assert [one["step"].name for one in page.context["steps"]] == STEPS
    assert "Set up the company: 1 of 7 steps done" in text_of(desk.get("/"))
    assert "Due 30 days after the invoice" in text_of(page)
    assert "Next invoice INV00000001" in text_of(page)

    refused = desk.post("/setup/company/", {"legal_name": "North Ltd"})
    assert (refused.status_code, b"aria-invalid" in refused.content) == (422, True)
    address = {"legal_name": "North Ltd", "address_line1": "1 High St", "city": "York", "country": "GB"}
    sent = desk.post("/setup/company/", address)
    assert sent["Location"] == "/setup/terms/"
    assert Letterhead.objects.get().address_line1 == "1 High St"

    sent = desk.post("/setup/terms/", {"days": "14", "allocation_principle": "fifo"})
    assert sent["Location"] == "/setup/numbers/"  # the company began with a default tax
    assert AccountDefinition.objects.get(is_active=True).days == 14

    assert re.search(r'<option value="\d+" selected>Standard rate', desk.get("/setup/tax/").content.decode())
    sent = desk.post("/setup/tax/", {"default": "", "new": "Food=5.5"})
    assert sent["Location"] == "/setup/numbers/"
    assert TransactionDefinition.objects.get().default_tax_rate == TaxRate.objects.get(percent=Decimal("5.5"))

    assert desk.post("/setup/numbers/", {"skip": "1"})["Location"] == "/setup/series/"
    told = {"format": "RE-{year}-{number:5}", "restarts": "year", "next_number": "42"}
    assert desk.post("/setup/series/", told)["Location"] == "/setup/"
    assert "Next invoice RE-2026-00042" in text_of(desk.get("/setup/"))
    assert done(desk) == [True, True, True, True, True, False, False]
    assert "Set up the company: 5 of 7 steps done" in text_of(desk.get("/"))
    assert desk.get("/setup/stripe/")["Location"] == "/gateways/providers/new/stripe/"
    desk.post("/setup/stripe/", {"skip": "1"})

    sent = desk.post("/setup/invoice/", {"name": "Ann"})
    account = Account.objects.get(name="Ann")
    assert sent["Location"] == f"/accounts/{account.public_id}/new/invoice/"
    assert desk.get(sent["Location"]).status_code == 200
    assert "Set up the company" not in text_of(desk.get("/"))


def test_it_is_put_away_and_taken_up_again(desk, company: Company):
    assert desk.post("/setup/", {"verb": "away"})["Location"] == "/"
    assert "Set up the company" not in text_of(desk.get("/"))
    assert "Set up the company" in text_of(desk.get("/configuration/"))
    desk.post("/setup/", {"verb": "back"})
    assert "Set up the company" in text_of(desk.get("/"))
    assert list(Event.objects.filter(type__startswith="company.setup").values_list("type", flat=True)) == [
        "company.setup_put_away", "company.setup_taken_up",
    ]  # fmt: skip


def test_a_company_that_was_at_work_before_is_not_asked(desk, ledger: Ledger):
    ledger.invoice(10)
    assert "Set up the company" not in text_of(desk.get("/"))


def test_whoever_may_not_configure_is_not_led_there(sit, company: Company):
    agent = sit("agent")
    assert "Set up the company" not in text_of(agent.get("/"))
    assert agent.get("/setup/").status_code == 403
    assert agent.post("/setup/tax/", {"skip": "1"}).status_code == 403
    assert sit("administrator").get("/setup/cookies/").status_code == 404


def login(user) -> Client:
    client = Client()
    client.post("/login/", {"username": user.get_username(), "password": PASSWORD})
    return client


@pytest.mark.parametrize("first", ["a", "b"])
def test_the_first_page_after_login_is_of_a_company_with_life(db, first):
    with company_at_work() as one, company_at_work() as other:
        for company, name in ((one, "A company"), (other, "B company")):
            Company.objects.filter(pk=company.pk).update(name=name)
        user = member(one, "administrator")
        with company_scope(other.pk):
            add_member(user=user, role="administrator", actor="test")
        alive = one if first == "a" else other
        with company_scope(alive.pk):
            Ledger().invoice(10)
        assert login(user).get("/").context["shell"]["company"].pk == alive.pk


def test_the_first_page_of_a_new_company_is_the_way_to_set_it_up(company: Company):
    client = login(member(company, "administrator"))
    assert client.get("/")["Location"] == "/setup/"
    assert client.get("/").status_code == 200, "once"
    assert login(member(company, "agent")).get("/").status_code == 200
    assert seat(get_user_model().objects.get(username=member(company, "administrator"))).get("/").status_code == 200
