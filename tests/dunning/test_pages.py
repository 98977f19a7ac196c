"""Where dunning stands on pages: an invoice, its account, the lists, a plan with its levels, and a letter to print."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.dunning.conftest import Dunned, plan_of_levels
from tests.messages.conftest import address_of
from tests.pages.conftest import member, seat

from subledger.accounts.services import update_customer
from subledger.companies.models import Company
from subledger.dunning.models import DunningRecord
from subledger.messages.models import MessageTemplate
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(company: object, dunned: Dunned) -> Client:
    return seat(member(company, "administrator"))


def shown(desk: Client, name: str, *arguments: object, query: str = "") -> str:
    return desk.get(page_url(name, *arguments) + query).content.decode()


@pytest.mark.wide
def test_where_an_invoice_stands_is_shown_with_what_comes_next(dunned: Dunned, desk: Client):
    plan = plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    assert "Notice" in shown(desk, "transaction", invoice.id)  # what comes next
    dunned.run("24/06")
    page = shown(desk, "transaction", invoice.id)
    assert all(text in page for text in ("Second reminder", "Late fee", "Late interest", "Overtaken", "Final"))
    assert "Second reminder" in shown(desk, "account", dunned.ledger.account.pk)
    number = str(Transaction.objects.get(pk=invoice.id))
    assert number in shown(desk, "dunning", query="?outcome=sent")
    assert number not in shown(desk, "dunning", query="?outcome=printed")
    assert "Late interest" in shown(desk, "late_charges")
    levels = shown(desk, "entry", "dunning-plans", plan.public_id)
    assert all(text in levels for text in ("Notice", "Handed over", "New dunning level"))
    new = desk.get(page_url("entry_new", "dunning-levels") + f"?plan={plan.public_id}")
    assert new.context["form"].initial["plan"] == plan.pk


def test_a_letter_is_printed_from_its_record_and_waits_no_more(dunned: Dunned, desk: Client):
    plan_of_levels()
    address_of(dunned.ledger, "")
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    record = DunningRecord.objects.get(outcome="to_print")
    assert "Reminders to print" in shown(desk, "home")
    question = shown(desk, "dunning_letter", record.pk)
    assert "Print “Reminder” for Ann?" in question
    record.refresh_from_db()
    assert record.outcome == "to_print", "nothing is marked by looking"
    answer = desk.post(page_url("dunning_letter", record.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    record.refresh_from_db()
    assert record.outcome == "printed"
    assert desk.get(page_url("dunning_letter", record.pk)).content == answer.content, "its copy"
    overtaken = DunningRecord.objects.get(outcome="overtaken")
    assert desk.get(page_url("dunning_letter", overtaken.pk)).status_code == 404


def texts_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_letter_that_cannot_be_made_is_named_and_waits(dunned: Dunned, desk: Client):
    plan_of_levels()
    address_of(dunned.ledger, "")
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    MessageTemplate.objects.filter(kind="dunning_reminder").update(is_active=False)
    page = desk.post(page_url("dunning_letters"), follow=True).content.decode()
    assert f"waiting still: the letters of {dunned.ledger.account.number}." in page
    assert "no template in use is the standard one" in page
    assert desk.get(page_url("dunning_letters_again")).status_code == 404
    refused = desk.post(page_url("dunning_letter", DunningRecord.objects.get(outcome="to_print").pk))
    assert "no template in use is the standard one" in refused.content.decode()


def test_all_letters_that_wait_are_printed_at_once(dunned: Dunned, desk: Client):
    plan_of_levels()
    ledger = dunned.ledger
    for account in (ledger.account, ledger.open("Bob")):
        update_customer(customer_id=account.customer_id, changes={"email": ""}, actor="test")
        for _ in range(2):
            ledger.invoice(100, on="01/06", due="10/06", account=account)
    dunned.run("13/06")
    page = shown(desk, "dunning")
    assert "Print 2 letters" in page, "those of one customer share one"
    assert 'state-good">' in page or "To print" in page
    answer = desk.post(page_url("dunning_letters"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert len(PdfReader(io.BytesIO(answer.content)).outline) == 2
    assert not DunningRecord.objects.filter(outcome="to_print").exists()
    page = shown(desk, "dunning")
    assert "Print the last letters again" in page
    assert "Print 2 letters" not in page
    copies = desk.get(page_url("dunning_letters_again"))
    assert texts_of(copies.content) == texts_of(answer.content)
    again = desk.post(page_url("dunning_letters"), follow=True)
    assert "No letter waits to be printed." in again.content.decode()
    assert seat(member(Company.objects.get(), "auditor")).post(page_url("dunning_letters")).status_code == 403
