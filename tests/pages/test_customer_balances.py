"""What customers owe stands beside them, by currency, wherever they are listed: in one statement for the page."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import Ledger, day
from tests.pages.test_gateways import text_of

from subledger.accounts.models import Customer
from subledger.accounts.services import open_accounts, update_customer
from subledger.journal.services import NewRate, enter_rates
from subledger.transactions.sums import with_balances


@pytest.fixture
def owing(ledger: Ledger) -> Customer:
    """69.00 EUR on two accounts, 4.00 of it overdue, and a credit of 7.00 USD."""
    enter_rates(rates=[NewRate("usd", day("01/01"), Decimal("0.9"))], actor="test")
    customer = ledger.account.customer
    update_customer(customer_id=customer.pk, changes={"name": "Owing Oy"}, actor="test")
    second, dollars = open_accounts(
        new=[{"customer": customer}, {"customer": customer, "currency": "usd"}], actor="test"
    )
    ledger.invoice(50)
    ledger.invoice(4, on="01/03", due="15/03", accept_due_date=True)
    ledger.invoice(20, account=second)
    ledger.payment(5, account=second)
    ledger.payment(7, account=dollars)
    return customer


def test_balances_are_summed_by_currency(owing, ledger):
    ledger.open("Nobody owes")
    found = {row.name: row.balances for row in with_balances(Customer.objects.all(), today=day("20/05"))}
    assert found["Owing Oy"] == [
        {"currency": "eur", "balance": 6900, "outstanding": 400},
        {"currency": "usd", "balance": -700, "outstanding": 0},
    ]
    assert found["Nobody owes"] == []


@pytest.mark.parametrize(("address", "asked"), [("customers", {}), ("search", {"q": "Owing"})])
def test_list_and_search_show_them(desk, owing, address, asked):
    page = text_of(desk.get(reverse(f"backoffice:{address}"), asked))
    for amount in ("69.00 EUR", "4.00 EUR"):
        assert amount in page
    assert "7.00 USD" in page


def test_the_customer_s_page_shows_each_account_s(desk, owing):
    page = text_of(desk.get(reverse("backoffice:customer", args=[owing.pk])))
    for amount in ("54.00 EUR", "15.00 EUR", "7.00 USD"):
        assert amount in page


def test_a_file_has_a_column_of_numbers_for_each_currency(desk, owing, ledger):
    ledger.open("Nobody owes")
    answer = desk.get(reverse("backoffice:customers"), {"export": "csv"})
    text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
    rows = {one["Name"]: one for one in csv.DictReader(io.StringIO(text))}
    names = ("Balance EUR", "Balance USD", "Overdue EUR", "Overdue USD")
    assert [rows["Owing Oy"][name] for name in names] == ["69.00", "-7.00", "4.00", "0.00"]
    assert [rows["Nobody owes"][name] for name in names] == [""] * 4
    assert "Balance" not in rows["Owing Oy"]
    answer = desk.get(reverse("backoffice:customers"), {"export": "xlsx"})
    page = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    heads = next(row for row in cells if "Balance EUR" in row)
    [row] = [row for row in cells if "Owing Oy" in row]
    found = [row[heads.index(name)] for name in names]
    assert found == [69, -7, 4, 0]
    assert all(isinstance(one, int | float) for one in found)


@pytest.mark.parametrize(("address", "asked"), [("customers", {}), ("search", {"q": "Many"})])
def test_more_customers_are_no_more_statements(desk, ledger, address, asked):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(reverse(f"backoffice:{address}"), asked).status_code == 200
        return len(seen)

    ledger.invoice(1, account=ledger.open("Many 0"))
    ledger.invoice(1, account=ledger.open("Many 1"))
    statements()  # what is read once for all
    few = statements()
    for at in range(2, 12):
        ledger.invoice(1, account=ledger.open(f"Many {at}"))
    assert statements() == few
