"""A short table inside another page; and what every table is made of: headings, cells, and the totals under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.safestring import SafeString

from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column, MoneyColumn, read
from subledger.page_kit.fit import Cells, filled, fitted
from subledger.page_kit.tallies import Tally
from subledger.page_kit.templatetags import subledger_tags as show

Sums = dict[str, tuple[int, dict[str, int]]]  # currency -> (rows, column key -> minor units)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: ``state`` is aria-sort's value, ``toggle`` the sort that a click asks for."""

    column: Column
    state: str
    toggle: str


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """A line under the list, for one currency; cells of columns without a total are empty."""

    currency: str
    rows: int
    cells: list[tuple[Column, SafeString | str]]
    label: str = say("Total")


def table(columns: Sequence[Column], rows: Iterable[Any], *, with_totals: bool = False) -> dict[str, Any]:
    """A short table inside another page, for parts/table.html: no sorting, no pages."""
    rows = list(rows)
    columns = fitted(columns, rows)
    columns, cells = filled(columns, cells_of(columns, rows))
    return {
        "heads": [Head(column, "none", "") for column in columns],
        "rows": cells,
        "totals": totals_of(columns, sums_of(columns, rows)),
        "has_totals": with_totals and bool(rows),
    }


def cells_of(columns: Sequence[Column], rows: Iterable[Any]) -> Cells:
    rows = list(rows)
    for column in columns:
        column.prepare(rows)
    return [[(column, column.cell(row)) for column in columns] for row in rows]


def added_of(columns: Sequence[Column]) -> list[MoneyColumn]:
    return [column for column in columns if isinstance(column, MoneyColumn) and column.total]


def sums_of(columns: Sequence[Column], rows: Sequence[Any]) -> Sums:
    added = added_of(columns)
    if not added:
        return {"": (len(rows), {})}
    counts: dict[str, int] = defaultdict(int)
    minors: dict[str, dict[str, int]] = defaultdict(lambda: {column.key: 0 for column in added})
    for row in rows:
        currency = read(row, added[0].currency)
        counts[currency] += 1
        for column in added:
            minors[currency][column.key] += column.value(row) or 0
    return {currency: (counts[currency], minors[currency]) for currency in counts}


def totals_of(columns: Sequence[Column], sums: Sums) -> list[TotalsRow]:
    added = added_of(columns)
    return [
        TotalsRow(currency, rows, [(c, _sum(c, minors[c.key], currency) if c in added else "") for c in columns])
        for currency, (rows, minors) in sorted(sums.items())
    ]


def _sum(column: MoneyColumn, minor: int | None, currency: str) -> SafeString | str:
    """As the rows above it write it: zero is a dash where it is one there."""
    return show.NOTHING if minor == 0 and column.dash and not column.lead else column.shown(minor, currency)


def added_up(tally: Tally) -> str:
    """How many rows were added up for whoever asked, and how long it took; "" where nobody did."""
    if tally.seconds is None:
        return ""
    seconds = Decimal(tally.seconds).quantize(Decimal("0.1"), ROUND_CEILING)
    return say("{rows} rows added up in {seconds} seconds.", rows=show.count(tally.rows), seconds=seconds)
