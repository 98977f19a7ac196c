"""When an item is delivered is said alike by the API, on a page and in a file, and kept wherever the item goes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.db.utils import IntegrityError
from django.urls import reverse
from tests.doors.conftest import said

from subledger.transactions.api.items import as_entered
from subledger.transactions.models import Transaction, TransactionItem, TransactionType
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.draft_versions import items_of_draft

START, END = date(2026, 6, 1), date(2026, 6, 30)
ROW = {
    "account": "A1",
    "number": "X1",
    "posted_on": "2026-05-04",
    "description": "Hosting",
    "unit_price": "100",
    "service_start": "2026-06-01",
    "service_end": "2026-06-30",
}


def by_api(doors, *, resource="invoices", **item) -> dict:
    items = [{"description": "Hosting", "unit_amount": 100_00, **item}]
    body = {"account": doors.ledger.account.public_id, "items": items}
    return doors.api.request("POST", resource, body).json()


def form(doors, kind="invoice", **line) -> dict:
    typed = {"description": "Hosting", "quantity": "1", "price": "100", "price_is": "unit", **line}
    counts = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    chosen = TransactionType.objects.get(classification=kind, is_default=True).pk
    return {**{f"items-0-{name}": value for name, value in typed.items()}, **counts, "type": chosen, "then": "draft"}


def on_page(doors, kind="invoice", **line):
    return doors.send("transaction_new", form(doors, kind, **line), doors.ledger.account.pk, kind)


def period_of(transaction_id: int) -> tuple[date | None, date | None]:
    item = TransactionItem.objects.get(transaction_id=transaction_id)
    return item.service_start, item.service_end


def latest() -> Transaction:
    return Transaction.objects.order_by("-id")[0]


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_every_door_takes_it(doors, kind):
    days = {"service_start": "2026-06-01", "service_end": "2026-06-30"}
    told = by_api(doors, resource=f"{kind}s", **days)
    assert told["items"][0]["service_start"] == "2026-06-01"
    assert told["items"][0]["service_end"] == "2026-06-30"
    assert on_page(doors, kind, **days).status_code == 302
    assert period_of(latest().pk) == (START, END)
    report = doors.file(f"{kind.replace('_', '-')}s", [ROW])
    assert report.rejections == []
    posted = latest()
    assert posted.state == "posted"
    assert period_of(posted.pk) == (START, END)


def test_an_item_without_one_has_none(doors):
    told = by_api(doors)
    assert (told["items"][0]["service_start"], told["items"][0]["service_end"]) == (None, None)


def test_one_day_is_a_period(doors):
    told = by_api(doors, service_start="2026-06-01", service_end="2026-06-01")
    assert told["items"][0]["service_end"] == "2026-06-01"


@pytest.mark.parametrize(
    ("days", "param", "words"),
    [
        ({"service_start": "2026-06-01"}, "service_end", "has a service start and no service end"),
        ({"service_end": "2026-06-01"}, "service_start", "has a service end and no service start"),
        ({"service_start": "2026-06-02", "service_end": "2026-06-01"}, "service_end", "ends before it starts"),
    ],
)
def test_half_a_period_and_one_turned_round_are_refused_alike(doors, days, param, words):
    refused = by_api(doors, **days)
    assert (refused["code"], refused["param"]) == ("item_invalid", f"/items/0/{param}")
    assert words in refused["detail"]
    answer = on_page(doors, **days)
    assert answer.status_code == 422
    assert words in said(answer)
    left = dict.fromkeys(("service_start", "service_end"), "")
    report = doors.file("invoices", [{**ROW, **left, **days}])
    assert [(one.code, one.reason) for one in report.rejections] == [("item_invalid", refused["detail"])]
    assert Transaction.objects.count() == 0


def test_a_draft_is_edited_with_it_and_a_cancellation_copies_it(doors):
    by_api(doors, service_start="2026-06-01", service_end="2026-06-30")
    draft = latest()
    again = as_entered(draft, items_of_draft(draft)).items[0]
    assert (again.service_start, again.service_end) == (START, END)
    opened = doors.page.get(reverse("backoffice:transaction_edit", args=[draft.pk]))
    assert opened.content.decode().count("2026-06-30") == 1
    invoice = doors.ledger.invoice(items=(hosting(),))
    cancelled = doors.ledger.cancel(invoice)
    assert period_of(invoice.id) == period_of(cancelled.id) == (START, END)


def test_a_file_that_says_another_period_is_no_repetition(doors):
    doors.file("invoices", [ROW])
    assert doors.file("invoices", [ROW]).unchanged == 1
    report = doors.file("invoices", [{**ROW, "service_end": "2026-07-31"}])
    assert [one.column for one in report.rejections] == ["service_end"]
    assert Transaction.objects.count() == 1


def hosting() -> NewItem:
    return NewItem(unit_amount=Decimal(100_00), description="Hosting", service_start=START, service_end=END)


@pytest.mark.parametrize("days", ["'2026-06-02', NULL", "NULL, '2026-06-02'", "'2026-06-02', '2026-06-01'"])
def test_the_database_holds_it(doors, days):
    by_api(doors)
    with pytest.raises(IntegrityError, match="item_service_period"), atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE transactions_transactionitem SET (service_start, service_end) = ({days})")
