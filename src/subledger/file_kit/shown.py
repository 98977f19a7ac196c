"""A workbook's cell as its sheet shows it: its stored value seen through its number format (ECMA-376-1, 18.8.31).

What a format adds in meaning is kept: the percent sign, leading zeros, and every text (``C-5``), for what names
something. What counts something is the stored value, and what is money has the currency that is shown: a price of
9.995 shown as 10.00 € is 9.995 EUR. A format may leave out thousands and say so (``0,"k"`` shows 5000 as 5k); one that
says k and leaves none out (``0"k"``) shows 5 as 5k, and of what is meant nobody can be sure (`Adorned.unit`). Grouping
and rounding are never copied: how they look depends on the language of whoever opens the sheet.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from subledger.kernel.numbers import Adorned, Exact
from subledger.kernel.sentences import say

from .cells import Cell, Fault
from .formats import GENERAL, section_for

EXACT = 2**53  # whole numbers up to here are held exactly by a spreadsheet's binary numbers
DIGITS = 15  # decimal digits that every binary number tells exactly: 0.1 + 0.2 shows 0.3


def shown(value: Any, number_format: str, where: str) -> Cell:
    """A cell's value as text, or as a day; ``where`` names the cell (``D2``)."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date() if value.tzinfo is None else value
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return number(value, number_format, where)


def number(value: int | float, number_format: str, where: str) -> Cell:
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return Fault(say("Cell {where} holds no number that can be told. Correct it in the workbook.", where=where))
        if value.is_integer() and abs(value) >= EXACT:
            return Fault(
                say(
                    "Cell {where} holds a number of more than {digits} digits, which a workbook cannot keep "
                    "exactly: its last digits are lost. Write it as text.",
                    where=where,
                    digits=DIGITS,
                )
            )
    if number_format == GENERAL:
        return exact(_plain(value))
    section = section_for(number_format, value)
    if section is None:
        return exact(_plain(value))
    stored = f"{_plain(float(f'{value * 100:.{DIGITS}g}'))}%" if section.percent else _plain(value)
    currency, unit = section.currency, section.unit
    if not section.has_text(value):
        return Adorned(stored, stored, number_format, currency, unit) if currency or unit else exact(stored)
    text = section.render(stored.removesuffix("%").removeprefix("-"))
    sign = "-" if value < 0 and not section.is_of_negatives else ""
    return Adorned(f"{sign}{text}", stored, number_format, currency, unit)


def exact(text: str) -> str:
    """A fraction is told apart from text that looks like one, which may have a decimal comma or groups."""
    return Exact(text) if "." in text else text


def _plain(value: int | float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    text = f"{value:.{DIGITS}g}"
    return f"{value:.20f}".rstrip("0") if "e" in text else text
