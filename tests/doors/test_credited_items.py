"""Items of credit notes name what they credit: alike by API, page and file, and never beyond what was invoiced."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from tests.doors.conftest import said
from tests.factories import refused_by

from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products
from subledger.companies.entries import save_entry
from subledger.kernel.errors import TransitionNotAllowed
from subledger.transactions.errors import CreditedItemInvalid
from subledger.transactions.item_credits import credited_items
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import Posted

ITEMS = (
    NewItem(unit_amount=Decimal(33_33), tax_percent=Decimal(19), description="Basic"),
    NewItem(unit_amount=Decimal(66_66), tax_percent=Decimal(19), description="Support", metadata={"serial": "S-1"}),
)


@pytest.fixture
def invoice(doors):
    return doors.ledger.invoice(items=ITEMS, back_office_code="R-1")


def by_api(doors, invoice, *, state="posted", **item) -> dict:
    one = {"credits_item": {"invoice": Transaction(id=invoice.id).public_id, "position": 2}, **item}
    body = {"account": doors.ledger.account.public_id, "state": state, "items": [one]}
    return doors.api.request("POST", "credit_notes", body).json()


def row(number="N-1", **cells) -> dict:
    item = {"unit_price": "", "credits_item": "R-1:2"}
    return {"account": "A1", "number": number, "posted_on": "2026-05-20", **item, **cells}


def crediting_form(doors, invoice) -> dict[str, str]:
    """The form that "Credit this invoice" opens, as a browser would send it back."""
    page = doors.page.get(reverse("backoffice:transaction", args=[invoice.id])).content.decode()
    found = re.search(r'href="([^"]+over=all)"', page)
    assert found, "the invoice offers to be credited"
    text = doors.page.get(found[1].replace("&amp;", "&")).content.decode()
    typed = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1].startswith("items-") and "__prefix__" not in name[1] and "DELETE" not in name[1]:
            typed[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select name="(items-\d+-\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', body)
        typed[name] = chosen[1] if chosen else ""
    kind = re.search(r'<select name="type"[^>]*>.*?value="(\d+)"', text, re.DOTALL)
    return {**typed, "type": kind[1] if kind else "", "then": "post"}


def credited(invoice, position=2) -> tuple[int, int]:
    return tuple(credited_items([invoice.id])[ItemRef(invoice.id, position)].credited)


def test_every_door_credits_an_item(doors, invoice):
    told = by_api(doors, invoice, unit_amount=10_00)
    assert told["items"][0]["credits_item"] == {"invoice": Transaction(id=invoice.id).public_id, "position": 2}
    assert (told["items"][0]["description"], told["items"][0]["tax_amount"]) == ("Support", 1_90)
    report = doors.file("credit-notes", [row(unit_price="20")])
    assert report.rejections == []
    assert credited(invoice) == (30_00, 5_70)
    form = crediting_form(doors, invoice)
    assert [form["items-0-price"], form["items-1-price"]] == ["39.66", "43.63"]
    assert doors.send("transaction_new", form, doors.ledger.account.pk, "credit_note").status_code == 302
    assert credited(invoice, 1) == (33_33, 6_33)
    assert credited(invoice) == (66_66, 12_67)
    assert doors.ledger.balance() == 0


def test_without_a_price_all_that_is_left_is_credited_by_api_and_file(doors, invoice):
    by_api(doors, invoice, unit_amount=10_00)
    told = by_api(doors, invoice)
    assert (told["net_amount"], told["tax_amount"]) == (56_66, 10_77)
    report = doors.file("credit-notes", [row(credits_item="R-1:1")])
    assert report.rejections == []
    assert credited(invoice, 1) == (33_33, 6_33)
    assert doors.file("credit-notes", [row(credits_item="R-1:1")]).unchanged == 1


def test_an_item_of_a_product_is_credited_with_its_product_and_tax_rate_in_use_or_not(doors):
    rate = TaxRate.objects.get(code="standard")
    [cable] = create_products(new=[{"code": "cable", "name": "Cable", "tax_rate": rate}], actor="test")
    sold = NewItem(unit_amount=Decimal(10_00), tax_percent=rate.percent, tax_rate_id=rate.pk, product_id=cable.pk)
    invoice = doors.ledger.invoice(items=(sold,), back_office_code="R-2")
    ref = {"invoice": Transaction(id=invoice.id).public_id, "position": 1}
    told = by_api(doors, invoice, credits_item=ref, unit_amount=4_00)["items"][0]
    assert (told["product"], told["tax_rate"]) == (cable.public_id, rate.public_id)
    save_entry(model=Product, ident=cable.pk, values={"is_active": False}, actor="test")
    assert doors.file("credit-notes", [row(credits_item="R-2:1", unit_price="2")]).rejections == []
    by_api(doors, invoice, credits_item=ref)
    assert credited(invoice, 1) == (10_00, 1_90)
    refused = by_api(doors, invoice, credits_item=ref, product=Product.objects.get(code="write-off").public_id)
    assert refused["code"] == "credited_above_invoiced", "another product of the company may be named"


def test_beyond_what_is_left_every_door_refuses_alike(doors, invoice):
    by_api(doors, invoice, unit_amount=50_00)
    words = (
        "Item 1 credits 20.00 EUR and 3.80 EUR tax of item 2 of invoice INV00000001: 16.66 EUR and 3.17 EUR tax of "
        "it are left to credit. Credit that or less."
    )
    refused = by_api(doors, invoice, unit_amount=20_00)
    assert (refused["code"], refused["param"]) == ("credited_above_invoiced", "/items/0/credits_item")
    assert refused["detail"] == words
    report = doors.file("credit-notes", [row(unit_price="20")])
    assert [one.reason for one in report.rejections] == [words]
    form = crediting_form(doors, invoice) | {"items-0-price": "20", "items-0-price_is": "unit"}
    form |= {"items-0-credits": form["items-1-credits"], "items-1-DELETE": "on"}
    answer = doors.send("transaction_new", form, doors.ledger.account.pk, "credit_note")
    assert answer.status_code in (409, 422)
    assert words.replace("Item 1", "Line 1") in said(answer)
    assert credited(invoice) == (50_00, 9_50)


def test_a_file_names_an_item_there_is(doors, invoice):
    for named in ("R-1", "R-9:1", "R-1:0", "R-1:x", ":1"):
        report = doors.file("credit-notes", [row(credits_item=named, unit_price="1")])
        assert [(one.code, one.column) for one in report.rejections] == [("credited_item_unknown", "credits_item")]
    report = doors.file("credit-notes", [row(credits_item="R-1:3", unit_price="1")])
    assert [one.code for one in report.rejections] == ["credited_item_invalid"]


def test_invoices_credit_no_items(doors, invoice):
    item = {"credits_item": {"invoice": Transaction(id=invoice.id).public_id, "position": 1}, "unit_amount": 1}
    body = {"account": doors.ledger.account.public_id, "items": [item]}
    assert doors.api.request("POST", "invoices", body).json()["param"] == "/items/0/credits_item"
    named = NewItem(unit_amount=Decimal(1), credits=ItemRef(invoice.id, 1))
    with pytest.raises(CreditedItemInvalid, match="stands in no credit note"):
        doors.ledger.invoice(items=(named,))


def test_a_credited_invoice_is_not_cancelled_and_its_rest_is_credited(doors, invoice):
    note = by_api(doors, invoice, unit_amount=50_00)
    answer = doors.api.request("POST", f"invoices/{Transaction(id=invoice.id).public_id}/cancel", {}).json()
    assert answer["code"] == "invoice_credited"
    assert note["number"] in answer["detail"]
    with refused_by("credited_stays"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transactions_transaction DISABLE TRIGGER transaction_stays")
        cursor.execute("UPDATE transactions_transaction SET state = 'cancelled' WHERE id = %s", [invoice.id])


def test_a_credit_note_has_no_cancellation_and_gives_no_room_back(doors, invoice):
    note = by_api(doors, invoice, unit_amount=50_00)
    assert doors.api.request("POST", f"credit_notes/{note['id']}/cancel", {}).status_code in (404, 405)
    posted = Transaction.objects.get(number=note["number"])
    with pytest.raises(TransitionNotAllowed):
        doors.ledger.cancel(Posted(posted.pk, posted.number, "credit_note", posted.account_id, posted.amount_minor))
    answer = doors.page.post(reverse("backoffice:transaction_action", args=[posted.pk, "cancel"]), {"then": "post"})
    assert answer.status_code in (404, 409)
    opposite = doors.ledger.invoice(items=(NewItem(unit_amount=Decimal(50_00), description="Support after all"),))
    assert opposite is not None
    assert credited(invoice) == (50_00, 9_50)


def test_a_draft_takes_no_room_and_is_checked_when_it_is_posted(doors, invoice):
    draft = by_api(doors, invoice, state="draft", unit_amount=50_00)
    assert credited(invoice) == (0, 0)
    by_api(doors, invoice, unit_amount=30_00)
    refused = doors.api.request("POST", f"credit_notes/{draft['id']}/post", {}).json()
    assert refused["code"] == "credited_above_invoiced"
    changed = doors.api.request(
        "PATCH",
        f"credit_notes/{draft['id']}",
        {"items": [{"credits_item": {"invoice": Transaction(id=invoice.id).public_id, "position": 2}}]},
    ).json()
    assert changed["amount"] == 43_63
    assert doors.api.request("POST", f"credit_notes/{draft['id']}/post", {}).json()["state"] == "posted"
    assert credited(invoice) == (66_66, 12_67)


def test_a_draft_is_edited_on_the_page_with_what_it_credits_and_its_metadata(doors, invoice):
    draft = by_api(doors, invoice, state="draft", unit_amount=50_00, metadata={"serial": "S-9"})
    item = TransactionItem.objects.get(transaction__state="draft")
    url = reverse("backoffice:transaction_edit", args=[item.transaction_id])
    text = doors.page.get(url).content.decode()
    assert f'value="{Transaction(id=invoice.id).public_id}:2"' in text
    typed = {
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-quantity": "1", "items-0-price": "40",
        "items-0-price_is": "unit", "items-0-description": "Support", "items-0-place": "1",
        "items-0-credits": f"{Transaction(id=invoice.id).public_id}:2",
        "type": Transaction.objects.get(pk=item.transaction_id).type_id, "then": "draft",
    }  # fmt: skip
    assert doors.page.post(url, typed).status_code == 302
    again = doors.api.request("GET", f"credit_notes/{draft['id']}").json()["items"][0]
    assert (again["net_amount"], again["metadata"], again["credits_item"]["position"]) == (40_00, {"serial": "S-9"}, 2)


def test_metadata_of_items_comes_from_files(doors):
    one = {**row("R-7", unit_price="5", description="Router", **{"meta:serial": "S-7"})}
    del one["credits_item"]
    assert doors.file("invoices", [one]).rejections == []
    assert TransactionItem.objects.get().metadata == {"serial": "S-7"}
    assert doors.file("invoices", [one]).unchanged == 1
    report = doors.file("invoices", [{**one, "meta:serial": "S-8"}])
    assert [(e.code, e.column) for e in report.rejections] == [("already_differs", "meta:serial")]
    refused = doors.file("invoices", [{**one, "number": "R-8", "meta:serial": "4242 4242 4242 4242"}])
    assert len(refused.rejections) == 1
    assert TransactionItem.objects.count() == 1


def test_metadata_of_items_is_kept_shown_and_holds_no_card_number(doors, invoice):
    page = said(doors.page.get(reverse("backoffice:transaction", args=[invoice.id])))
    assert "serial: S-1" in page
    cancelled = doors.ledger.cancel(invoice)
    assert TransactionItem.objects.get(transaction_id=cancelled.id, position=2).metadata == {"serial": "S-1"}
    body = {"description": "x", "unit_amount": 1, "metadata": {"card": "4242424242424242"}}
    refused = doors.api.request("POST", "invoices", {"account": doors.ledger.account.public_id, "items": [body]}).json()
    assert "card" in refused["detail"]
    assert refused["param"].startswith("/items/0/metadata")


@pytest.mark.parametrize(
    "change",
    [
        "net_minor = net_minor + 1, sub_total_minor = sub_total_minor + 1",
        "tax_minor = tax_minor + 1, sub_total_minor = sub_total_minor + 1",
        "tax_minor = tax_minor - 1, sub_total_minor = sub_total_minor - 1",
        "credits_position = 3",
        "credits_id = 1",
    ],
)
def test_the_database_holds_it_whoever_writes(doors, invoice, change):
    by_api(doors, invoice, state="draft")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE transactions_transactionitem SET {change}"
            " WHERE transaction_id IN (SELECT id FROM transactions_transaction WHERE state = 'draft')"
        )
    draft = Transaction.objects.get(state="draft")
    with refused_by("credited_within"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE transactions_transaction SET state = 'posted', posted_on = issued_on, posted_at = now(),"
            " number = 'X1', base_minor = amount_minor WHERE id = %s",
            [draft.pk],
        )
