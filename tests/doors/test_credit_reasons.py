"""Reasons of credit notes: five for every company and its own, said alike by API, page and file."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from tests.doors.conftest import said
from tests.factories import refused_by

from subledger.accounts.errors import NotInUse
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.platform.models import Event
from subledger.transactions.models import CreditReason, Transaction, TransactionType
from subledger.transactions.reports.activity import credit_reasons

FIVE = ["duplicate", "fraudulent", "order_change", "other", "product_unsatisfactory"]


def reason(code: str) -> CreditReason:
    return CreditReason.objects.get(code=code)


def by_api(doors, *, state="posted", **fields) -> dict:
    items = [{"description": "Cable", "unit_amount": 10_00}]
    body = {"account": doors.ledger.account.public_id, "state": state, "items": items, **fields}
    return doors.api.request("POST", "credit_notes", body).json()


def by_page(doors, **fields):
    typed = {
        "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-description": "Cable", "items-0-quantity": "1",
        "items-0-price": "10", "items-0-price_is": "unit", "then": "post",
        "type": TransactionType.objects.get(classification="credit_note", is_default=True).pk, **fields,
    }  # fmt: skip
    return doors.send("transaction_new", typed, doors.ledger.account.pk, "credit_note")


def row(number="N-1", **cells) -> dict:
    given = {"account": "A1", "number": number, "posted_on": "2026-05-20", "unit_price": "10", "description": "Cable"}
    return {**given, **cells}


def out_of_use(code: str) -> None:
    save_entry(model=CreditReason, ident=reason(code).pk, values={"is_active": False}, actor="test")


def test_every_company_begins_with_the_five(company):
    assert sorted(CreditReason.objects.values_list("code", flat=True)) == FIVE


def test_every_door_says_the_reason(doors):
    duplicate = reason("duplicate")
    told = by_api(doors, reason=duplicate.public_id)
    assert told["reason"] == duplicate.public_id
    assert by_page(doors, credit_reason=duplicate.pk).status_code == 302
    for number, text in (("N-1", "duplicate"), ("N-2", "Duplicate")):
        report = doors.file("credit-notes", [row(number, reason=text)])
        assert (report.rejections, report.created) == ([], 1)
    assert [n.credit_reason.code for n in Transaction.objects.select_related("credit_reason")] == ["duplicate"] * 4


def test_none_is_needed(doors):
    assert by_api(doors)["reason"] is None
    assert by_page(doors).status_code == 302
    assert doors.file("credit-notes", [row()]).created == 1
    assert set(Transaction.objects.values_list("credit_reason", flat=True)) == {None}


def test_one_out_of_use_is_refused_at_every_door(doors):
    out_of_use("other")
    refused = by_api(doors, reason=reason("other").public_id)
    assert (refused["code"], refused["param"]) == ("not_in_use", "/reason")
    assert refused["detail"] == (
        "The reason 'Other' is not in use. Choose another, or put it in use again under Configuration."
    )
    assert by_page(doors, credit_reason=reason("other").pk).status_code == 422
    report = doors.file("credit-notes", [row(reason="other")])
    assert [(one.code, one.column) for one in report.rejections] == [("entry_unknown", "reason")]
    assert "duplicate, fraudulent, order_change, product_unsatisfactory" in report.rejections[0].reason
    assert not Transaction.objects.exists()


def test_a_draft_whose_reason_went_out_of_use_is_not_posted(doors):
    draft = by_api(doors, state="draft", reason=reason("other").public_id)
    out_of_use("other")
    refused = doors.api.request("POST", f"credit_notes/{draft['id']}/post", {}).json()
    assert (refused["code"], refused["param"]) == ("not_in_use", "/reason")
    changed = doors.api.request("PATCH", f"credit_notes/{draft['id']}", {"reason": reason("duplicate").public_id})
    assert changed.json()["reason"] == reason("duplicate").public_id
    assert doors.api.request("POST", f"credit_notes/{draft['id']}/post", {}).json()["state"] == "posted"
    assert Transaction.objects.get().credit_reason == reason("duplicate")


def test_an_unknown_one_and_one_on_something_else_are_refused(doors):
    refused = by_api(doors, reason="crs_0000000000001")
    assert (refused["code"], refused["param"]) == ("not_found", "/reason")
    body = {"account": doors.ledger.account.public_id, "amount": 1, "reason": reason("other").public_id}
    assert doors.api.request("POST", "payments", body).status_code == 422
    out_of_use("other")
    with pytest.raises(NotInUse, match="'Other'"):
        doors.ledger.credit_note(10, credit_reason_id=reason("other").pk)


def test_the_database_holds_it_whoever_writes(doors):
    invoice = doors.ledger.invoice(10)
    with refused_by("transaction_credit_reason"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transactions_transaction DISABLE TRIGGER transaction_stays")
        cursor.execute(
            "UPDATE transactions_transaction SET credit_reason_id = %s WHERE id = %s",
            [reason("other").pk, invoice.id],
        )
    draft = by_api(doors, state="draft")
    with refused_by("credit_reason_is_own"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE transactions_transaction SET credit_reason_id = 1, state = 'posted', posted_on = issued_on,"
            " posted_at = now(), number = 'X1', base_minor = amount_minor WHERE number IS NULL",
        )
    assert doors.api.request("GET", f"credit_notes/{draft['id']}").json()["reason"] is None


def test_the_five_keep_their_codes_and_own_ones_do_not(company):
    with pytest.raises(ConfigurationInvalid, match="keeps its code 'order_change'") as refusal:
        save_entry(model=CreditReason, ident=reason("order_change").pk, values={"code": "swap"}, actor="test")
    assert refusal.value.param == "/code"
    renamed = save_entry(model=CreditReason, ident=reason("other").pk, values={"name": "Goodwill"}, actor="test")
    assert (renamed.code, renamed.name) == ("other", "Goodwill")
    own = save_entry(model=CreditReason, ident=None, values={"code": "late", "name": "Late"}, actor="test")
    assert save_entry(model=CreditReason, ident=own.pk, values={"code": "too_late"}, actor="test").code == "too_late"


def test_lists_are_narrowed_by_it(doors):
    ours = by_api(doors, reason=reason("duplicate").public_id)
    by_api(doors)
    found = doors.api.request("GET", f"credit_notes?reason={reason('duplicate').public_id}&expand[]=reason").json()
    assert [one["id"] for one in found["data"]] == [ours["id"]]
    assert found["data"][0]["reason"]["code"] == "duplicate"
    page = said(doors.page.get(reverse("backoffice:transactions"), {"reason": reason("duplicate").public_id}))
    assert (ours["number"] in page, "CRN00000002" in page) == (True, False)


def test_the_page_of_a_note_and_its_timeline_say_it(doors):
    note = doors.ledger.credit_note(10, credit_reason_id=reason("fraudulent").pk, issue_reason="Card stolen")
    assert Event.objects.get(type="credit_note.posted").data["reason"] == "Fraudulent"
    page = " ".join(said(doors.page.get(reverse("backoffice:transaction", args=[note.id]))).split())
    assert "ReasonFraudulent" in page
    assert "ExplanationCard stolen" in page
    assert "Reason: Fraudulent" in page, "the timeline tells it"


def test_a_file_that_says_another_reason_is_told(doors):
    assert doors.file("credit-notes", [row(reason="duplicate")]).created == 1
    assert doors.file("credit-notes", [row(reason="duplicate")]).unchanged == 1
    assert doors.file("credit-notes", [row()]).unchanged == 1
    report = doors.file("credit-notes", [row(reason="other")])
    assert [(one.code, one.column) for one in report.rejections] == [("already_differs", "reason")]
    assert "duplicate" in report.rejections[0].reason


def test_rows_of_one_note_agree_on_it(doors):
    report = doors.file("credit-notes", [row(reason="duplicate"), row(reason="other")])
    assert [one.code for one in report.rejections] == ["document_rejected", "document_inconsistent"]


def test_what_was_credited_is_reported_by_reason(doors):
    for amount, code in ((30, "duplicate"), (20, "duplicate"), (5, "other")):
        doors.ledger.credit_note(amount, credit_reason_id=reason(code).pk)
    doors.ledger.credit_note(7)
    posted = Transaction.objects.values_list("posted_on", flat=True)
    table = credit_reasons(start=min(posted), end=max(posted))
    assert [row[:4] for row in table.rows] == [
        ("Duplicate", "eur", 2, 50_00),
        ("No reason given", "eur", 1, 7_00),
        ("Other", "eur", 1, 5_00),
    ]
    assert table.totals == [(None, "eur", None, 62_00, 0, 62_00)]
