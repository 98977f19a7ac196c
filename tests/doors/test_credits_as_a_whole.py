"""A credit note that names no item is for its invoices as a whole: it takes its share of each of their items, alike by
every door, and counts in what is left of them."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from tests.doors.conftest import said
from tests.factories import refused_by
from tests.pages.test_gateways import text_of

from subledger.catalog.models import TaxRate
from subledger.transactions.item_credits import credited_items, invoices_left
from subledger.transactions.models import CreditShare, Transaction, TransactionType
from subledger.transactions.rules.items import ItemRef, NewItem

TAXED = {"tax_percent": Decimal(19)}
ITEMS = tuple(
    NewItem(unit_amount=Decimal(minor), description=f"Part {minor}", **TAXED) for minor in (33_33, 33_33, 33_34)
)


@pytest.fixture
def invoice(doors):
    """118.99, and paid."""
    invoice = doors.ledger.invoice(items=ITEMS, back_office_code="R-1")
    doors.ledger.payment(Decimal("118.99"), to=[invoice])
    return invoice


def by_api(doors, invoice, minor: int, *, state: str = "posted", **more) -> dict:
    public = Transaction(id=invoice.id).public_id
    items = [{"description": "Goodwill", "unit_amount": minor, "tax_rate": TaxRate.objects.get(percent=19).public_id}]
    body = {"account": doors.ledger.account.public_id, "state": state, "items": items, "allocate_to": [public], **more}
    return doors.api.request("POST", "credit_notes", body).json()


def by_page(doors, invoice, amount: str) -> object:
    kind = TransactionType.objects.get(classification="credit_note", is_default=True).pk
    typed = {
        "type": kind, "then": "post", "intended": [Transaction(id=invoice.id).public_id],
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0,
        "items-0-description": "Goodwill", "items-0-quantity": "1", "items-0-price": amount,
        "items-0-price_is": "unit", "items-0-tax_rate": "",
    }  # fmt: skip
    return doors.send("transaction_new", typed, doors.ledger.account.pk, "credit_note")


def named(invoice, minor: int) -> dict:
    """The first of its items."""
    return {"credits_item": {"invoice": Transaction(id=invoice.id).public_id, "position": 1}, "unit_amount": minor}


def credited(invoice) -> list[tuple[int, int]]:
    return [tuple(one.credited) for one in credited_items([invoice.id]).values()]


HALF = [(16_67, 3_17), (16_66, 3_17), (16_67, 3_16)]
ALL = [(33_33, 6_33), (33_33, 6_33), (33_34, 6_33)]


def test_it_is_spread_and_the_rest_is_what_is_left(doors, invoice):
    by_api(doors, invoice, 50_00)
    assert credited(invoice) == HALF
    assert [one.left_minor for one in invoices_left(doors.ledger.account.pk)] == [59_49]
    refused = by_api(
        doors, invoice, 0, allocate_to=[],
        items=[named(invoice, 20_00)],
    )  # fmt: skip
    assert refused["code"] == "credited_above_invoiced"
    assert "16.66 EUR and 3.16 EUR tax of it are left to credit" in refused["detail"]
    page = doors.page.get(reverse("backoffice:transaction", args=[invoice.id]))
    assert "19.84" in page.content.decode(), "what is credited of an item stands on its invoice"


def test_two_for_the_whole_of_a_paid_invoice_credit_its_items_once(doors, invoice):
    """The second is for no item any more: nothing is left of them, neither for it nor for whoever names one."""
    first, second = by_api(doors, invoice, 99_99 + 1), by_api(doors, invoice, 99_99 + 1)
    assert (first["amount"], second["amount"]) == (119_00, 119_00)
    assert credited(invoice) == ALL
    assert CreditShare.objects.filter(transaction__number=second["number"]).count() == 0
    ident = Transaction.objects.get(number=first["number"]).pk
    page = text_of(doors.page.get(reverse("backoffice:transaction", args=[ident])))
    assert "What it credits" in page
    assert f"Item 3 of {invoice.number} 39.67" in page
    assert '">' not in page, "a link is no text of a title"
    assert "Of no item: more than is left of them 0.01" in page
    ident = Transaction.objects.get(number=second["number"]).pk
    page = text_of(doors.page.get(reverse("backoffice:transaction", args=[ident])))
    assert "Of no item: more than is left of them 119.00" in page
    assert invoices_left(doors.ledger.account.pk) == []
    refused = by_api(
        doors, invoice, 0, allocate_to=[],
        items=[named(invoice, 1)],
    )  # fmt: skip
    assert refused["code"] == "credited_above_invoiced"


def test_every_door_spreads_alike(doors, invoice):
    answer = by_page(doors, invoice, "10")
    assert answer.status_code == 302, said(answer)
    assert [net for net, _ in credited(invoice)] == [3_33, 3_33, 3_34]
    draft = by_api(doors, invoice, 10_00, state="draft")
    assert sum(net for net, _ in credited(invoice)) == 10_00, "a draft takes no room"
    doors.api.request("POST", f"credit_notes/{draft['id']}/post", {})
    assert sum(net for net, _ in credited(invoice)) == 20_00
    assert sum(tax for _, tax in credited(invoice)) == 1_90


def test_under_fifo_and_for_several_in_the_order_of_the_list(doors, invoice):
    second = doors.ledger.invoice(items=ITEMS[2:])
    both = [Transaction(id=one.id).public_id for one in (second, invoice)]
    by_api(doors, invoice, 1, allocate_to=both)
    assert [share.invoice_id for share in CreditShare.objects.all()] == [second.id], "the first of equals"
    by_api(doors, invoice, 200_00, allocate_to=both)
    assert credited(invoice) == ALL
    assert credited(second) == ALL[2:]


def test_of_one_that_names_an_item_the_others_are_spread(doors, invoice):
    """Of what is left once that item is credited: 32.33, 33.33 and 33.34."""
    items = [named(invoice, 1_00), {"description": "Goodwill", "unit_amount": 5_00}]
    note = by_api(doors, invoice, 0, items=items)
    assert [net for net, _ in credited(invoice)] == [1_00 + 1_63, 1_68, 1_69]
    ident = Transaction.objects.get(number=note["number"]).pk
    page = text_of(doors.page.get(reverse("backoffice:transaction", args=[ident])))
    assert "What its other items credit" in page
    assert f"Item 3 of {invoice.number} 1.69" in page
    assert "Of no item" not in page


def in_part_by_file(doors, invoice, other):
    line = {"number": "N-1", "account": "A1", "posted_on": "2026-05-05", "allocate_to": "R-1"}
    doors.file("credit-notes", [
        {**line, "credits_item": f"{other.number}:1", "unit_price": "10", "description": "", "tax_rate": ""},
        {**line, "credits_item": "", "unit_price": "50", "description": "Goodwill", "tax_rate": "19"},
    ])  # fmt: skip


def in_part_by_api(doors, invoice, other):
    rate = TaxRate.objects.get(percent=19).public_id
    by_api(doors, invoice, 0, items=[
        named(other, 10_00), {"description": "Goodwill", "unit_amount": 50_00, "tax_rate": rate}
    ])  # fmt: skip


@pytest.mark.parametrize("brought", [in_part_by_api, in_part_by_file])
def test_one_that_names_an_item_of_another_is_asked_about_with_the_rest(doors, brought):
    invoice = doors.ledger.invoice(items=ITEMS, back_office_code="R-1", on="04/05")
    other = doors.ledger.invoice(items=ITEMS, back_office_code="R-2", on="04/05")
    brought(doors, invoice, other)
    note = Transaction.objects.get(classification="credit_note")
    public = Transaction(id=invoice.id).public_id
    asked = doors.api.post(f"invoices/{public}/cancel", {}, expect=409)
    assert asked["code"] == "invoice_credited_twice"
    assert f"by {note.number} (59.50 EUR of it)" in asked["detail"]
    page = doors.page.get(reverse("backoffice:transaction_action", args=[invoice.id, "cancel"]))
    assert "(59.50 EUR of it)" in text_of(page)


NOTES = {
    "api": lambda doors, invoice: by_api(doors, invoice, 50_00),
    "page": lambda doors, invoice: by_page(doors, invoice, "59.50"),
    "file": lambda doors, invoice: doors.file(
        "credit-notes",
        [{"number": "N-1", "account": "A1", "posted_on": "2026-05-05", "description": "Goodwill", "unit_price": "50",
          "tax_rate": "19", "allocate_to": "R-1"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("brought", NOTES)
def test_cancelling_its_invoice_asks_wherever_the_note_came_from(doors, brought):
    invoice = doors.ledger.invoice(items=ITEMS, back_office_code="R-1", on="04/05")
    NOTES[brought](doors, invoice)
    note = Transaction.objects.get(classification="credit_note")
    body, public = {}, Transaction(id=invoice.id).public_id
    asked = doors.api.post(f"invoices/{public}/cancel", body, expect=409)
    assert asked["code"] == "invoice_credited_twice"
    assert f"by {note.number} (59.50 EUR of it)" in asked["detail"]
    assert "credit what is left of it, 59.49 EUR, instead" in asked["detail"]
    assert "Repeat it with confirm_credited" in asked["detail"]
    done = doors.api.post(f"invoices/{public}/cancel", {"confirm_credited": True})
    assert (done["state"], doors.ledger.balance()) == ("cancelled", Decimal("-59.50"))


def test_the_page_of_the_cancellation_shows_the_question_before_anything_is_sent(doors):
    invoice = doors.ledger.invoice(items=ITEMS)
    by_api(doors, invoice, 50_00)
    kind = TransactionType.objects.get(classification="invoice_cancellation", is_default=True).pk
    page = doors.page.get(reverse("backoffice:transaction_action", args=[invoice.id, "cancel"]))
    assert '<input type="checkbox" name="confirm_credited"' in page.content.decode()
    assert "(59.50 EUR of it)" in text_of(page)
    refused = doors.send("transaction_action", {"type": kind}, invoice.id, "cancel")
    assert refused.status_code == 409
    assert Transaction.objects.get(pk=invoice.id).state == "posted"
    done = doors.send("transaction_action", {"type": kind, "confirm_credited": "on"}, invoice.id, "cancel")
    assert done.status_code == 302, said(done)
    assert (Transaction.objects.get(pk=invoice.id).state, doors.ledger.balance()) == ("cancelled", Decimal("-59.50"))


@pytest.mark.parametrize(("position", "net", "tax"), [(1, 33_34, 0), (1, 0, 6_34), (1, -1, 0), (4, 1, 0)])
def test_the_database_holds_it_whoever_writes(doors, invoice, position, net, tax):
    note = by_api(doors, invoice, 1, allocate_to=[])
    posted = Transaction.objects.get(number=note["number"])
    with refused_by("credited_within"):
        CreditShare.objects.create(
            transaction=posted, invoice_id=invoice.id, position=position, net_minor=net, tax_minor=tax
        )
    with refused_by("transactions_creditshare_append_only"), connection.cursor() as cursor:
        cursor.execute("UPDATE transactions_creditshare SET net_minor = 0")


def test_what_names_no_item_of_notes_of_before_is_spread_by_the_next_migration(doors, invoice):
    other = doors.ledger.invoice(items=ITEMS)
    in_part_by_api(doors, invoice, other)
    by_api(doors, other, 1_00)
    now = credited(invoice), credited(other)
    whole = Transaction.objects.get(classification="credit_note", intended_ids=[invoice.id])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transactions_creditshare DISABLE TRIGGER transactions_creditshare_append_only")
        cursor.execute("DELETE FROM transactions_creditshare WHERE transaction_id = %s", [whole.pk])
        cursor.execute("ALTER TABLE transactions_creditshare ENABLE TRIGGER transactions_creditshare_append_only")
    assert (credited(invoice), credited(other)) == ([(0, 0)] * 3, now[1])
    for _ in range(2):
        with connection.schema_editor() as editor:
            import_module("subledger.transactions.migrations.0022_shares_of_items_of_before").spread(apps, editor)
        assert (credited(invoice), credited(other)) == now


def test_notes_of_before_are_spread_by_the_migration(doors, invoice):
    for minor in (50_00, 30_00):
        by_api(doors, invoice, minor)
    by_api(doors, invoice, 0, items=[named(invoice, 1_00)], allocate_to=[])
    now = list(CreditShare.objects.order_by("transaction_id", "position").values_list("net_minor", "tax_minor"))
    assert len(now) == 6
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transactions_creditshare DISABLE TRIGGER transactions_creditshare_append_only")
        cursor.execute("DELETE FROM transactions_creditshare")
        cursor.execute("ALTER TABLE transactions_creditshare ENABLE TRIGGER transactions_creditshare_append_only")
    assert credited(invoice) == [(1_00, 19), (0, 0), (0, 0)]
    with connection.schema_editor() as editor:
        import_module("subledger.transactions.migrations.0021_shares_of_before").spread(apps, editor)
    assert sum(net for net, _ in credited(invoice)) == 81_00
    assert sum(tax for _, tax in credited(invoice)) == 15_39
    assert credited_items([invoice.id])[ItemRef(invoice.id, 1)].left.net >= 0
