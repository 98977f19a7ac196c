"""Transactions and statements on paper, through every door."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.documents.pdf_text import text_of
from typer.testing import CliRunner

from subledger.accounts.models import Customer
from subledger.catalog.services import create_products
from subledger.cli.main import app
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.documents.models import Letterhead
from subledger.documents.queries import sender
from subledger.documents.services import print_document
from subledger.documents.values import FileFormat
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import LANGUAGES
from subledger.messages.models import Message
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.transactions.defaults import CREDIT_REASONS, PAYMENT_METHODS, REFUND_METHODS
from subledger.transactions.document_kinds import Kind
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.printouts import printables_of, statement_printable
from subledger.transactions.ready_words import ready_names
from subledger.transactions.rules.items import NewItem


def letterhead(**values):
    return save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=values, actor="test")


def test_a_letterhead_has_no_address_that_no_message_could_be_sent_to(company):
    with pytest.raises(ConfigurationInvalid, match="is not an e-mail address: "):
        letterhead(email="books@localhost")


def documents(*posted, **options):
    return [one.document for one in printables_of([one.id for one in posted], **options)]


def test_an_invoice_says_what_was_posted(ledger):
    letterhead(legal_name="Nordlicht GmbH", iban="DE89 3704 0044 0532 0130 00", vat_number="DE129273398")
    [document] = documents(ledger.invoice(119, on="04/05", due="01/06"))
    assert (document.kind, document.number, document.due_on) == (Kind.INVOICE, "INV00000001", date(2026, 6, 1))
    assert (document.seller.name, document.bank.iban) == ("Nordlicht GmbH", "DE89370400440532013000")
    assert document.buyer.name == "Ann"
    assert document.totals.total.minor == document.totals.payable.minor == 11_900
    assert sum(line.total.minor for line in document.lines) == 11_900
    assert sum(tax.taxable.minor + tax.tax.minor for tax in document.taxes) == 11_900


def test_our_own_code_of_an_invoice_is_not_said_to_be_the_buyers(ledger):
    posted = ledger.invoice(119, on="04/05", back_office_code="ERP-4711")
    [printable] = printables_of([posted.id])
    assert printable.document.buyer_reference == ""
    for form in (FileFormat.HTML, FileFormat.CSV):
        content = print_document(printable, form=form, actor="test").content
        assert b"ERP-4711" not in content
        assert b"Your reference" not in content


def test_what_is_paid_already_is_not_asked_for(ledger):
    posted = ledger.invoice(100, on="04/05")
    ledger.payment(40, on="05/05", to=[posted])
    [document] = documents(posted)
    assert document.totals.payable.minor == 6_000


def test_every_classification_is_printed_and_refers_to_what_it_is_about(ledger):
    one, two, three = (ledger.invoice(100, on="04/05") for _ in range(3))
    paid = ledger.payment(100, on="05/05", to=[one])
    cancelled, written_off = ledger.cancel(two, on="06/05"), ledger.write_off(three, on="06/05")
    credit, refund = ledger.credit_note(50, on="06/05"), ledger.refund(50, on="07/05")
    found = documents(paid, cancelled, written_off, credit, refund)
    assert [one.kind for one in found] == [
        Kind.PAYMENT, Kind.INVOICE_CANCELLATION, Kind.WRITE_OFF, Kind.CREDIT_NOTE, Kind.REFUND,
    ]  # fmt: skip
    assert [[other.number for other in one.references] for one in found[:3]] == [
        ["INV00000001"], ["INV00000002"], ["INV00000003"],
    ]  # fmt: skip
    for printable in printables_of([one.id for one in (paid, cancelled, written_off, credit, refund)]):
        text = text_of(print_document(printable, actor="test").content)
        assert printable.document.number in text


def test_a_statement_ends_at_what_is_owed(ledger):
    ledger.invoice(100, on="04/05", due="10/05")
    ledger.payment(30, on="05/05")
    printable = statement_printable(
        ledger.account, start=date(2026, 5, 1), end=date(2026, 5, 20), today=date(2026, 5, 20)
    )
    span = printable.document.span
    assert (span.opening.minor, span.closing.minor, span.overdue.minor) == (0, 7_000, 7_000)
    text = text_of(print_document(printable, actor="test").content)
    assert "Statement of account" in text
    assert "70.00" in text


def test_the_customers_language_comes_before_the_companys_and_what_is_asked_before_both(ledger):
    posted = ledger.invoice(100, on="04/05")
    assert documents(posted)[0].language == "en"
    letterhead(language="it")
    assert documents(posted)[0].language == "it"
    Customer.objects.update(language="el")
    assert documents(posted)[0].language == "el"
    assert documents(posted, language="de")[0].language == "de"


def test_a_hundred_documents_are_read_in_as_many_statements_as_one(ledger):
    posted = [ledger.invoice(10, on="04/05") for _ in range(12)]

    def statements(of) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            documents(*of)
        return len(seen)

    assert statements(posted) == statements(posted[:1])


def test_another_companys_transaction_is_not_found(ledger):
    with pytest.raises(NotFound):
        printables_of([42])


def test_an_older_company_without_a_letterhead_prints_its_name(company):
    assert Letterhead.objects.count() == 1
    assert sender().party.name == "Test company"


@pytest.fixture
def run_command(company, monkeypatch):
    """The command meets the test's own database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")

    def run(*arguments: str):
        done = CliRunner().invoke(app, [*arguments, "--company", company.code])
        assert done.exit_code == 0, done.output
        return done

    return run


