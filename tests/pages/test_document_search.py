"""What the lists of documents find by words, each way within its own index: as one condition of all ways finds it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import Ledger
from tests.pages.test_gateways import text_of

from subledger.accounts.services import update_customer
from subledger.page_kit import tallies
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.pages.document_search import DocumentSearch, beginnings

SEARCH = DocumentSearch("q", "Search")
WORDS = (
    "INV", "inv0000", "1", "0001", "00000002", "PAY", "pay00000001", "ann", "Ann", "nn", "bea", "shop", "SHOP-7", "%",
    "_", "\\", "rE-2", "re-2026", "Re-2026/4711", "4711", "po", "PO-12", "po12", "acr", "ACR00000001", "ß", "Straße",
    "nobody",
)  # fmt: skip


@pytest.fixture
def documents(ledger: Ledger) -> Ledger:
    bea = ledger.open("Bea Straße 1", code="SHOP-7")
    for number, account in enumerate((ledger.account, bea, bea, ledger.account)):
        code = ("Re-2026/4711", "RE-2025/1", "straße-2", None)[number]
        order = ("PO-12", None, "po 4711", "%x")[number]
        sold = ledger.invoice(10 + number, account=account, back_office_code=code, order_reference=order)
        ledger.payment(10, account=account, to=[sold], back_office_code=code and code.lower())
    return ledger


def test_it_finds_what_one_condition_of_all_ways_finds(documents: Ledger, monkeypatch: pytest.MonkeyPatch):
    """Where words are rare, where none is, and where some are."""
    rows: Any = Transaction.objects.all()
    asked_for = [*WORDS, *map(" ".join, product(("inv", "bea", "0001", "%"), ("shop", "1", "re-2")))]
    true = {asked: set(rows.filter(SEARCH.words(asked)).values_list("pk", flat=True)) for asked in asked_for}
    empty = sum(not found for found in true.values())
    assert 5 < empty < 20, "some are found, some are not"
    for bound in (10_000, 2, 0):
        monkeypatch.setattr(tallies, "COUNTED", bound)
        for asked, found in true.items():
            assert set(SEARCH.narrow(rows, asked).values_list("pk", flat=True)) == found, (asked, bound)


def test_beginnings_are_few_and_begin_every_way_of_writing():
    assert sorted(beginnings("r1")) == ["R1", "r1"]
    assert len(list(beginnings("ABCDEFGH"))) == 16
    assert "aBcD" in list(beginnings("abcdefgh"))
    assert list(beginnings("0012")) == ["0012"]
    assert list(beginnings("ß1")) == [""]


def test_a_rare_word_is_looked_up_once_a_look(desk, documents: Ledger):
    update_customer(customer_id=documents.account.customer_id, changes={"name": "Zoe"}, actor="test")
    with CaptureQueriesContext(connection) as seen:
        page = desk.get(page_url("invoices"), {"q": "RE-2026"})
    assert "1 invoice" in text_of(page)
    looked = [one["sql"] for one in seen.captured_queries if '"back_office_code"::text LIKE' in one["sql"]]
    assert len(looked) == 1
