"""Receipts name what they pay, days and money are the reader's country's, and VAT numbers are some country's."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.messages.conftest import address_of, wish_of
from tests.pages.conftest import member, seat

from subledger.accounts.models import Customer
from subledger.companies.models import Company
from subledger.documents.models import Letterhead
from subledger.documents.printouts import file_name
from subledger.documents.values import FileFormat
from subledger.messages.models import MessageTemplate
from subledger.messages.services.outbox import Wish, drafted
from subledger.page_kit.url_ids import page_url
from subledger.transactions.printouts import printables_of
from subledger.transactions.rules.orders import Posted


def receipt(payment: Posted, language: str = "en") -> str:
    template = MessageTemplate.objects.get(kind="payment_receipt", language=language)
    return drafted(Wish(of="payment", object_id=payment.id, template_id=template.pk)).written.body


def test_a_receipt_names_the_invoice_that_it_pays_and_no_gap_stays_where_it_pays_none(ledger: Ledger):
    address_of(ledger)
    free = ledger.payment(10, on="19/05")
    assert "applied" not in receipt(free)
    assert "\n\n\n" not in receipt(free)
    invoice = ledger.invoice(110, on="19/05")
    paid = ledger.payment(100, on="19/05", to=[invoice])
    assert f"We have applied your payment to {invoice.number}." in receipt(paid)
    assert f"Damit sind beglichen: {invoice.number}." in receipt(paid, "de")


def test_a_receipt_of_several_says_how_much_of_each_and_what_is_left(ledger: Ledger):
    address_of(ledger)
    one, two = ledger.invoice(30, on="18/05"), ledger.invoice(50, on="19/05")
    paid = ledger.payment(100, on="19/05", to=[one, two])
    said = f"{one.number} (€30.00), {two.number} (€50.00); the rest is credit on your account."
    assert f"We have applied your payment to {said}" in receipt(paid)


@pytest.mark.parametrize(
    ("language", "settled", "in_part"),
    [
        ("en", "", "a balance is still outstanding"),
        ("de", "beglichen", "noch ein Restbetrag offen"),
        ("it", "salda:", "resta ancora un saldo"),
        ("el", "εξοφλούνται", "απομένει υπόλοιπο"),
    ],
)
def test_a_receipt_of_a_part_does_not_say_that_the_invoice_is_settled(ledger: Ledger, language, settled, in_part):
    address_of(ledger)
    invoice = ledger.invoice("75.50", on="19/05")
    said = receipt(ledger.payment(10, on="19/05", to=[invoice]), language)
    assert in_part in said
    assert not settled or settled not in said
    rest = receipt(ledger.payment("65.50", on="19/05", to=[invoice]), language)
    assert in_part not in rest
    assert settled in rest


def test_paper_and_mail_are_written_as_in_the_customers_country(ledger: Ledger):
    address_of(ledger)
    Customer.objects.filter(pk=ledger.account.customer_id).update(language="de-CH")
    invoice = ledger.invoice("1234567.89", on="19/05", due="20/06")
    [printable] = printables_of([invoice.id])
    assert (printable.document.language, printable.document.locale) == ("de", "de-CH")
    [in_english] = printables_of([invoice.id], language="en")
    assert in_english.document.locale == ""
    template = MessageTemplate.objects.get(kind="invoice", language="de")
    body = drafted(wish_of(invoice.id, template_id=template.pk)).written.body
    assert "EUR 1’234’567.89" in body
    english = MessageTemplate.objects.get(kind="invoice", language="en")
    assert "€1,234,567.89" in drafted(wish_of(invoice.id, template_id=english.pk)).written.body


@pytest.mark.parametrize("number", ["PIVA123456789", "129273398", "XX123456", "DE1"])
def test_a_letterhead_has_no_vat_number_that_no_country_gave(company: Company, number: str):
    api = ApiClient(company)
    refused = api.patch("letterhead", {"vat_number": number}, expect=422)
    assert (refused["code"], refused["param"]) == ("configuration_invalid", "/vat_number")
    assert not Letterhead.objects.get().vat_number
    assert api.patch("letterhead", {"vat_number": " DE 129.273.398 "})["vat_number"] == "DE 129.273.398"


def test_a_customers_number_that_no_country_gave_is_marked_on_their_page(ledger: Ledger, company: Company):
    desk = seat(member(company, "administrator"))
    customer = ledger.account.customer_id
    for number, is_marked in (("TIN123456", True), ("EL094014201", False), ("12-3456789", False)):
        Customer.objects.filter(pk=customer).update(tax_number=number)
        page = desk.get(page_url("customer", customer)).content.decode()
        assert ("no country has these letters" in page) is is_marked, number


def test_files_are_called_by_titles_in_english_too(ledger: Ledger):
    cancelled = ledger.cancel(ledger.invoice(10))
    [printable] = printables_of([cancelled.id], language="en")
    assert file_name(printable.document, FileFormat.PDF) == f"invoice-cancellation-{cancelled.number}.pdf"
