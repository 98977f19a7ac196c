"""Reports whose rows are sums tell a page and what all rows come to in one look: what two looks tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import Ledger

from subledger.desk.services import NewContact, record_contact
from subledger.journal.services import NewRate, enter_rates
from subledger.report_kit.grouped_lines import GroupedLines
from subledger.report_kit.tables import Lines
from subledger.reports.catalogue import report_named


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    enter_rates(rates=[NewRate("usd", date(2026, 1, 1), Decimal("0.9"))], actor="test")
    for number, name in enumerate(("Bea", "Dora", "Sue")):
        account = ledger.open(name, currency="usd" if number == 1 else "eur")
        ledger.invoice(10 + number, account=account, on="01/03", due=f"1{number}/03")
        if number < 2:
            said = NewContact(account_id=account.pk, kind="call", text="Called.")
            record_contact(new=said, actor="test")
    return ledger


@pytest.mark.parametrize("name", ["aged-receivables", "collections"])
def test_a_page_and_its_sums_are_told_at_once(books: Ledger, name: str):
    report = report_named(name)
    lines = report.open().source
    assert isinstance(lines, Lines)
    assert lines.is_summed
    for sort in ("", *lines.fields):
        for first in (0, 1, 3, 9):
            for descending in (False, True):
                found = lines.look(first, 2, sort=sort, descending=descending, with_leading=True)
                counts, part = lines.counts(), lines.part(first, 2, sort=sort, descending=descending)
                assert found == (counts, part, lines.part(0, 1)[0][0]), sort
    counts, rows, _ = lines.look(0, 9)
    assert [(one.currency, one.rows) for one in counts] == [("eur", 2), ("usd", 1)]
    assert [row[1:] for row in rows] == list(report.run().rows)


def test_books_of_nothing_have_no_rows_and_no_sums(ledger: Ledger):
    lines = report_named("aged-receivables").open().source
    assert isinstance(lines, Lines)
    assert lines.look(0, 5, with_leading=True) == ([], [], None)


@pytest.mark.parametrize(
    "asked", [{}, {"as_of": "2026-03-05"}, {"currency": "eur"}, {"late": "days_1_30", "as_of": "2026-03-13"}]
)
def test_open_items_are_counted_by_account_and_read_by_the_page(books: Ledger, asked: dict[str, str]):
    namesake = books.open("Zoe", code=books.account.number)  # called as another is numbered
    for number in range(5):
        account = namesake if number % 2 else books.account
        books.invoice(5 + number, account=account, on="02/03", due=f"0{9 - number}/03")
    books.payment(3, on="04/03")
    books.payment(5, account=namesake, on="06/03")
    report = report_named("open-items")
    lines, whole = report.open(**asked).source, report.run(**asked)
    assert isinstance(lines, GroupedLines)
    assert len(whole.rows) > 4
    for first in range(len(whole.rows) + 2):
        counts, rows, leading = lines.look(first, 3, with_leading=True)
        assert [row[1:] for row in rows] == whole.rows[first : first + 3]
        assert [row[0] for row in rows] == whole.keys[first : first + 3]
        assert [one.total for one in counts] == whole.totals
        assert sum(one.rows for one in counts) == len(whole.rows)
        assert leading == whole.keys[0]
    assert lines.counts() == counts
    dearest = sorted((row[-2] for row in whole.rows), reverse=True)
    assert [row[-2] for row in lines.part(0, 99, sort="unsettled", descending=True)] == dearest
