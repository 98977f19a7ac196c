"""Days that books can have, and how people write them (docs/domain/written-numbers.md)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from .errors import DayInvalid

__all__ = ["EARLIEST", "LATEST", "DayFormat", "check_day", "check_span", "is_distant", "is_old"]

# A spreadsheet begins in 1900, and a year of five digits is a typing error everywhere.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
OLD = timedelta(days=400)  # a posting day before last year's books
DISTANT = timedelta(days=3653)  # ten years: a due date beyond


def check_day(day: date, *, what: str, param: str | None = None) -> date:
    """DayInvalid outside 1900 to 2999: nobody means such a day."""
    if not EARLIEST <= day <= LATEST:
        raise DayInvalid(
            f"The {what} {day} cannot be right: days are from {EARLIEST} to {LATEST}. Correct the year.", param=param
        )
    return day


def check_span(first: date, last: date) -> None:
    """DayInvalid where a span ends before it begins: it holds no day."""
    if first > last:
        raise DayInvalid(f"From {first} to {last} holds no day. Put the earlier day first.", param="/from")


def is_old(posted_on: date, today: date) -> bool:
    """Whether a posting day is so long past that it may be a typing error: what is posted stays, so it is asked for."""
    return today - posted_on > OLD


def is_distant(due_on: date, posted_on: date) -> bool:
    return due_on - posted_on > DISTANT


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DayFormat(StrEnum):
    """How days are written, each told by its own example: 31 December 2026."""

    WORDS = "31 Dec 2026"
    ISO = "2026-12-31"
    POINTS = "31.12.2026"
    SLASHES = "31/12/2026"
    MONTH_FIRST = "12/31/2026"

    @classmethod
    def of(cls, text: str) -> DayFormat | None:
        return next((one for one in cls if one.value == text.strip()), None)

    def write(self, day: date) -> str:
        match self:
            case DayFormat.WORDS:
                return f"{day.day} {MONTHS[day.month - 1]} {day.year:04}"
            case DayFormat.ISO:
                return day.isoformat()
            case DayFormat.POINTS:
                return f"{day.day:02}.{day.month:02}.{day.year:04}"
            case DayFormat.SLASHES:
                return f"{day.day:02}/{day.month:02}/{day.year:04}"
        return f"{day.month:02}/{day.day:02}/{day.year:04}"

    def read(self, text: str) -> date:
        """A day in this format, or as ISO has it. ValueError for what is neither, or no day."""
        text = text.strip()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        if self is DayFormat.WORDS:
            found = re.fullmatch(r"([0-9]{1,2}) ([A-Za-z]{3}) ([0-9]{4})", text)
            if found and found[2].title() in MONTHS:
                return date(int(found[3]), MONTHS.index(found[2].title()) + 1, int(found[1]))
            raise ValueError(text)
        mark = re.escape(self.value[2])
        found = (
            re.fullmatch(rf"([0-9]{{1,2}}){mark}([0-9]{{1,2}}){mark}([0-9]{{4}})", text)
            if self != "2026-12-31"
            else None
        )
        if not found:
            raise ValueError(text)
        first, second, year = (int(part) for part in found.groups())
        day, month = (second, first) if self is DayFormat.MONTH_FIRST else (first, second)
        return date(year, month, day)