def test_the_command_prints_into_a_folder_and_into_one_archive(ledger, run_command, tmp_path):
    ledger.invoice(100, on="04/05")
    ledger.payment(40, on="05/05")
    run_command("printout", "INV00000001", "PAY00000001", ledger.account.number, "--output", str(tmp_path))
    assert {path.suffix for path in tmp_path.iterdir()} == {".pdf"}
    assert len(list(tmp_path.iterdir())) == 3
    archive = tmp_path / "all.zip"
    run_command("printout", "INV00000001", "--format", "html", "--output", str(archive))
    assert zipfile.ZipFile(archive).namelist() == ["invoice-INV00000001.html", "results.csv"]


def test_the_command_sends_a_document_to_several_and_says_who_gets_no_mail(ledger, run_command):
    number, nobody = ledger.invoice(100, on="04/05").number, "nobody@example.com"
    suppress_address(address=nobody, reason=SuppressionReason.BOUNCED, actor="test")
    sent = ("communicate", number, "--to", "ana@example.com", "--to", nobody)
    looked = run_command(*sent, "--dry-run").stdout
    assert looked.splitlines()[0].startswith("ana@example.com: Invoice INV")
    assert f"{nobody} gets no mail" in looked
    assert not Message.objects.exists()
    assert run_command(*sent).stdout == looked
    assert [row.recipient for row in Message.objects.all()] == ["ana@example.com"]
    run_command("communicate", ledger.account.number, "--to", "ana@example.com", "--kind", "generic")
    assert Message.objects.get(kind="generic").about == ledger.account.number


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Deutschland", "Überweisung", "Ausbuchung")),
        ("it", ("Germania", "Bonifico", "Stralcio")),
        ("el", ("Γερμανία", "Τραπεζικό έμβασμα", "Διαγραφή")),
    ],
)
def test_what_a_company_begins_with_is_said_in_the_language_of_the_document(ledger, language, words):
    Customer.objects.update(country="DE")
    invoice = ledger.invoice(100, on="04/05")
    rows = [ledger.payment(40, on="05/05"), ledger.credit_note(10, on="05/05"), ledger.write_off(invoice, on="06/05")]
    said = ""
    for printable in printables_of([row.id for row in rows], language=language):
        said += print_document(printable, form=FileFormat.HTML, actor="test").content.decode()
    for word in words:
        assert word in said
    for word in ("Germany", "Bank transfer", "Write-off", "write-off"):
        assert f">{word}<" not in said
        assert f": {word}" not in said


def test_whatever_a_company_begins_with_has_words_in_every_language(company):
    ready = [*PAYMENT_METHODS, *REFUND_METHODS, *CREDIT_REASONS, ("write-off", "Write-off")]
    for _, name, *_ in ready:
        assert set(ready_names(name)) == {f"name_{language}" for language in LANGUAGES if language != "en"}, name


def test_a_companys_own_names_stay_in_every_language(ledger):
    payment = ledger.payment(40, on="05/05")
    method = Transaction.objects.get(pk=payment.id).payment_method
    save_entry(model=PaymentMethod, ident=method.pk, values={"name": "PostFinance"}, actor="test")
    [document] = documents(payment, language="de")
    assert document.facts["method"] == "PostFinance"
    save_entry(model=PaymentMethod, ident=method.pk, values={"name_de": "Postkonto"}, actor="test")
    said = [documents(payment, language=language)[0].facts["method"] for language in ("de", "it")]
    assert said == ["Postkonto", "PostFinance"]


def test_a_product_is_called_in_the_customers_language_unless_somebody_described_it(ledger):
    [product] = create_products(
        new=[
            {"code": "access", "name": "Access", "name_it": "Accesso", "unit_amount": Decimal(100), "currency": "eur"}
        ],
        actor="test",
    )
    items = (
        NewItem(product_id=product.pk, unit_amount=Decimal(100)),
        NewItem(product_id=product.pk, unit_amount=Decimal(100), description="Access, May"),
    )
    [document] = documents(ledger.invoice(items=items, on="04/05"), language="it")
    assert [line.description for line in document.lines] == ["Accesso", "Access, May"]


def test_a_statement_says_what_a_line_is_once(ledger):
    ledger.invoice(100, on="04/05")
    statement = statement_printable(
        ledger.account, start=date(2026, 1, 1), end=date(2026, 5, 31), today=date(2026, 5, 31), language="de"
    )
    [entry] = statement.document.entries
    assert entry.description == ""
