"""Electronic invoices pass the official tests of EN 16931, say what the books say, and are refused in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree
from tests.documents.einvoices import random_document
from tests.documents.official import CII, FACTUR_X, UBL, broken, faults_of
from tests.documents.pdf_text import text_of
from tests.documents.samples import BUYER, SELLER, eur, invoice, line, receipt

from subledger.documents.brands import Brand
from subledger.documents.einvoices.addresses import SCHEMES
from subledger.documents.einvoices.gaps import Place, gaps_of
from subledger.documents.einvoices.invoices import vat_number_of
from subledger.documents.errors import EInvoiceIncomplete
from subledger.documents.layouts import lay_out
from subledger.documents.printouts import printout_of
from subledger.documents.values import ELECTRONIC, Document, FileFormat, Reference, TaxCategory, Totals
from subledger.kernel.money import Money
from subledger.transactions.document_kinds import Kind

BRAND = Brand()
XML = (FileFormat.UBL, FileFormat.CII)


def made(document: Document, form: FileFormat) -> bytes:
    return printout_of(document, BRAND, form).content


def texts(content: bytes, name: str) -> list[str]:
    """Of all elements of that name, in their order."""
    return [one.text for one in etree.fromstring(content).iter("{*}" + name)]


def random_documents(count: int) -> list[Document]:
    """As many that lack nothing: what is refused is refused in words, and tried apart."""
    found = (random_document(seed) for seed in range(10_000))
    return [one for one, _ in zip((one for one in found if not gaps_of(one)), range(count), strict=False)]


@pytest.mark.parametrize("form", XML)
def test_random_documents_pass_the_official_tests(form):
    for document in random_documents(30):
        assert faults_of(made(document, form), form) == [], document.number


@pytest.mark.slow
@pytest.mark.parametrize("form", XML)
def test_two_hundred_random_documents_pass_the_official_tests(form):
    documents = random_documents(200)
    assert {one.kind for one in documents} == {Kind.INVOICE, Kind.CREDIT_NOTE, Kind.INVOICE_CANCELLATION}
    assert {tax.category for one in documents for tax in one.taxes} == set(TaxCategory)
    for document in documents:
        assert faults_of(made(document, form), form) == [], document.number


def test_the_official_tests_find_a_wrong_sum_and_a_missing_country():
    content = made(invoice(), FileFormat.UBL)
    assert faults_of(content.replace(b">3717.05<", b">3717.06<"), FileFormat.UBL)
    country = b"<cbc:IdentificationCode>GR</cbc:IdentificationCode>"
    assert country in content
    assert faults_of(content.replace(country, b""), FileFormat.UBL)


@pytest.mark.parametrize(("form", "rules"), [(FileFormat.UBL, UBL), (FileFormat.CII, CII), (FileFormat.CII, FACTUR_X)])
def test_each_set_of_rules_finds_by_itself_that_a_total_is_not_the_sum(form, rules):
    content = made(invoice(), form)
    assert broken(content, rules) == []
    assert "BR-CO-15" in " ".join(broken(content.replace(b">3717.05<", b">3717.06<"), rules))


def test_every_document_sums_up_to_the_books():
    for document in random_documents(60):
        totals = document.totals
        net = totals.net.to_decimal() - totals.discount.to_decimal()
        ubl, cii = made(document, FileFormat.UBL), made(document, FileFormat.CII)
        assert [Decimal(one) for one in texts(ubl, "TaxInclusiveAmount")] == [totals.total.to_decimal()]
        assert [Decimal(one) for one in texts(cii, "GrandTotalAmount")] == [totals.total.to_decimal()]
        assert [Decimal(one) for one in texts(ubl, "TaxExclusiveAmount")] == [net]
        assert sum(map(Decimal, texts(cii, "LineTotalAmount"))) == 2 * net  # of the lines, and their sum
        left = totals.total if totals.payable is None else totals.payable
        asked = left if document.credited is None else Money(left.minor + document.credited.minor, left.currency)
        assert [Decimal(one) for one in texts(ubl, "PayableAmount")] == [asked.to_decimal()]
        assert [Decimal(one) for one in texts(cii, "DuePayableAmount")] == [asked.to_decimal()]


def test_both_syntaxes_say_who_what_when_and_how_to_pay():
    document = invoice(
        buyer_reference="04011000-12345-34",
        order_reference="PO-4711",
        buyer=replace(BUYER, electronic_address="0204:991-12345-67"),
    )
    for form in XML:
        said = etree.tostring(etree.fromstring(made(document, form)), encoding="unicode")
        for one in (
            "INV00000042", "04011000-12345-34", "PO-4711", "991-12345-67", "rechnung@nordlicht.example", "DE129273398",
            "EL094014201", BUYER.name.replace("&", "&amp;"), "DE89370400440532013000", "COBADEFFXXX", "CONS-1",
        ):  # fmt: skip
            assert one in said, (form, one)
        assert 'schemeID="0204"' in said


def test_a_credit_note_names_its_invoice_and_asks_for_nothing():
    on = invoice().issued_on
    about = [Reference(kind=Kind.INVOICE, number=number, on=on) for number in ("INV00000041", "INV00000043")]
    settled = Reference(kind=Kind.INVOICE, number="INV00000099", on=on, amount=eur(100))  # so it happened to fall
    note = invoice(kind=Kind.CREDIT_NOTE, number="CRN1", due_on=None, references=[*about, settled])
    ubl = made(note, FileFormat.UBL)
    assert len(texts(ubl, "BillingReference")) == 2
    assert etree.QName(etree.fromstring(ubl)).localname == "CreditNote"
    assert texts(ubl, "CreditNoteTypeCode") == ["381"]
    assert b"INV00000041" in ubl
    assert b"INV00000043" in ubl
    assert b"INV00000099" not in ubl
    assert b"DE89370400440532013000" not in ubl
    cii = made(note, FileFormat.CII)
    assert texts(cii, "IssuerAssignedID") == ["INV00000041", "INV00000043"]
    told = next(fact.value for fact in lay_out(note).facts if "INV00000041" in str(fact.value))
    assert told == "Invoice INV00000041, 1 Jun 2026; Invoice INV00000043, 1 Jun 2026"
    assert faults_of(ubl, FileFormat.UBL) == faults_of(cii, FileFormat.CII) == []


@pytest.mark.parametrize("form", XML)
def test_of_a_paid_invoice_nothing_is_said_of_how_to_pay(form):
    document = invoice()
    paid = replace(document, totals=replace(document.totals, payable=eur(0)))
    content = made(paid, form)
    assert b"DE89370400440532013000" in made(document, form)
    assert b"DE89370400440532013000" not in content
    assert faults_of(content, form) == []


def test_a_price_with_tax_in_it_is_said_as_the_price_of_all():
    """Three at 1.00 with 19 % are 2.52 without: no price a piece comes to that."""
    of_three = replace(line(1, 252), quantity=Decimal(3), unit_amount=Decimal(100), description="With tax")
    document = invoice(of_three)
    ubl = made(document, FileFormat.UBL)
    assert (texts(ubl, "PriceAmount"), texts(ubl, "BaseQuantity")) == (["2.52"], ["3"])
    assert texts(made(document, FileFormat.CII), "BasisQuantity") == ["3"]


def test_a_credit_line_has_a_quantity_below_zero_and_never_a_price():
    back = replace(line(2, -2_000), quantity=Decimal(1), unit_amount=Decimal(-2_000), tax=eur(-380), total=eur(-2_380))
    document = invoice(line(1, 10_000), back)
    ubl = made(document, FileFormat.UBL)
    assert texts(ubl, "InvoicedQuantity") == ["1", "-1"]
    assert texts(ubl, "PriceAmount") == ["100", "20"]
    assert faults_of(ubl, FileFormat.UBL) == []


@pytest.mark.parametrize("category", [TaxCategory.EXEMPT, TaxCategory.REVERSE_CHARGE, TaxCategory.OUTSIDE])
def test_why_no_tax_is_charged_is_said_in_the_customers_words_or_in_those_of_the_tax_rate(category):
    free = replace(line(1, 1_000, percent=0), tax_category=category)
    document = invoice(free, language="de")
    own = replace(document, taxes=[replace(one, category=category, exemption="§ 4 UStG") for one in document.taxes])
    usual = replace(document, taxes=[replace(one, category=category) for one in document.taxes])
    assert texts(made(own, FileFormat.UBL), "TaxExemptionReason") == ["§ 4 UStG"]
    assert "euer" in texts(made(usual, FileFormat.CII), "ExemptionReason")[0]
    assert ("Percent" in str(made(own, FileFormat.UBL))) is (category is not TaxCategory.OUTSIDE)
    for form in XML:
        assert faults_of(made(usual, form), form) == []


def test_what_people_type_stays_text():
    nasty = "<x>&amp; ]]> \x00\u202e"
    content = made(invoice(line(1, 100, description=nasty), buyer=replace(BUYER, name=nasty)), FileFormat.UBL)
    assert "<x>&amp; ]]>" in texts(content, "Name")
    assert "<x>&amp; ]]>" in texts(content, "RegistrationName")


def test_factur_x_is_a_pdf_a_that_has_the_invoice_in_it():
    from facturx import get_xml_from_pdf

    document = invoice()
    content = made(document, FileFormat.FACTURX)
    assert b"pdfaid:part>3<" in content
    assert b"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" in content
    name, xml = get_xml_from_pdf(content, check_xsd=True)
    assert name == "factur-x.xml"
    assert xml == made(document, FileFormat.CII)
    assert document.number in text_of(content)


GAPS = [
    ({"seller": replace(SELLER, country="")}, Place.LETTERHEAD, "Your country is missing."),
    ({"seller": replace(SELLER, vat_number="")}, Place.LETTERHEAD, "Your VAT number is missing"),
    ({"seller": replace(SELLER, vat_number="129273398")}, Place.LETTERHEAD, "Your VAT number 129273398 does not begin"),
    ({"buyer": replace(BUYER, country="")}, Place.CUSTOMER, "The customer's country is missing."),
    ({"buyer": replace(BUYER, name=" ")}, Place.CUSTOMER, "The customer's name is missing."),
    ({"is_draft": True, "number": ""}, Place.DOCUMENT, "It is a draft"),
    ({"lines": (), "taxes": ()}, Place.DOCUMENT, "It has no items."),
    ({"currency": "kwd"}, Place.DOCUMENT, "KWD has more decimals"),
]


@pytest.mark.parametrize("form", sorted(ELECTRONIC))
@pytest.mark.parametrize(("changes", "place", "words"), GAPS)
def test_what_is_missing_is_said_with_its_place_before_anything_is_made(form, changes, place, words):
    with pytest.raises(EInvoiceIncomplete) as refused:
        made(invoice(**changes), form)
    assert any(gap.place is place and gap.words.startswith(words) for gap in refused.value.gaps), refused.value.gaps
    assert words in str(refused.value)


def test_everything_that_is_missing_is_said_at_once():
    document = invoice(seller=replace(SELLER, vat_number=""), buyer=replace(BUYER, country=""))
    assert [gap.place for gap in gaps_of(document)] == [Place.LETTERHEAD, Place.CUSTOMER]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("TIN123456", ""), ("PIVA12345678", ""), ("XX123456", ""), ("XK123456", ""), ("12345678", ""), ("DE1", ""),
        ("de136.695.976", "DE136695976"), ("ATU 123-456", "ATU123456"), ("CHE-123.456.789 MWST", "CHE123456789MWST"),
        ("EL094014201", "EL094014201"), ("GR094014201", "GR094014201"), ("XI123456789", "XI123456789"),
    ],
)  # fmt: skip
def test_a_vat_number_is_said_as_registers_have_it_or_not_at_all(number, said):
    document = invoice(buyer=replace(BUYER, vat_number=number))
    assert vat_number_of(document.buyer) == said
    content = made(document, FileFormat.UBL)
    assert texts(content, "CompanyID").count(said) == bool(said)
    assert faults_of(content, FileFormat.UBL) == []
    [*gaps] = gaps_of(replace(document, seller=replace(SELLER, vat_number=number)))
    assert bool(gaps) is not bool(said)


@pytest.mark.parametrize("number", ["", "094014201", "TIN123456"])
def test_reverse_charge_needs_the_customers_vat_number(number):
    free = replace(line(1, 1_000, percent=0), tax_category=TaxCategory.REVERSE_CHARGE)
    document = invoice(free, buyer=replace(BUYER, vat_number=number))
    taxes = [replace(one, category=TaxCategory.REVERSE_CHARGE) for one in document.taxes]
    [gap] = gaps_of(replace(document, taxes=taxes))
    assert gap.place is Place.CUSTOMER
    assert "reverse charge needs it" in gap.words


def test_what_is_outside_of_tax_is_not_mixed_with_what_is_taxed():
    document = invoice(line(1, 1_000), replace(line(2, 500, percent=0), tax_category=TaxCategory.OUTSIDE))
    taxes = [replace(one, category=TaxCategory.OUTSIDE) if not one.percent else one for one in document.taxes]
    assert [gap.place for gap in gaps_of(replace(document, taxes=taxes))] == [Place.TAX_RATES]


def test_taxes_that_are_rounded_too_far_off_are_told_as_the_official_tests_refuse_them():
    """Forty items of 6 yen at 8 %: no yen of tax on each, and 19 on their sum."""

    def yen(minor):
        return Money(minor, "jpy")

    lines = [
        replace(line(at, 6, percent=8), net=yen(6), discount=yen(0), tax=yen(0), total=yen(6)) for at in range(1, 41)
    ]
    [tax] = [replace(one, taxable=yen(240), tax=yen(0)) for one in invoice(*lines).taxes]
    document = invoice(
        *lines, currency="jpy", taxes=[tax],
        totals=Totals(total=yen(240), net=yen(240), discount=yen(0), tax=yen(0)),
    )  # fmt: skip
    [gap] = gaps_of(document)
    assert gap.place is Place.TAX_RATES
    from subledger.documents.einvoices.invoices import einvoice_of
    from subledger.documents.einvoices.ubl import ubl_of

    assert any(
        "BR-S-09" in one or "BR-CO-17" in one for one in faults_of(ubl_of(einvoice_of(document)), FileFormat.UBL)
    )


def test_receipts_are_no_electronic_invoices():
    with pytest.raises(EInvoiceIncomplete, match="made of: invoice, credit note, invoice cancellation"):
        made(receipt(), FileFormat.UBL)


def test_every_scheme_of_addresses_is_one_that_the_official_tests_know():
    for scheme in sorted(SCHEMES):
        document = invoice(buyer=replace(BUYER, electronic_address=f"{scheme}:1"))
        assert not [one for one in faults_of(made(document, FileFormat.UBL), FileFormat.UBL) if "CL-25" in one], scheme
