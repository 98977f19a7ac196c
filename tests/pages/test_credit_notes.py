"""The form of a credit note: items of an invoice listed with what is left of them, credited whole, in part or not."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from decimal import Decimal as D

import pytest
from django.urls import reverse
from tests.pages.test_documents import enter as enter
from tests.pages.test_documents import made, type_of
from tests.pages.test_figures import line_of, plain
from tests.pages.test_figures import work_out as work_out

from subledger.kernel.ids import encode
from subledger.transactions.item_credits import credited_items, invoices_left
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.printouts import printables_of
from subledger.transactions.rules.items import ItemRef, NewItem


@pytest.fixture
def invoice(ledger):
    """Five chairs of 20.00 less 10 %, and a delivery of 10.00; 19 % on both."""
    chairs = NewItem(
        quantity=Decimal(5), unit_amount=Decimal(20_00), discount_percent=Decimal(10), tax_percent=Decimal(19),
        description="Chairs",
    )  # fmt: skip
    return ledger.invoice(
        items=(chairs, NewItem(unit_amount=Decimal(10_00), tax_percent=Decimal(19), description="Delivery"))
    )


def crediting(invoice, *lines: dict[str, object]) -> dict[str, object]:
    """Lines as the form sends them; each credits the item of its place."""
    typed: dict[str, object] = {"items-TOTAL_FORMS": len(lines), "items-INITIAL_FORMS": 0}
    for at, line in enumerate(lines):
        given = {"credits": f"{encode('txn', invoice.id)}:{at + 1}", "quantity": "1", "price_is": "sub_total", **line}
        typed |= {f"items-{at}-{name}": value for name, value in given.items()}
    return typed


def inputs_of(content: str) -> dict[str, str]:
    """The inputs of lines by name, with what they have."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", content):
        name, value = re.search(r'name="(items-\d[^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def test_the_items_of_the_invoice_that_is_chosen_are_listed_with_what_is_left(desk, ledger, invoice):
    ledger.credit_note(items=(NewItem(quantity=Decimal(2), sub_total_minor=42_84, credits=ItemRef(invoice.id, 1)),))
    url = reverse("backoffice:transaction_new", args=[ledger.account.pk, "credit_note"])
    offered = plain(desk.get(url).content.decode())
    assert "76.16 left" in offered
    typed = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-quantity": "1", "items-0-price_is": "unit"}
    asked = {**typed, "list_items": "1", "credit_of": encode("txn", invoice.id), "note": "Sent back"}
    content = desk.post(url, asked).content.decode()
    inputs = inputs_of(content)
    assert (inputs["items-0-price"], inputs["items-0-quantity"]) == ("64.26", "3")
    assert (inputs["items-1-price"], inputs["items-1-quantity"]) == ("11.90", "1")
    assert "items-2-price" not in inputs, "the line that said nothing is gone"
    text = plain(content)
    assert "Chairs Item 1 of INV00000001 · 19 % tax" in text
    assert "64.26 54.00 + 10.26 tax 3 of 5 left" in text
    assert "Sent back" in content
    assert re.search(rf'value="{encode("txn", invoice.id)}"[^>]* checked', content), "it is meant for that invoice"
    again = desk.post(url, {**asked, **crediting(invoice, {"price": "1"}, {"price": "2"})}).content.decode()
    assert inputs_of(again)["items-0-price"] == "1", "what was typed stays, and no item is listed twice"
    assert "items-2-price" not in inputs_of(again)


def test_all_of_an_item_goes_with_its_quantity_and_discount(enter, invoice):
    made(enter("credit_note", crediting(invoice, {"price": "107.10", "quantity": "5"}, {"price": ""})))
    [item] = TransactionItem.objects.filter(transaction__classification="credit_note")
    assert (item.quantity, item.net_minor, item.discount_minor, item.tax_minor) == (5, 100_00, 10_00, 17_10)
    assert (item.description, item.credits_position) == ("Chairs", 1)


def test_a_part_of_an_item_has_no_discount(enter, invoice):
    made(enter("credit_note", crediting(invoice, {"price": "42.84", "quantity": "2"})))
    [item] = TransactionItem.objects.filter(transaction__classification="credit_note")
    assert (item.quantity, item.net_minor, item.discount_minor, item.tax_minor) == (2, 36_00, 0, 6_84)


@pytest.mark.parametrize(
    ("amount", "quantity", "price", "printed"),
    [("36.58", "3", (D("1.5"), D("1998.7")), ("1.5", "19.987")), ("36.57", "3", (1, 29_98), ("1", "29.98")),
     ("36.58", "2", (2, 14_99), ("2", "14.99"))],
)  # fmt: skip
def test_an_amount_typed_for_a_part_is_printed_with_a_quantity_and_price_that_lead_to_it(
    enter, desk, ledger, amount, quantity, price, printed
):
    item = NewItem(quantity=D(3), unit_amount=D(19_99), tax_percent=D(22), description="Pane")
    invoice = ledger.invoice(items=(item,))
    made(enter("credit_note", crediting(invoice, {"price": amount, "quantity": quantity})))
    [row] = TransactionItem.objects.filter(transaction__classification="credit_note")
    assert (row.quantity, row.unit_price) == price
    [line] = printables_of([row.transaction_id])[0].document.lines
    assert (line.quantity, line.unit_amount) == price
    assert row.net_minor == 29_98


def test_a_price_that_was_kept_with_all_its_decimals_is_told_by_those_that_lead_back_to_it(ledger):
    row = TransactionItem(quantity=D(3), unit_amount=D("999.333333333333"), net_minor=29_98)
    assert row.unit_price == D("999.3")
    row = TransactionItem(quantity=D(3), unit_amount=D("999.3334"), net_minor=29_98)
    assert row.unit_price == D("999.3334")


def test_an_item_without_an_amount_is_not_credited(desk, enter, invoice):
    refused = enter("credit_note", crediting(invoice, {"price": ""}))
    assert refused.status_code == 422
    assert not Transaction.objects.filter(classification="credit_note").exists()


def test_a_draft_over_all_is_cut_down_to_a_part(desk, enter, ledger, invoice):
    draft = made(enter("credit_note", crediting(invoice, {"price": "107.10", "quantity": "5"}), then="draft"))
    url = reverse("backoffice:transaction_edit", args=[draft.pk])
    typed = inputs_of(desk.get(url).content.decode())
    assert (typed["items-0-price"], typed["items-0-discount"]) == ("107.10", "10.00")
    kept = {name: value for name, value in typed.items() if "DELETE" not in name and "counted" not in name}
    cut = {**kept, "items-0-price": "21.42", "items-0-quantity": "1", "items-0-price_is": "sub_total"}
    answer = desk.post(url, {**cut, "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "type": type_of("credit_note"),
                             "then": "draft"})  # fmt: skip
    assert answer.status_code == 302
    [item] = TransactionItem.objects.filter(transaction=draft)
    assert (item.net_minor, item.discount_minor, item.tax_minor, item.quantity) == (18_00, 0, 3_42, 1)


def test_a_quantity_is_worked_out_as_an_amount(work_out, invoice):
    lines = {"price": "107.10", "quantity": "2", "counted": "5"}, {"price": "11.90", "counted": "1"}
    content = work_out("credit_note", crediting(invoice, *lines))
    assert inputs_of(content)["items-0-price"] == "42.84"
    assert [line_of(content, at) for at in (0, 1)] == ["42.84", "11.90"]
    assert plain(content).startswith("Net 46.00 Tax 19 % 8.74 Total 54.74")
    typed = {"price": "5", "quantity": "2", "counted": "2"}, {"price": ""}
    content = work_out("credit_note", crediting(invoice, *typed))
    assert "items-0-price" not in inputs_of(content), "an amount that was typed stays"
    assert "Total 5.00" in plain(content)
    assert "without a price" not in plain(content)


def test_more_than_is_there_counts_as_all_that_is_left(ledger, invoice):
    ledger.credit_note(items=(NewItem(sub_total_minor=42_84, credits=ItemRef(invoice.id, 1)),))
    item = credited_items([invoice.id])[ItemRef(invoice.id, 1)]
    assert [item.part(Decimal(n)) for n in (1, 2, 3, 9)] == [21_42, 42_84, 64_26, 64_26]
    assert item.quantity_left == 3


def test_an_invoice_of_which_nothing_is_left_is_not_offered(desk, ledger, invoice):
    other = ledger.invoice(7)
    ledger.credit_note(items=tuple(NewItem(credits=ItemRef(invoice.id, at)) for at in (1, 2)))
    assert [(one.id, one.left_minor) for one in invoices_left(ledger.account.pk)] == [(other.id, 7_00)]


def test_the_page_of_a_note_says_which_item_each_line_credits(desk, ledger, invoice):
    note = ledger.credit_note(items=(NewItem(credits=ItemRef(invoice.id, 2)),))
    page = plain(desk.get(reverse("backoffice:transaction", args=[note.id])).content.decode())
    assert "Item 2 of INV00000001" in page
