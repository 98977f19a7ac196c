"""Pages by key, there and back, in every order: no row twice, none left out, those without a value last."""

from __future__ import annotations

import pytest

from subledger.page_kit.keyset import Sorting, page_of
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

ORDERS = [
    Sorting("id", descending=True),
    Sorting("amount_minor"),
    Sorting("amount_minor", descending=True),
    Sorting("number", nullable=True),
    Sorting("number", descending=True, nullable=True),
    Sorting("posted_on", descending=True, nullable=True),
]


@pytest.mark.each_once
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_go_there_and_back(ledger, order, size):
    for amount in (10, 20, 20):
        ledger.invoice(amount, on="04/05", due="01/06")
    save_drafts(new=[ledger.new(C.INVOICE, amount) for amount in (20, 30)], actor="test")
    rows = Transaction.objects.all()
    wanted = list(rows.order_by(*order.expressions()).values_list("pk", flat=True))
    page = page_of(rows, order, size=size)
    pages = [page]
    while page.after:
        page = page_of(rows, order, size=size, after=page.after)
        pages.append(page)
    assert [row.pk for one in pages for row in one.rows] == wanted
    back = [page]
    while page.before:
        page = page_of(rows, order, size=size, before=page.before)
        back.append(page)
    assert sorted({row.pk for one in back for row in one.rows}) == sorted(wanted)
    assert [row.pk for row in back[-1].rows] == wanted[:size]
