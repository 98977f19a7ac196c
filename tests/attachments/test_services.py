"""Files are attached, kept as they are, and removed unless they are evidence."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from django.db import connection
from tests.attachments.test_rules import PDF, PNG
from tests.factories import Ledger, make_company, refused_by

from subledger.attachments import services
from subledger.attachments.errors import FileIsEvidence, FileRefused, TooManyFiles
from subledger.attachments.models import Attachment
from subledger.attachments.queries import attachment_by_id, attachments_of, content_of
from subledger.attachments.services import attach, remove_attachment
from subledger.journal.services import close_period
from subledger.kernel.cards import CardNumberRefused
from subledger.kernel.errors import DomainError, NotFound
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event
from subledger.platform.scope import company_scope


def put(
    ledger: Ledger, *, of: str = "account", ident: int = 0, name: str = "a.pdf", content: bytes = PDF
) -> Attachment:
    return attach(of=of, object_id=ident or ledger.account.pk, name=name, content=content, note="The note", actor="ann")


def test_a_file_is_kept_as_it_is_and_told_of(ledger: Ledger):
    row = put(ledger)
    kept = attachment_by_id(row.pk)
    assert (content_of(kept), kept.size, kept.sha256) == (PDF, len(PDF), sha256(PDF).hexdigest())
    assert (kept.name, kept.media_type, kept.note, kept.added_by) == ("a.pdf", "application/pdf", "The note", "ann")
    [told] = Event.objects.filter(type="attachment.added")
    assert (told.object_type, told.object_id) == ("account", ledger.account.pk)
    assert told.data == {
        "attachment": row.public_id, "file": "a.pdf", "bytes": len(PDF), "sha256": kept.sha256, "note": "The note",
    }  # fmt: skip


def test_lists_leave_the_bytes_where_they_are(ledger: Ledger):
    put(ledger)
    [row] = attachments_of([ledger.account.pk])
    assert row.get_deferred_fields() == {"content"}


def test_a_file_that_is_removed_leaves_its_name_and_no_bytes(ledger: Ledger):
    row = put(ledger)
    remove_attachment(attachment_id=row.pk, actor="bob")
    left = Attachment.ever.get(pk=row.pk)
    assert (bytes(left.content), left.removed_by, left.sha256) == (b"", "bob", row.sha256)
    [told] = Event.objects.filter(type="attachment.removed")
    assert (told.actor, told.data["file"]) == ("bob", "a.pdf")
    for attempt in (attachment_by_id, lambda ident: remove_attachment(attachment_id=ident, actor="bob")):
        with pytest.raises(NotFound):
            attempt(row.pk)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", PDF + bytes(1024), "MiB, and 0 are the most"),
        ("...", PDF, "1 to 200 characters"),
        (f"{'x' * 200}.pdf", PDF, "1 to 200 characters"),
        ("a.png", PDF, r"by its content it is PDF\. Let its name end in \.pdf"),
        ("a.html", b"<html>", "Files of this kind are not taken"),
    ],
)
def test_what_is_not_taken_says_what_is(ledger: Ledger, settings, name: str, content: bytes, says: str):
    settings.ATTACHMENT_LIMIT_BYTES = 1024
    with pytest.raises(FileRefused, match=says):
        put(ledger, name=name, content=content)
    assert not Attachment.ever.exists()


def test_no_name_and_no_note_has_a_card_number(ledger: Ledger):
    with pytest.raises(CardNumberRefused):
        put(ledger, name="4242 4242 4242 4242.pdf")
    with pytest.raises(CardNumberRefused):
        attach(of="account", object_id=ledger.account.pk, name="a.pdf", content=PDF, note="4242424242424242", actor="a")
    with pytest.raises(FileRefused, match="note is too long"):
        attach(of="account", object_id=ledger.account.pk, name="a.pdf", content=PDF, note="x" * 1001, actor="a")


def test_a_record_has_a_bounded_number_of_them(ledger: Ledger, monkeypatch):
    monkeypatch.setattr(services, "MOST", 2)
    first = put(ledger)
    put(ledger, name="b.png", content=PNG)
    with pytest.raises(TooManyFiles, match="2 files"):
        put(ledger)
    put(ledger, of="customer", ident=ledger.account.customer_id)
    remove_attachment(attachment_id=first.pk, actor="bob")
    put(ledger)


def test_closing_makes_the_files_of_a_transaction_evidence(ledger: Ledger):
    invoice = ledger.invoice(10, on="04/04")
    late = ledger.invoice(10, on="04/05")
    row, other = put(ledger, of="transaction", ident=invoice.id), put(ledger, of="transaction", ident=late.id)
    free = put(ledger, of="transaction", ident=invoice.id)
    remove_attachment(attachment_id=free.pk, actor="bob")
    close_period(through=date(2026, 4, 30), actor="bob")
    with pytest.raises(FileIsEvidence, match=r"posted on 2026-04-04, and the books are closed through 2026-04-30"):
        remove_attachment(attachment_id=row.pk, actor="bob")
    remove_attachment(attachment_id=other.pk, actor="bob")
    put(ledger, of="transaction", ident=invoice.id, name="newer.pdf")


def test_what_is_not_there_gets_none(ledger: Ledger):
    for of, ident in (("account", 1), ("cookie", 1), ("transaction", ledger.account.pk)):
        with pytest.raises(NotFound):
            put(ledger, of=of, ident=ident)


def test_another_companys_are_not_there(ledger: Ledger):
    row = put(ledger)
    with company_scope(make_company().pk):
        assert list(attachments_of([ledger.account.pk])) == []
        for attempt in (
            lambda: attachment_by_id(row.pk),
            lambda: remove_attachment(attachment_id=row.pk, actor="bob"),
            lambda: put(ledger),
        ):
            with pytest.raises(NotFound):
                attempt()


class Refused(DomainError):
    code = "refused"


def test_who_may_not_see_a_record_sees_none_of_its_files(ledger: Ledger):
    row, other = put(ledger), put(ledger, of="customer", ident=ledger.account.customer_id)
    with calling(Caller("key", frozenset({"view:customers"}), Refused)):
        assert attachment_by_id(other.pk) == other
        with pytest.raises(NotFound):
            attachment_by_id(row.pk)
        for attempt in (lambda: put(ledger), lambda: remove_attachment(attachment_id=other.pk, actor="key")):
            with pytest.raises(Refused):
                attempt()


@pytest.mark.parametrize(
    "change", ["name = 'b.pdf'", "content = ''", "removed_at = now(), content = 'x'", "object_id = 1", "note = ''"]
)
def test_the_database_lets_none_be_changed(ledger: Ledger, change: str):
    row = put(ledger)
    guard = "attachment_sha256" if "removed_at" in change else "attachment_stays"
    with refused_by(guard), connection.cursor() as cursor:
        cursor.execute(f"UPDATE attachments_attachment SET {change} WHERE id = %s", [row.pk])


def test_the_database_lets_none_be_deleted_or_come_back(ledger: Ledger):
    row = put(ledger)
    with refused_by("attachments_attachment_append_only"):
        row.delete()
    remove_attachment(attachment_id=row.pk, actor="bob")
    with refused_by("attachment_stays"):
        Attachment.ever.filter(pk=row.pk).update(removed_at=None)
    with refused_by("attachment_sha256"):
        Attachment.objects.create(
            company_id=row.company_id, object_type="account", object_id=1, name="a", media_type="x/y", size=1,
            sha256="0" * 64, content=b"x", added_at=row.added_at, added_by="x",
        )  # fmt: skip
