"""Mail has its document with it: made by the template's choice, kept as it went out, and downloaded from its page."""

from __future__ import annotations

import pytest
from tests.documents.pdf_text import text_of
from tests.messages.conftest import ADDRESS, address_of, send
from tests.pages.conftest import member, seat

from subledger.companies.entries import save_entry
from subledger.documents.models import Copy
from subledger.messages.errors import AttachmentInvalid
from subledger.messages.kinds import kinds
from subledger.messages.models import MessageTemplate
from subledger.messages.services import delivery
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.page_kit.url_ids import page_url
from subledger.transactions.printouts import printables_of

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def invoice(ledger):
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="01/06").id


@pytest.fixture
def desk(company):
    return seat(member(company, "administrator"))


def template(kind: str = "invoice", language: str = "en", **values):
    row = MessageTemplate.objects.get(kind=kind, language=language)
    return save_entry(model=MessageTemplate, ident=row.pk, values=values, actor="test")


def attached(mail) -> list[tuple[str, str, bytes]]:
    return [(one.get_filename(), one.get_content_type(), one.get_content()) for one in mail.iter_attachments()]


def test_the_mail_server_gets_the_invoice_as_it_is_kept_and_the_page_gives_it_again(invoice, post_office, desk):
    made = send(invoice)
    assert delivery.deliver()[0]["sent"] == 1
    [mail] = post_office.got
    [(name, kind, content)] = attached(mail)
    assert (mail["To"], name, kind) == (ADDRESS, "invoice-INV00000001.pdf", "application/pdf")
    assert "INV00000001" in text_of(content)
    assert bytes(Copy.objects.select_related("file").get().file.content) == content
    page = desk.get(page_url("message", made.pk)).content.decode()
    url = page_url("message_file", made.pk, 1)
    assert url in page
    assert desk.get(url).content == content


def test_the_document_is_in_the_language_of_the_message(invoice, ledger, post_office):
    address_of(ledger, language="de")
    send(invoice)
    delivery.deliver()
    [[(_, _, content)]] = [attached(mail) for mail in post_office.got]
    assert "Rechnung" in text_of(content)


def test_a_template_says_what_is_attached_and_whoever_sends_it_may_leave_it_out(invoice, ledger):
    template(attachment="none")
    assert drafted(Wish(of="invoice", object_id=invoice)).files == ()
    assert [one.name for one in drafted(Wish(of="invoice", object_id=invoice, attaches=True)).files] == [
        "invoice-INV00000001.pdf"
    ]
    template(attachment="pdf")
    assert drafted(Wish(of="invoice", object_id=invoice, attaches=False)).files == ()


def test_electronic_invoices_are_attached_or_refused_in_words(invoice, ledger, post_office):
    from tests.transactions.test_einvoices import ready

    from subledger.documents.errors import EInvoiceIncomplete

    template(attachment="ubl")
    with pytest.raises(EInvoiceIncomplete, match="VAT number is missing"):
        send(invoice)
    ready(ledger)
    address_of(ledger)
    send(invoice)
    delivery.deliver()
    [[(name, kind, content)]] = [attached(mail) for mail in post_office.got]
    assert (name, kind) == ("invoice-INV00000001-ubl.xml", "application/xml")
    assert b"UBLVersionID" not in content
    assert b"INV00000001" in content


@pytest.mark.parametrize(("kind", "attachment"), [("generic", "pdf"), ("payment_receipt", "ubl"), ("statement", "cii")])
def test_a_template_attaches_only_what_its_kind_has(company, kind, attachment):
    with pytest.raises(AttachmentInvalid) as refused:
        template(kind, attachment=attachment)
    assert refused.value.param == "/attachment"


def test_every_document_that_is_told_of_is_attached_by_the_standard_templates(ledger, invoice, post_office):
    payment, credit = ledger.payment(140, on="05/05").id, ledger.credit_note(10, on="05/05").id
    refund = ledger.refund(50, on="06/05").id
    for of, ident in (
        ("payment", payment),
        ("credit_note", credit),
        ("refund", refund),
        ("account", ledger.account.pk),
    ):
        kind = "statement" if of == "account" else ""
        communicate(wish=Wish(of=of, object_id=ident, kind=kind), actor="test")
    delivery.deliver()
    numbers = [printables_of([one])[0].document.number for one in (payment, credit, refund)]
    found = [attached(mail)[0] for mail in post_office.got]
    for (_, _, content), number in zip(found, [*numbers, ledger.account.number], strict=True):
        assert number in text_of(content)
    assert {kind.name for kind in kinds().values() if kind.attachments} == {
        "invoice", "credit_note", "payment_receipt", "refund", "statement", "pay_link", "payment_reminder",
        "pay_link_reminder", "invoice_cancellation", "payment_cancellation", "write_off",
    }  # fmt: skip


def test_a_statement_says_its_movements_in_the_customers_language(ledger, invoice):
    address_of(ledger, language="de")
    ledger.payment(40, on="05/05")
    made = communicate(wish=Wish(of="account", object_id=ledger.account.pk, kind="statement"), actor="test")
    assert made.body.splitlines()[4:6] == [
        "4. Mai 2026 · Rechnung INV00000001 · 100,00 € · Saldo 100,00 €",
        "5. Mai 2026 · Zahlungsbeleg PAY00000001 · -40,00 € · Saldo 60,00 €",
    ]
