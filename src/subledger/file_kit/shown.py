"""A workbook's cell as its sheet shows it: its stored value seen through its number format (ECMA-376-1, 18.8.31).

What a format adds in meaning is kept: the percent sign, leading zeros, the dashes of an identifier. What it only
rounds or adorns is not: a price of 9.995 shown as 10.00 is 9.995, and 1,234.50 € is 1234.5.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from subledger.kernel.numbers import Exact

from .cells import Cell, Fault

EXACT = 2**53  # whole numbers up to here are held exactly by a spreadsheet's binary numbers
DIGITS = 15  # decimal digits that every binary number tells exactly: 0.1 + 0.2 shows 0.3
_UNSEEN = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours, conditions and currencies; blanks as wide as; fillers
_PIECE = re.compile(r'"([^"]*)"|\\(.)|([0#?])|(.)', re.S)


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
            return Fault(f"Cell {where} holds no number that can be told. Correct it in the workbook.")
        if value.is_integer() and abs(value) >= EXACT:
            return Fault(
                f"Cell {where} holds a number of more than {DIGITS} digits, which a workbook cannot keep exactly: its "
                "last digits are lost. Write it as text."
            )
    percent, digits = _read(number_format)
    if percent:
        return exact(f"{_plain(float(f'{value * 100:.{DIGITS}g}'))}%")
    if digits and value >= 0 and (isinstance(value, int) or value.is_integer()):
        return _filled(digits, str(int(value)))
    return exact(_plain(value))


def exact(text: str) -> str:
    """A fraction is told apart from text that looks like one, which may have a decimal comma or groups."""
    return Exact(text) if "." in text else text


def _plain(value: int | float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    text = f"{value:.{DIGITS}g}"
    return f"{value:.20f}".rstrip("0") if "e" in text else text


@lru_cache(maxsize=512)
def _read(number_format: str) -> tuple[bool, tuple[str, ...]]:
    """(whether it shows percentages, the pieces of an identifier's format: literals and "0", or none)."""
    first = _UNSEEN.sub("", number_format.split(";")[0])
    pieces: list[str] = []
    zeros, is_plain, percent = 0, True, False
    for quoted, escaped, digit, other in _PIECE.findall(first):
        if quoted or escaped:
            pieces.append(quoted or escaped)
        elif digit:
            pieces.append("\0")
            zeros += digit == "0"
            is_plain = is_plain and digit == "0"
        elif other == "%":
            percent = True
        elif other in "-/ ()":
            pieces.append(other)
        elif other != '"':
            is_plain = False  # a point, a comma, an exponent, a word such as General
    return percent, tuple(pieces) if is_plain and zeros > 1 and not percent else ()


def _filled(pieces: tuple[str, ...], digits: str) -> str:
    """The digits, from the right, in the places of a format; more of them than places stand before the first."""
    places = pieces.count("\0")
    padded = digits.zfill(places)
    first, rest = padded[: len(padded) - places + 1], iter(padded[len(padded) - places + 1 :])
    out, is_first = [], True
    for piece in pieces:
        if piece != "\0":
            out.append(piece)
        else:
            out.append(first if is_first else next(rest))
            is_first = False
    return "".join(out).strip()
