"""The number of the buyer's order: said of one invoice or credit note, and found on whatever goes out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse
from lxml import etree
from tests.api.client import ApiClient
from tests.documents.official import faults_of
from tests.factories import Ledger
from tests.pages.conftest import member, seat
from tests.transactions.test_einvoices import printed, ready

from subledger.companies.models import Company
from subledger.documents.layouts import lay_out
from subledger.documents.values import FileFormat
from subledger.kernel import ids
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.printouts import printables_of
from subledger.transactions.queries import search_transactions
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

PLACES = {FileFormat.UBL: "OrderReference/*", FileFormat.CII: "BuyerOrderReferencedDocument/*"}


@pytest.fixture
def desk(company):
    return seat(member(company, "administrator"))


def on_paper(ident: int, language: str = "en") -> tuple[str, object]:
    [printable] = printables_of([ident], language=language)
    [fact] = [fact for fact in lay_out(printable.document).facts if fact.name == "order_reference"]
    return fact.label, fact.value


def test_paper_and_electronic_invoice_name_the_order_and_so_do_credit_note_and_cancellation(ledger: Ledger):
    ready(ledger)
    invoice = ledger.invoice(100, order_reference="PO-4711")
    note = ledger.credit_note(10, order_reference="PO-4711", to=[invoice])
    cancelled = ledger.cancel(ledger.invoice(20, order_reference="PO-4711"))
    for made in (invoice, note, cancelled):
        assert on_paper(made.id) == ("Your order", "PO-4711")
        assert on_paper(made.id, "de") == ("Ihre Bestellung", "PO-4711")
        for form, place in PLACES.items():
            content = printed(made, form).content
            assert etree.fromstring(content).findtext(f".//{{*}}{place}") == "PO-4711"
            assert faults_of(content, form) == []


def test_a_draft_keeps_it_until_it_is_posted(ledger: Ledger):
    [draft] = save_drafts(new=[replace(ledger.new(C.INVOICE, 100), order_reference="PO-1")], actor="test")
    post_drafts(drafts=[Post(draft_id=draft.pk)], actor="test")
    assert Transaction.objects.get(pk=draft.pk).order_reference == "PO-1"


def test_programs_say_change_and_filter_by_it(ledger: Ledger, company: Company):
    api = ApiClient(company)
    account = ledger.account.public_id
    items = [{"unit_amount": 100, "description": "Hosting"}]
    draft = api.post("invoices", {"account": account, "items": items, "order_reference": "Po-4711"}, expect=201)
    assert draft["order_reference"] == "Po-4711"
    changed = api.patch(f"invoices/{draft['id']}", {"order_reference": "PO-4712"})
    assert changed["order_reference"] == "PO-4712"
    ledger.invoice(5, order_reference="PO-4713")
    assert [one["id"] for one in api.get("invoices", order_reference="po-4712")["data"]] == [draft["id"]]
    refused = api.post("payments", {"account": account, "amount": 1, "order_reference": "x"}, expect=422)
    assert refused["errors"][0]["param"] == "/order_reference"


@pytest.mark.parametrize("text", ["PO-4711", "po-4711", "po4711", "PO 4711", "po/4711"])
def test_the_search_finds_what_was_invoiced_for_an_order(ledger: Ledger, desk, text: str):
    invoice = ledger.invoice(100, order_reference="PO-4711")
    ledger.invoice(100, order_reference="PO-47110")
    assert [row.pk for row in search_transactions(text)] == [invoice.id]
    assert invoice.number in desk.get(reverse("backoffice:transactions"), {"q": text}).content.decode()


def test_the_page_says_it_and_the_forms_of_a_copy_and_of_a_credit_note_begin_with_it(ledger: Ledger, desk):
    invoice = ledger.invoice(100, order_reference="PO-4711")
    assert "PO-4711" in desk.get(page_url("transaction", invoice.id)).content.decode()
    public = ids.encode(Transaction.PREFIX, invoice.id)
    for kind, asked in ((C.INVOICE, {"copy": public}), (C.CREDIT_NOTE, {"invoice": public, "over": "all"})):
        page = desk.get(page_url("transaction_new", ledger.account.pk, kind.value), asked)
        assert page.context["form"].initial["order_reference"] == "PO-4711"
    other = ledger.open("Bob")
    strange = desk.get(page_url("transaction_new", other.pk, "credit_note"), {"invoice": public, "over": "all"})
    assert "order_reference" not in strange.context["form"].initial
    payment = desk.get(page_url("transaction_new", ledger.account.pk, "payment"), {"invoice": public})
    assert "order_reference" not in payment.context["form"].fields
    assert "PO-4711" in desk.get(reverse("backoffice:transactions"), {"export": "csv"}).getvalue().decode()


def test_blanks_alone_are_no_reference_at_any_field(ledger: Ledger, company: Company):
    api = ApiClient(company)
    body = {"account": ledger.account.public_id, "items": [{"unit_amount": 100, "description": "Hosting"}]}
    for field in ("order_reference", "back_office_code", "note"):
        for said in ("", " ", "\t\n"):
            refused = api.post("invoices", {**body, field: said}, expect=422)
            assert refused["errors"][0]["param"] == f"/{field}", said
    assert api.post("invoices", {**body, "order_reference": " PO-4711 "}, expect=201)["order_reference"] == "PO-4711"
