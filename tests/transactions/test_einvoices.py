"""Electronic invoices of what was posted, through every door, and the tax rates that they say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from tests.documents.official import faults_of
from tests.pages.conftest import member, seat
from typer.testing import CliRunner

from subledger.accounts.errors import AccountInvalid
from subledger.accounts.models import Customer
from subledger.accounts.services import update_account
from subledger.catalog.models import TaxRate
from subledger.cli.main import app
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.documents.errors import EInvoiceIncomplete
from subledger.documents.models import Copy, Letterhead
from subledger.documents.services import print_document, renew_copy
from subledger.documents.values import FileFormat, TaxCategory
from subledger.page_kit.kinds import entry_url, kind_named
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import TransactionItem
from subledger.transactions.printouts import printables_of
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.states import Classification as C


@pytest.fixture
def desk(company):
    return seat(member(company, "administrator"))


def ready(ledger, **letterhead) -> None:
    """What every electronic invoice needs of company and customer."""
    letterhead = {"country": "DE", "vat_number": "DE129273398", "iban": "DE89370400440532013000", **letterhead}
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=letterhead, actor="test")
    Customer.objects.filter(pk=ledger.account.customer_id).update(
        country="GR", tax_number="EL094014201", email="ap@example.gr", city="Athens"
    )


def tax_rate(**values) -> TaxRate:
    values = {"name": values["code"], "percent": Decimal(0), **values}
    return save_entry(model=TaxRate, ident=None, values=values, actor="test")


def printed(posted, form: FileFormat = FileFormat.UBL):
    [printable] = printables_of([posted.id])
    return print_document(printable, form=form, actor="test")


def invoice_at(ledger, rate: TaxRate, **more):
    item = NewItem(description="A", unit_amount=Decimal(10_000), tax_percent=rate.percent, tax_rate_id=rate.pk)
    [posted] = ledger.post(ledger.new(C.INVOICE, items=[item], **more))
    return posted


@pytest.mark.parametrize("form", [FileFormat.UBL, FileFormat.CII])
def test_what_was_posted_passes_the_official_tests_and_is_kept(ledger, form):
    ready(ledger)
    update_account(
        account_id=ledger.account.pk,
        changes={"buyer_reference": "04011000-12345-34", "electronic_address": "0204:991-12345-67"},
        actor="test",
    )
    posted, paid = ledger.invoice(119, on="04/05", due="01/06"), ledger.invoice(50, on="04/05")
    ledger.payment(50, on="05/05", to=[paid])
    credit = ledger.credit_note(20, on="05/05")
    for made in (lambda: posted, lambda: paid, lambda: credit, lambda: ledger.cancel(posted, on="06/05")):
        file = printed(made(), form)
        assert faults_of(file.content, form) == [], file.name
        assert file.name.endswith(f"-{form}.xml")
        assert b"04011000-12345-34" in file.content
    assert b">50.00<" in printed(paid).content
    assert Copy.objects.filter(format=form).count() == 4
    Customer.objects.update(name="Renamed")
    assert b"Renamed" not in printed(paid, form).content
    [printable] = printables_of([paid.id])
    assert renew_copy(printable, form=form, actor="test").edition == 2
    assert b"Renamed" in printed(paid, form).content


@pytest.mark.few(3)
@pytest.mark.parametrize("category", list(TaxCategory))
def test_the_category_and_the_reason_of_a_tax_rate_are_said(ledger, category):
    ready(ledger, registration="HRB 1")
    percent = Decimal(19) if category is TaxCategory.STANDARD else Decimal(0)
    reason = "" if category in (TaxCategory.STANDARD, TaxCategory.ZERO) else "Because of § 4"
    rate = tax_rate(code="x", percent=percent, category=category, exemption=reason)
    posted = invoice_at(ledger, rate, on="04/05")
    for form in (FileFormat.UBL, FileFormat.CII):
        content = printed(posted, form).content
        assert faults_of(content, form) == []
        said = etree.tostring(etree.fromstring(content), encoding="unicode")
        assert f">{category}<" in said
        assert (reason in said) is bool(reason) or not reason
    assert reason in printables_of([posted.id])[0].document.taxes[0].exemption


def test_a_rate_of_nothing_that_is_said_to_be_standard_is_zero_rated(company):
    assert tax_rate(code="a", category="S").category == TaxCategory.ZERO
    assert TaxRate.objects.get(code="zero").category == TaxCategory.ZERO
    assert TaxRate.objects.get(code="standard").category == TaxCategory.STANDARD


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percent": Decimal(19), "category": "E"}, "/category"),
        ({"percent": Decimal(19), "exemption": "No"}, "/exemption"),
        ({"exemption": "No"}, "/exemption"),
    ],
)
def test_a_category_that_does_not_fit_is_refused(company, values, field):
    with pytest.raises(ConfigurationInvalid) as refused:
        tax_rate(code="x", **values)
    assert refused.value.param == field


def test_a_rate_that_was_used_keeps_its_category_and_may_say_its_reason_otherwise(ledger):
    rate = tax_rate(code="x", category="E", exemption="One")
    invoice_at(ledger, rate, on="04/05")

    def change(**values):
        return save_entry(model=TaxRate, ident=rate.pk, values=values, actor="test")

    with pytest.raises(ConfigurationInvalid, match="keeps its category"):
        change(category="AE")
    assert change(exemption="Two").exemption == "Two"


@pytest.mark.parametrize("address", ["nobody", "9999:1", "0204:", ":1"])
def test_an_electronic_address_has_a_known_scheme(ledger, address):
    with pytest.raises(AccountInvalid) as refused:
        update_account(account_id=ledger.account.pk, changes={"electronic_address": address}, actor="test")
    assert refused.value.param == "/electronic_address"
    with pytest.raises(ConfigurationInvalid):
        ready(ledger, electronic_address=address)


def test_an_account_with_an_address_of_its_own_is_in_its_customers_country(ledger):
    ready(ledger)
    update_account(account_id=ledger.account.pk, changes={"billing_address": "Dept. 7\nPO Box 1"}, actor="test")
    posted = ledger.invoice(100, on="04/05")
    said = printed(posted).content
    assert b"Dept. 7" in said
    assert b">GR<" in said
    [document] = [one.document for one in printables_of([posted.id])]
    assert document.buyer.country == ""


def test_a_credit_note_names_the_invoices_that_somebody_named_and_no_other(ledger):
    ready(ledger)
    first, second, third = (ledger.invoice(100, on="04/05", due=f"0{n}/06") for n in (1, 2, 3))

    def named(note) -> tuple[str, ...]:
        [document] = [one.document for one in printables_of([note.id])]
        assert {one.amount for one in document.references} <= {None}
        numbers = tuple(one.number for one in document.named)
        ubl = printed(note).content
        assert [number.encode() in ubl for number in numbers] == [True] * len(numbers)
        assert ubl.count(b"<cac:BillingReference>") == len(numbers)
        return numbers

    assert named(ledger.credit_note(10, on="05/05")) == (), "what is settled by it is another with other payments"
    assert named(ledger.credit_note(10, on="05/05", to=[second])) == (second.number,)
    by_item = [
        NewItem(description="Back", unit_amount=Decimal(500), credits=ItemRef(item.transaction_id, item.position))
        for item in TransactionItem.objects.filter(transaction_id__in=[first.id, third.id]).order_by("pk")
    ]
    [note] = ledger.post(ledger.new(C.CREDIT_NOTE, items=by_item, on="05/05"))
    assert named(note) == (first.number, third.number)


def test_what_is_missing_is_told_at_every_door(ledger, desk, company, monkeypatch, tmp_path):
    posted = ledger.invoice(100, on="04/05")
    with pytest.raises(EInvoiceIncomplete):
        printed(posted)
    url = page_url("transaction_print", posted.id)
    page = desk.get(f"{url}?format=ubl&download=1")
    assert page.status_code == 409
    said = page.content.decode()
    for words, way in (
        ("Your VAT number is missing", entry_url(kind_named("letterhead"), Letterhead.objects.get())),
        ("The customer&#x27;s country is missing", page_url("customer_edit", ledger.account.customer_id)),
    ):
        assert words in said
        assert way in said
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    out = tmp_path / "all.zip"
    done = CliRunner().invoke(
        app, ["printout", "INV00000001", "--format", "cii", "--output", str(out), "--company", company.code]
    )
    assert done.exit_code == 1
    assert "Your VAT number is missing" in done.output
    assert not Copy.objects.exists()


def test_the_page_offers_electronic_invoices_of_what_is_posted_and_gives_them(ledger, desk):
    ready(ledger)
    posted, paid = ledger.invoice(100, on="04/05"), ledger.payment(10, on="05/05")
    page = desk.get(page_url("transaction", posted.id)).content.decode()
    assert "format=facturx" in page
    assert "format=facturx" not in desk.get(page_url("transaction", paid.id)).content.decode()
    file = desk.get(f"{page_url('transaction_print', posted.id)}?format=facturx&download=1")
    assert file["Content-Disposition"] == 'attachment; filename="invoice-INV00000001-facturx.pdf"'
    assert file.content.startswith(b"%PDF-")
