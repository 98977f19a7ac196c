"""Attached files by page and by program, and along with a message."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.attachments.test_rules import PDF
from tests.doors.conftest import Doors, doors, said
from tests.messages.conftest import address_of, wish_of

from subledger.attachments.models import Attachment
from subledger.attachments.services import attach
from subledger.config.web.routes import route_of
from subledger.messages.models import MessageAttachment
from subledger.messages.services.outbox import communicate, drafted
from subledger.transactions.models import Transaction

__all__ = ["doors"]


def upload(name: str = "contract.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_attached_shown_handed_out_and_removed_on_pages(desk, ledger):
    invoice = ledger.invoice(10)
    for of, ident, page in (
        (
            "customer",
            ledger.account.customer.public_id,
            reverse("backoffice:customer", args=[ledger.account.customer_id]),
        ),
        ("account", ledger.account.public_id, reverse("backoffice:account", args=[ledger.account.pk])),
        ("transaction", Transaction(pk=invoice.id).public_id, reverse("backoffice:transaction", args=[invoice.id])),
    ):
        address = reverse("backoffice:attachment_new", args=[of, ident])
        assert address in desk.get(page).content.decode()
        assert desk.post(address, {"file": upload(), "note": "Signed"}).url == page
        row = Attachment.objects.get(object_type=of)
        shown = said(desk.get(page))
        assert "contract.pdf" in shown
        assert "Signed" in shown
        assert "File attached" in shown
        got = desk.get(reverse("backoffice:attachment_file", args=[row.pk]))
        assert got.content == PDF
        assert got["Content-Disposition"] == 'attachment; filename="contract.pdf"'
        assert (got["X-Content-Type-Options"], got["Cache-Control"]) == ("nosniff", "no-store")
        assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
        remove = reverse("backoffice:attachment_remove", args=[row.pk])
        assert "This cannot be undone" in said(desk.get(remove))
        assert desk.post(remove).url == page
        assert desk.get(reverse("backoffice:attachment_file", args=[row.pk])).status_code == 404


def test_what_is_not_taken_is_told_beside_its_box(desk, ledger):
    address = reverse("backoffice:attachment_new", args=["account", ledger.account.public_id])
    refused = desk.post(address, {"file": upload("page.html", b"<html>")})
    assert (refused.status_code, refused.refusal_code) == (422, "attachment_refused")
    assert list(refused.context["form"].errors) == ["file"]
    assert desk.get(reverse("backoffice:attachment_new", args=["account", "acc_0000000000001"])).status_code == 404
    assert desk.get(reverse("backoffice:attachment_new", args=["cookie", "acc_0000000000001"])).status_code == 404


def test_only_who_may_attaches_and_removes(sit, ledger):
    row = attach(of="account", object_id=ledger.account.pk, name="a.pdf", content=PDF, actor="ann")
    reader, page = sit("auditor"), reverse("backoffice:account", args=[ledger.account.pk])
    shown = said(reader.get(page))
    assert "a.pdf" in shown
    assert "Attach a file" not in shown
    assert reader.get(reverse("backoffice:attachment_file", args=[row.pk])).status_code == 200
    assert reader.post(reverse("backoffice:attachment_remove", args=[row.pk])).status_code == 403
    assert sit("agent").post(reverse("backoffice:attachment_remove", args=[row.pk])).status_code == 403


def test_programs_attach_list_fetch_and_remove(doors: Doors):
    account = doors.ledger.account.public_id
    body = {"about": account, "name": "contract.pdf", "file": b64encode(PDF).decode(), "note": "Signed"}
    made = doors.api.post("attachments", body)
    assert (made["object"], made["about"], made["media_type"], made["size"]) == (
        "attachment", account, "application/pdf", len(PDF),
    )  # fmt: skip
    assert [one["id"] for one in doors.api.get(f"attachments?about={account}")["data"]] == [made["id"]]
    assert doors.api.get(f"attachments?about={doors.ledger.account.customer.public_id}")["data"] == []
    got: Any = doors.api.request("GET", f"attachments/{made['id']}/file")
    assert got.content == PDF
    assert "attachment" in got["Content-Disposition"]
    assert got["Cache-Control"] == "no-store"
    doors.api.request("DELETE", f"attachments/{made['id']}")
    doors.api.get(f"attachments/{made['id']}", expect=404)
    for wrong, code, param in (
        ({"file": "?"}, "attachment_refused", "/file"),
        ({"name": "contract.png"}, "attachment_refused", "/file"),
        ({"about": "nothing"}, "invalid_request", "/about"),
        ({"about": "msg_0000000000001"}, "not_found", "/about"),
        ({"about": "acc_0000000000001"}, "not_found", None),
        ({"note": "4242424242424242"}, "card_number_refused", "/note"),
    ):
        refused = doors.api.request("POST", "attachments", {**body, **wrong}).json()
        assert (refused["code"], refused.get("param") if param else None) == (code, param), wrong


def test_a_large_file_is_let_in_where_files_go_and_nowhere_else(settings):
    settings.ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024
    api = route_of("POST", "/api/v1/attachments")
    page = route_of("POST", "/files/new/account/acc_0000000000001/")
    assert (api.upload_permission, page.upload_permission) == ("attachments.add", "attachments.add")
    assert 10 * 1024 * 1024 < page.upload_limit < 12 * 1024 * 1024
    assert 13 * 1024 * 1024 < api.upload_limit < 15 * 1024 * 1024


def test_a_file_goes_along_with_a_message_and_stays_with_it(ledger):
    address_of(ledger)
    invoice = ledger.invoice(10).id
    on_invoice = attach(of="transaction", object_id=invoice, name="proof.pdf", content=PDF, actor="ann")
    on_account = attach(of="account", object_id=ledger.account.pk, name="terms.txt", content=b"Terms", actor="ann")
    idents = (on_account.pk, on_invoice.pk)
    plain, more = drafted(wish_of(invoice)), drafted(wish_of(invoice, attachments=idents))
    assert more.written.files == (*plain.written.files, "terms.txt", "proof.pdf")
    assert more.written.digest != plain.written.digest
    made = communicate(wish=wish_of(invoice, attachments=idents, attaches=False), actor="test")
    kept = MessageAttachment.objects.filter(message=made).order_by("position").select_related("file")
    assert [(one.name, bytes(one.file.content)) for one in kept] == [("terms.txt", b"Terms"), ("proof.pdf", PDF)]


def test_a_file_of_another_record_does_not_go_along(doors: Doors):
    address_of(doors.ledger)
    elsewhere = doors.ledger.open("Ben")
    row = attach(of="account", object_id=elsewhere.pk, name="a.pdf", content=PDF, actor="ann")
    invoice = Transaction(pk=doors.ledger.invoice(10).id).public_id
    body = {"attachments": [row.public_id]}
    refused = doors.api.post(f"invoices/{invoice}/communicate", body, expect=404)
    assert (refused["code"], refused["param"]) == ("not_found", "/attachments")


@pytest.mark.wide
def test_whoever_sends_a_message_ticks_the_files(desk, ledger):
    address_of(ledger)
    invoice = ledger.invoice(10).id
    address = reverse("backoffice:message_new", args=["invoice", Transaction(pk=invoice).public_id])
    assert "Files to go along" not in said(desk.get(address))
    row = attach(of="account", object_id=ledger.account.pk, name="terms.txt", content=b"Terms", actor="ann")
    opened = desk.get(address)
    assert "terms.txt" in said(opened)
    typed = {"template": opened.context["form"].initial["template"], "recipient": "ana@example.com",
             "attachments": [row.pk], "reviewed": opened.context["reviewed"]}  # fmt: skip
    shown = desk.post(address, typed)
    assert "This is what will be sent now" in said(shown)
    assert desk.post(address, {**typed, "reviewed": shown.context["reviewed"]}).status_code == 302
    assert MessageAttachment.objects.filter(name="terms.txt").exists()
