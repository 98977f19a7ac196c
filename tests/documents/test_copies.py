"""What was printed is kept as it was: the same bytes again, whatever changed meanwhile, and never changed itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.db import DatabaseError
from django.db.transaction import atomic
from tests.documents.pdf_text import text_of
from tests.documents.samples import SELLER, eur, invoice, receipt, statement
from tests.factories import refused_by

from subledger.documents.brands import Brand
from subledger.documents.kinds import kinds
from subledger.documents.models import Copy, CopyKind, PrintedFile
from subledger.documents.services import Printable, print_document, renew_copy
from subledger.documents.values import FileFormat

RECORD = "txn_0000000000042"


def printed(document, *, form=FileFormat.PDF, brand=None, **options):
    return print_document(Printable(RECORD, document, brand or Brand()), form=form, actor="test", **options).content


def renewed(document):
    return bytes(renew_copy(Printable(RECORD, document, Brand()), actor="test").file.content)


def test_an_invoice_printed_again_is_the_copy_whatever_changed(company):
    first = printed(invoice())
    moved = invoice(seller=replace(SELLER, address=["Elsewhere 1"]), notes=["Another closing."])
    assert printed(moved, brand=Brand(accent="#aa0000")) == first
    [copy] = Copy.objects.select_related("file")
    assert (copy.kind_id, copy.record, copy.number, copy.language, copy.edition) == (
        "invoice", RECORD, "INV00000042", "en", 1,
    )  # fmt: skip
    assert copy.file.sha256 == hashlib.sha256(first).hexdigest()
    assert bytes(copy.file.content) == first


def test_copies_are_of_the_kinds_that_rooms_declare(company):
    assert set(CopyKind.objects.values_list("name", flat=True)) == set(kinds())
    printed(invoice())
    [values] = Copy.objects.values()
    with refused_by("documents_copy_kind_c20c0114_fk_documents_copykind_name"):
        Copy.objects.create(**values | {"id": values["id"] + 1, "kind_id": "toy_slip"})


def test_a_kind_of_copies_is_never_deleted(company):
    with refused_by("documents_copykind_append_only"):
        CopyKind.objects.filter(name="invoice").delete()


def test_printing_anew_makes_another_edition_and_keeps_the_first(company):
    first = printed(invoice())
    second = renewed(invoice(seller=replace(SELLER, address=["Elsewhere 1"])))
    assert "Elsewhere 1" in text_of(second)
    assert printed(invoice()) == second
    assert [bytes(one.file.content) for one in Copy.objects.order_by("edition")] == [first, second]


def test_printing_anew_what_says_the_same_is_no_edition(company):
    printed(invoice())
    renewed(invoice())
    assert Copy.objects.count() == 1


def test_an_invoice_has_an_edition_for_each_thing_it_says_of_money_and_state(company):
    whole = invoice().totals
    first = printed(invoice(totals=replace(whole, payable=whole.total)))
    moved = replace(SELLER, address=["Elsewhere 1"])
    paid = printed(invoice(totals=replace(whole, payable=eur(0)), seller=moved))
    assert "Paid or set off" in text_of(paid)
    assert "Elsewhere 1" not in text_of(paid)
    assert printed(invoice(totals=replace(whole, payable=whole.total))) == first
    cancelled = text_of(printed(invoice(is_cancelled=True)))
    assert "CANCELLED" in cancelled
    assert "How to pay" not in cancelled
    assert [one.edition for one in Copy.objects.order_by("id")] == [1, 2, 3]


def test_what_was_printed_anew_names_every_later_edition(company):
    whole = invoice().totals
    printed(invoice(totals=replace(whole, payable=whole.total)))
    renewed(invoice(totals=replace(whole, payable=eur(0)), seller=replace(SELLER, address=["Elsewhere 1"])))
    again = printed(invoice(totals=replace(whole, payable=whole.total)))
    assert "Elsewhere 1" in text_of(again)


@pytest.mark.parametrize("form", [FileFormat.HTML, FileFormat.CSV, FileFormat.RTF, FileFormat.XLSX, FileFormat.PDF])
def test_every_format_names_whom_the_first_copy_names(company, form):
    printed(invoice(seller=replace(SELLER, name="Before GmbH")))
    content = printed(invoice(seller=replace(SELLER, name="After GmbH")), form=form)
    assert b"After GmbH" not in content
    if form in (FileFormat.HTML, FileFormat.RTF):
        assert b"Before GmbH" in content


def test_what_an_electronic_invoice_lacked_can_be_filled_in_after_printing(company):
    printed(invoice(seller=replace(SELLER, vat_number="")))
    assert b"DE129273398" in printed(invoice(), form=FileFormat.UBL)


def test_a_receipt_is_printed_anew_when_it_says_something_else(company):
    first = printed(receipt())
    assert printed(receipt(seller=replace(SELLER, name="Renamed"))) == first
    changed = printed(receipt(references=()))
    assert changed != first
    assert printed(receipt()) == first
    assert Copy.objects.count() == 2


def test_each_language_has_its_copy_and_each_span_of_a_statement(company):
    printed(statement())
    printed(statement(language="de"))
    printed(statement(14))
    printed(statement())
    assert Copy.objects.count() == 3


def test_drafts_and_other_formats_are_not_kept(company):
    printed(invoice(is_draft=True, number=""))
    printed(invoice(), form=FileFormat.XLSX)
    assert not Copy.objects.exists()


@pytest.mark.parametrize(
    ("model", "change"), [(Copy, {"number": "INV00000099"}), (PrintedFile, {"content": b"%PDF-1.7 forged"})]
)
def test_the_database_refuses_to_change_or_delete_what_was_printed(company, model, change):
    printed(invoice())
    for deed in (lambda: model.objects.update(**change), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), atomic():
            deed()


def test_the_database_refuses_bytes_that_are_not_those_of_their_digest(company):
    with pytest.raises(DatabaseError, match="printed_file_sha256"), atomic():
        PrintedFile.objects.create(company=company, sha256="0" * 64, content=b"something else")


def test_the_same_bytes_are_stored_once(company):
    printed(invoice())
    print_document(Printable("txn_0000000000043", invoice(), Brand()), actor="test")
    assert (Copy.objects.count(), PrintedFile.objects.count()) == (2, 1)
