"""Lists beyond a bound: they say that there are more, and add them up for whoever asks."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.pages.addresses import url_of, with_ids, without_ids
from tests.pages.test_every_page import LISTS
from tests.pages.test_gateways import text_of
from tests.pages.test_totals import foot

from subledger.accounts.pages.accounts import AccountsPage
from subledger.companies.models import Membership
from subledger.page_kit import tallies
from subledger.page_kit.kept_lists import lasting
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.transactions.pages.transactions import TransactionsPage

ADDS = re.compile(r"\b(COUNT|SUM)\(")  # as Django writes them; statements of ours are of reports and of accounts
BOUNDED = re.compile(r'\bLIMIT\b|"(account_)?id" (=|IN)|>= \'\d{4}-\d\d-\d\d')
ADDRESS = re.compile(r'class="list-sums"><a class="quiet-link" href="([^"]+)"')


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "COUNTED", 2)


@pytest.fixture
def invoices(ledger):
    return [ledger.invoice(amount, on="04/05", due="01/06") for amount in (10, 20, 30)]


def sums_of(page) -> str:
    [address] = ADDRESS.findall(page.content.decode())
    return unescape(address)


def test_up_to_the_bound_all_is_counted_and_added_up(desk, ledger, bound):
    for amount in (10, 20):
        ledger.invoice(amount, on="04/05", due="01/06")
    page = desk.get(page_url("invoices"))
    assert "2 invoices" in text_of(page)
    assert "More than" not in text_of(page)
    assert not ADDRESS.findall(page.content.decode())
    assert foot(desk, "invoices") == ["Total posted, without cancelled EUR 30.00 EUR 30.00 EUR"]


def test_beyond_it_there_are_more_and_whoever_asks_gets_all_of_it(desk, invoices, bound, monkeypatch):
    monkeypatch.setattr(TransactionsPage, "page_size", 2)
    page = desk.get(page_url("invoices"))
    assert "More than 2 invoices" in text_of(page)
    assert foot(desk, "invoices") == []
    assert "Add up all rows The list is long: this may take some seconds." in text_of(page)
    asked = sums_of(page)
    assert asked == f"{page_url('invoices')}?sums=1#sums"
    told = desk.get(asked)
    assert foot(desk, "invoices", sums="1") == ["Total posted, without cancelled EUR 60.00 EUR 60.00 EUR"]
    assert re.search(r"\b3 invoices\b", text_of(told))
    assert re.search(r"3 rows added up in \d+\.\d seconds\.", text_of(told))
    assert re.search(r'<tfoot[^>]* id="sums" tabindex="-1"', told.content.decode())
    assert "sums=" not in "".join(re.findall(r'rel="next" href="([^"]+)"', told.content.decode()))


def test_the_sums_are_of_the_page_that_was_shown(desk, invoices, bound, monkeypatch):
    monkeypatch.setattr(TransactionsPage, "page_size", 2)
    first = desk.get(page_url("invoices"), {"sort": "amount_minor", "settlement": "open"})
    [after] = re.findall(r'rel="next" href="([^"]+)"', first.content.decode())
    second = desk.get(page_url("invoices") + unescape(after))
    assert "More than 2 invoices" in text_of(second), "also of a page that is not full"
    asked = sums_of(second)
    assert {"sort=amount_minor", "settlement=open", "sums=1"} < set(re.split(r"[?&#]", asked))
    shown = desk.get(asked).content.decode()
    assert shown.count("<tr ") == 1 + 1 + 1, "the head, the third invoice and the sums"
    assert 'rel="prev"' in shown


def test_where_a_sum_is_dear_the_count_is_exact_and_the_sums_are_asked_for(desk, ledger, monkeypatch):
    monkeypatch.setattr(AccountsPage, "added_at_once", 1)
    monkeypatch.setattr(AccountsPage, "page_size", 1)
    ledger.invoice(40, account=ledger.open("Bob"), on="04/05", due="01/06")
    page = desk.get(page_url("accounts"))
    assert "2 accounts" in text_of(page)
    assert "Add up 2 rows" in text_of(page)
    [total] = foot(desk, "accounts", sums="1")
    assert total.startswith("Total of customers EUR 40.00 EUR")


def test_files_and_many_at_once_are_of_every_row(desk, invoices, bound):
    file = desk.get(page_url("invoices"), {"export": "csv", "sums": "1"})
    assert len(b"".join(file.streaming_content).splitlines()) == 4
    page = desk.get(page_url("invoices"))
    assert "sums" not in "".join(re.findall(r'href="([^"]*export=[^"]*)"', page.content.decode()))


def test_all_that_match_are_said_to_be_more(desk, invoices, bound, monkeypatch):
    monkeypatch.setattr(TransactionsPage, "page_size", 1)
    page = desk.get(page_url("invoices"))
    assert "All that match, more than 2" in text_of(page)
    act = {"all": "1", "list": page_url("invoices"), "criteria": "sums=1"}
    assert "Print 3 of 3?" in text_of(desk.post(page_url("transactions_bulk", "print"), act))


def test_nothing_is_added_up_of_criteria_that_cannot_be_read(desk, invoices, bound):
    refused = desk.get(page_url("invoices"), {"posted_on_from": "x", "sums": "1"})
    assert (refused.status_code, "0 invoices" in text_of(refused)) == (422, True)


def test_a_view_keeps_no_wish_for_sums(rf):
    assert lasting(rf.get("/", {"sums": "1", "sort": "number"}).GET) == "sort=number"


def test_the_bound_is_said_in_german(desk, invoices, bound):
    Membership.objects.update(language="de")
    page = text_of(desk.get(page_url("invoices")))
    assert "Mehr als 2 Rechnungen" in page
    assert "Alle Zeilen addieren" in page
    assert re.search(r"3 Zeilen in \d+,\d Sekunden addiert\.", text_of(desk.get(page_url("invoices"), {"sums": "1"})))


@pytest.mark.wide
def test_no_list_that_is_only_looked_at_counts_or_adds_up_without_bound(books, desk, monkeypatch):
    """What is of one account, or of some days, is bounded by that."""
    monkeypatch.setattr(tallies, "COUNTED", 0)
    monkeypatch.setattr(SummaryPage, "page_size", 1)
    for address in [address for address in [*with_ids(books), *without_ids()] if address[0] in LISTS]:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url_of(address)).status_code == 200
        adding = [query["sql"] for query in captured if ADDS.search(query["sql"])]
        assert [one for one in adding if not BOUNDED.search(one)] == [], url_of(address)
