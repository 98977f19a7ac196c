"""Reports are read row by row as their files are written: fetched by portions, in the memory of a few thousand rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from tests.factories import Ledger
from tests.long_files import MANY, MIB, fetches, most_memory

from subledger.platform import rows
from subledger.report_kit import files
from subledger.report_kit.tables import Column, Kind, Lines, Report, Sums
from subledger.reports import catalogue
from subledger.reports.catalogue import report_named

COLUMNS = (Column("number", "Number"), Column("currency", "Currency", Kind.CURRENCY), Column("due", "Due", Kind.MONEY))


@pytest.fixture
def journal(ledger: Ledger) -> Ledger:
    """Ten lines of the journal."""
    for _ in range(5):
        ledger.payment(10, on="05/05")
    return ledger


def test_a_report_is_fetched_by_portions_as_its_file_is_read(journal: Ledger, monkeypatch):
    monkeypatch.setattr(rows, "PORTION", 4)
    monkeypatch.setattr(files, "ROWS_OF_A_PART", 3)
    with fetches() as fetched:
        parts = files.csv_parts(report_named("general-journal").stream())
        assert fetched == []
        next(parts)
        assert fetched == [4], "the head and two rows need one portion"
        assert b"".join(parts).count(b"\n") == 10 - 2
        assert fetched == [4, 4, 2, 0]


def test_every_report_says_the_same_at_once_and_as_a_stream(journal: Ledger):
    journal.invoice(7, on="06/05", due="07/05")
    values = {"statement": {"account": journal.account.number}, "ledger-account": {"ledger_account": "1200"}}
    values["group-balances"] = values["statement"]
    for name, report in catalogue.reports().items():
        table, stream = report.run(**values.get(name, {})), report.stream(**values.get(name, {}))
        read = list(stream.keyed_rows())
        assert [row for _, row in read] == list(table.rows), name
        assert [key for key, _ in read] == list(table.keys or [None] * len(table.rows)), name
        assert list(stream.totals()) == list(table.totals), name


@pytest.mark.wide
def test_every_part_of_a_report_is_what_all_of_it_says(journal: Ledger, monkeypatch):
    """In any order; and so are the totals, which are not added up from its rows."""
    invoice = journal.invoice(7, on="06/05", due="07/05")
    journal.credit_note(2, on="06/05")
    journal.cancel(invoice)
    journal.open("Bob", currency="usd", code="B1")
    values = {"statement": {"account": journal.account.number}, "ledger-account": {"ledger_account": "1200"}}
    values["group-balances"] = values["statement"]
    parted = set()
    for name, report in catalogue.reports().items():
        asked = values.get(name, {})
        table = report.run(**asked)
        if (whole := report.open(**asked).part(0, 1_000)) is None:
            continue
        parted.add(name)
        assert list(whole.table.rows) == list(table.rows), name
        assert list(whole.table.keys) == list(table.keys), name
        assert list(whole.table.totals) == list(table.totals), name
        assert sum(whole.counts.values()) == len(table.rows), name
        parts = [report.open(**asked).part(at, 2) for at in range(0, len(table.rows), 2)]
        assert [row for part in parts if part for row in part.table.rows] == list(table.rows), name
        for at, column in enumerate(table.columns):
            for down in (False, True):
                part = report.open(**asked).part(0, 1_000, sort=column.name, descending=down)
                assert part, name
                found = [row[at] for row in part.table.rows]
                known = [value for value in found if value is not None]
                if column.kind is not Kind.TEXT:
                    assert found == [*sorted(known, reverse=down), *[None] * (len(found) - len(known))], column
                assert sorted(map(repr, part.table.rows)) == sorted(map(repr, table.rows)), column
        last = report.open(**asked).part(10_000, 5)
        assert last
        assert (last.first, list(last.table.rows)) == (len(table.rows), []), name
    assert parted >= {"general-journal", "ledger-account", "open-items", "aged-receivables", "transactions"}


@pytest.fixture
def long_report() -> Report:
    """A report of a million rows."""
    statement = """
        SELECT g, 'INV' || lpad(g::text, 8, '0') AS number, 'eur' AS currency, g::bigint AS due
          FROM generate_series(1, %(many)s) g
    """
    return Report(
        "long", "Long", "Very long.", (), COLUMNS,
        lambda: Lines(["number", "currency", "due"], statement, "o.due", {"many": MANY}, partial(Sums, COLUMNS)),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_million_rows_take_no_memory(long_report: Report, ledger: Ledger, form, tmp_path):
    path, stream = tmp_path / "long", long_report.stream()

    def written() -> Iterator[bytes]:
        with path.open("wb") as file:
            files.FORMATS[form].write(stream, file)
        return iter(())

    grown, _ = most_memory(written)
    if form == "csv":
        assert path.read_bytes().splitlines()[MANY] == b"INV01000000,EUR,10000.00"
    assert stream.number == MANY
    assert grown < 16 * MIB
