"""What is printed and sent of a transaction says what holds now; what was given before stays as it was."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.documents.pdf_text import text_of

from subledger.accounts.models import Customer
from subledger.companies.entries import save_entry
from subledger.documents.errors import EInvoiceIncomplete
from subledger.documents.models import Copy, Letterhead
from subledger.documents.services import print_document
from subledger.documents.values import FileFormat
from subledger.messages.errors import TakenBack
from subledger.messages.models import MessageAttachment
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.transactions.models import Transaction
from subledger.transactions.pages.position import paper_of
from subledger.transactions.printouts import printables_of
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.services.bulk_kinds import Act, Many, candidates


@pytest.fixture
def books(ledger):
    values = {"iban": "DE89 3704 0044 0532 0130 00", "vat_number": "DE129273398", "country": "DE"}
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=values, actor="test")
    Customer.objects.update(country="DE", city="Kiel", email="ana@example.com")
    return ledger


def printed(row, form=FileFormat.PDF):
    [printable] = printables_of([row.id])
    return print_document(printable, form=form, actor="test").content


def test_paper_electronic_invoice_and_mail_say_what_is_due_by_now(books):
    invoice = books.invoice(119, on="04/05")
    payment = books.payment(119, on="05/05", to=[invoice])
    settled = text_of(printed(invoice))
    assert "Paid or set off" in settled
    assert "How to pay" not in settled
    assert b">119.00</cbc:PrepaidAmount>" in printed(invoice, FileFormat.UBL)
    books.cancel(payment, on="06/05")
    draft = drafted(Wish(of="invoice", object_id=invoice.id))
    assert "Payment of €119.00 is due by" in draft.written.body
    [attached] = draft.files
    assert "Paid or set off" not in text_of(attached.content)
    assert "How to pay" in text_of(attached.content)
    assert b">119.00</cbc:PayableAmount>" in printed(invoice, FileFormat.UBL)
    assert Copy.objects.filter(format="pdf").count() == 1  # who looks keeps none
    communicate(wish=Wish(of="invoice", object_id=invoice.id), expected_digest=draft.written.digest, actor="test")
    assert bytes(Copy.objects.filter(format="pdf").latest("edition").file.content) == attached.content


def test_what_a_credit_note_takes_off_is_taken_off_once(books):
    """119.00, of which 30.00 are paid and 47.60 credited: of the invoice alone 89.00 are to be paid (BT-115), and the
    credit note is 47.60 of its own; on paper, which is what its reader goes by, 41.40."""
    invoice = books.invoice(119, on="04/05")
    books.payment(30, on="05/05", to=[invoice])
    note = books.credit_note("47.60", on="06/05", to=[invoice])
    told = printed(invoice, FileFormat.UBL)
    assert b'">30.00</cbc:PrepaidAmount>' in told
    assert b'">89.00</cbc:PayableAmount>' in told
    assert b"TotalPrepaidAmount>30.00<" in printed(invoice, FileFormat.CII)
    assert b"DuePayableAmount>89.00<" in printed(invoice, FileFormat.CII)
    assert b'">47.60</cbc:PayableAmount>' in printed(note, FileFormat.UBL)
    paper = " ".join(text_of(printed(invoice)).split())
    assert "Paid or set off -€30.00 Credit notes -€47.60 Amount due €41.40" in paper.replace("\N{MINUS SIGN}", "-")


def test_an_invoice_that_was_credited_whole_was_paid_by_nobody(books):
    invoice = books.invoice(119, on="04/05")
    books.credit_note(119, on="06/05", to=[invoice])
    told = printed(invoice, FileFormat.UBL)
    assert b"PrepaidAmount" not in told
    assert b'">119.00</cbc:PayableAmount>' in told
    assert "How to pay" not in text_of(printed(invoice))


def test_what_is_printed_of_a_cancelled_invoice_bears_the_mark_and_asks_for_nothing(books):
    invoice = books.invoice(119, on="04/05")
    first = printed(invoice)
    assert "How to pay" in text_of(first)
    books.cancel(invoice, on="06/05")
    now = text_of(printed(invoice))
    assert "CANCELLED" in now
    assert not any(words in now for words in ("How to pay", "Amount due", "Due date"))
    for form in (FileFormat.HTML, FileFormat.RTF, FileFormat.CSV):
        assert b"CANCELLED" in printed(invoice, form)
    with pytest.raises(EInvoiceIncomplete, match="cancelled"):
        printed(invoice, FileFormat.UBL)
    kept = Copy.objects.filter(format="pdf").order_by("edition")
    assert [bytes(one.file.content) == first for one in kept] == [True, False]


def test_of_what_was_taken_back_its_cancellation_is_sent(books):
    invoice, payment = books.invoice(119, on="04/05"), books.payment(50, on="04/05")
    for row, of in ((invoice, "invoice"), (payment, "payment")):
        made = books.cancel(row, on="06/05")
        with pytest.raises(TakenBack, match=f"Send {of} cancellation [A-Z]{{3}}0+[0-9]+ instead"):
            communicate(wish=Wish(of=of, object_id=row.id), actor="test")
        sent = communicate(wish=Wish(of=f"{of}_cancellation", object_id=made.id), actor="test")
        assert Transaction.objects.get(pk=row.id).number in sent.body
        assert MessageAttachment.objects.filter(message=sent).count() == 1


def test_a_write_off_can_be_sent(books):
    invoice = books.invoice(119, on="04/05")
    books.payment(19, on="05/05", to=[invoice])
    before = text_of(printed(invoice))
    made = books.write_off(invoice, on="06/05")
    assert text_of(printed(invoice)) == before, "what is written off is owed still"
    assert b">100.00</cbc:PayableAmount>" in printed(invoice, FileFormat.UBL)
    row = Transaction.objects.get(pk=invoice.id)
    with connection.cursor() as cursor:
        found = candidates(Act.SEND, Many(transactions=[row.public_id], amounts=[], kinds=["invoice"]))
        cursor.execute(found.sql, found.params)
        assert [reason for *_, reason, _ in cursor.fetchall()] == ["written_off"]
    assert "INV00000001" in communicate(wish=Wish(of="write_off", object_id=made.id), actor="test").body


def test_sending_many_leaves_out_what_is_cancelled(books):
    invoice = books.invoice(119, on="04/05")
    books.cancel(invoice, on="06/05")
    row = Transaction.objects.get(pk=invoice.id)
    said = Many(transactions=[row.public_id], amounts=[], kinds=["invoice"])
    found = candidates(Act.SEND, said)
    with connection.cursor() as cursor:
        cursor.execute(found.sql, found.params)
        assert [reason for *_, reason, _ in cursor.fetchall()] == ["cancelled"]


def test_a_receipt_says_what_of_it_is_not_applied_and_its_rows_add_up(books):
    invoice = books.invoice(119, on="04/05")
    payment = books.payment(200, on="05/05", to=[invoice])
    assert "Not applied yet" in text_of(printed(payment))
    rows = printed(payment, FileFormat.CSV).decode().splitlines()[1:]
    assert [line.rpartition(",")[2] for line in rows] == ["119.00", "81.00"]


def test_the_page_names_whom_the_paper_names(books):
    invoice = books.invoice(119, on="04/05")
    printed(invoice)
    Customer.objects.update(name="Renamed GmbH")
    assert "Renamed GmbH" not in paper_of(transaction_by_id(invoice.id)).html
