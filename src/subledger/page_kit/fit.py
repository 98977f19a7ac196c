"""Columns as the rows at hand allow: one currency is said once, zero is a dash, and what is empty takes no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString

from subledger.page_kit.columns import Column, MoneyColumn, read
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = ["Cells", "filled", "fitted"]

Cells = list[list[tuple[Column, SafeString | str]]]  # by row


def fitted(columns: Sequence[Column], rows: Sequence[Any], *, dashes: bool = False) -> list[Column]:
    """The columns with their unit, where all amounts of the rows are in one currency; ``dashes`` for zeros."""
    amounts = [c for c in columns if isinstance(c, MoneyColumn) and c.is_amount]
    named = [c for c in amounts if not c.plain]
    currencies = {read(row, c.currency) for row in rows for c in named if c.value(row) is not None}
    unit = str(currencies.pop()).upper() if len(currencies) == 1 else ""
    return [_fitted(c, unit, dashes) if isinstance(c, MoneyColumn) and c.is_amount else c for c in columns]


def _fitted(column: MoneyColumn, unit: str, dashes: bool) -> Column:
    return replace(column, unit="" if column.plain else unit, dash=dashes)


def filled(columns: Sequence[Column], cells: Cells, *, needed: str = "") -> tuple[list[Column], Cells]:
    """The columns that have something to show in a row, and their cells; ``needed`` is a sort that is kept."""
    kept = [n for n, column in enumerate(columns) if _is_kept(n, column, cells, needed)]
    return [columns[n] for n in kept], [[row[n] for n in kept] for row in cells]


def _is_kept(n: int, column: Column, cells: Cells, needed: str) -> bool:
    is_main = n == 0 or column.strong or column.lead or isinstance(column, MoneyColumn)
    is_asked = bool(needed) and column.sort == needed
    return is_main or is_asked or not cells or any(row[n][1] != show.NOTHING for row in cells)
