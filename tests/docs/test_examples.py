"""The worked tables of the documentation, asked of the program."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from decimal import Decimal

import pytest
from tests.docs.pages import fences, rows_of, text_of
from tests.factories import Ledger

from subledger.imports.orders import read_rules
from subledger.imports.services import import_file
from subledger.journal.models import JournalLine
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.money import parse_minor, to_decimal
from subledger.transactions.queries import balance_of
from subledger.transactions.rules.items import NewItem, price_item

D = Decimal


def table(page: str, heading: str, columns: int) -> list[list[str]]:
    """The rows of the tables below a heading that have so many columns, without the heading rows."""
    section = text_of(page).split(f"## {heading}\n")[1].split("\n## ")[0]
    return [row for row in rows_of(section) if len(row) == columns][1:]


ITEMS = [
    ("jpy", NewItem(quantity=D(3), unit_amount=D("33.4"), tax_percent=D(10))),
    ("kwd", NewItem(quantity=D(2), unit_amount=D(1255), tax_percent=D(5))),
    ("eur", NewItem(quantity=D(1000), unit_amount=D("0.125"), tax_percent=D(7))),
    ("eur", NewItem(quantity=D("0.5"), unit_amount=D(333), tax_percent=D(19))),
]


def test_items_in_other_currencies_come_to_what_the_table_says():
    rows = table("docs/domain/items.md", "Other currencies", 6)
    assert len(rows) == len(ITEMS)
    for row, (currency, item) in zip(rows, ITEMS, strict=True):
        priced = price_item(item)
        amounts = (priced.net_minor, priced.tax_minor, priced.sub_total_minor)
        assert row[0].lower() == currency
        assert tuple(parse_minor(cell, currency) for cell in row[3:]) == amounts, row


def test_two_cards_come_to_what_the_table_says():
    cards = [
        NewItem(unit_amount=D(100_00), discount_percent=D(15), tax_percent=D(19)),
        NewItem(unit_amount=D(100_00), discount_minor=20_00, tax_percent=D(19)),
    ]
    rows = table("docs/domain/items.md", "Discounts by percentage and by amount", 8)[:2]
    for row, item in zip(rows, cards, strict=True):
        priced = price_item(item)
        wanted = (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor)
        assert tuple(parse_minor(row[at], "eur") for at in (3, 5, 6, 7)) == wanted


def test_the_journal_of_a_settlement_at_another_rate_is_the_table(company: object, ledger: Ledger):
    days = (date(2026, 5, 4), date(2026, 5, 18))
    rates = zip(days, (D("0.90"), D("0.825")), strict=True)
    enter_rates(rates=[NewRate("usd", day, rate) for day, rate in rates], actor="test")
    account = ledger.open(currency="usd")
    ledger.invoice(40, account=account, on=days[0])
    ledger.payment(40, account=account, on=days[1])

    lines = JournalLine.objects.filter(account_id=account.pk).select_related("ledger_account", "entry")
    entered = {
        (
            line.entry.source if line.entry.source == "allocation" else None,
            str(line.ledger_account),
            to_decimal(line.debit_minor - line.credit_minor, "usd"),
            to_decimal(line.base_debit_minor - line.base_credit_minor, "eur"),
        )
        for line in lines
    }
    shown, entry = set(), ""
    for row in table("docs/domain/posting-rules.md", "Money of other currencies", 4):
        entry = row[0] or entry
        amounts = [D(cell.replace("−", "-")) for cell in row[2:]]
        shown.add(("allocation" if entry == "allocation" else None, row[1], *amounts))
    assert entered == shown


def test_the_books_as_of_a_day_are_the_table(ledger: Ledger):
    ledger.invoice(100, on="04/05")
    ledger.payment(60, on="20/05")
    rows = table("docs/domain/open-items-and-as-of.md", "As of a day", 4)
    months = {"May": 5, "June": 6}
    assert len(rows) == 5
    for day, *amounts in rows:
        number, month = day.split()
        found = balance_of(account_id=ledger.account.pk, currency="eur", as_of=date(2026, months[month], int(number)))
        assert [found.balance, found.unsettled, found.outstanding] == [int(each) * 100 for each in amounts], day


@pytest.mark.usefixtures("company")
def test_the_files_shown_can_be_imported_and_settle_what_they_say():
    invoices, payments = (io.BytesIO(text.encode()) for text in fences(text_of("docs/domain/import.md"), "csv"))
    made = import_file("invoices", invoices, name="invoices.csv", create_missing=True, actor="test")
    assert (made.created, made.rejected) == (2, 0)
    paid = import_file("payments", payments, name="bank.csv", actor="test")
    assert (paid.created, paid.rejected) == (1, 0)

    from subledger.transactions.models import Transaction
    from subledger.transactions.queries import with_open

    open_of = with_open(Transaction.objects.all()).get(back_office_code="2026-17").open_minor
    assert open_of == 0, "the payment shown settles the invoice shown, to the cent"


def test_the_rules_file_shown_can_be_read():
    [shown] = fences(text_of("docs/domain/import.md"), "toml")
    assert read_rules(tomllib.loads(shown))["columns"]["account"] == "customerID"
