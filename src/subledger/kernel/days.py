"""Days that books can have, and how people write them (docs/domain/written-numbers.md)."""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import DayInvalid, Door
from .sentences import say

__all__ = [
    "EARLIEST",
    "LATEST",
    "MONTHS",
    "DayFormat",
    "asked_day",
    "check_day",
    "check_span",
    "is_distant",
    "is_old",
    "read_day",
    "why_no_day",
]

# A spreadsheet begins in 1900, and a year of five digits is a typing error everywhere.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
OLD = timedelta(days=400)  # a posting day before last year's books
DISTANT = timedelta(days=3653)  # ten years: a due date beyond


def check_day(day: date, *, what: str, param: str | None = None) -> date:
    """DayInvalid outside 1900 to 2999: nobody means such a day."""
    if not EARLIEST <= day <= LATEST:
        raise DayInvalid(
            say(
                "The {what} {day} cannot be right: days are from {earliest} to {latest}. Correct the year.",
                what=what,
                day=day,
                earliest=EARLIEST,
                latest=LATEST,
            ),
            param=param,
        )
    return day


def asked_day(text: str, *, param: str | None = None) -> date:
    """A day as an address or a program says it. DayInvalid: it is none, or one that nobody means."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DayInvalid(say("{text!r} is not a day. Write YYYY-MM-DD.", text=text), param=param) from None
    return check_day(day, what=say("calendar day"), param=param)


def check_span(first: date, last: date) -> None:
    """DayInvalid where a span ends before it begins: it holds no day."""
    if first > last:
        raise DayInvalid(
            say("From {first} to {last} holds no day. Put the earlier day first.", first=first, last=last),
            param="/from",
        )


def is_old(posted_on: date, today: date) -> bool:
    """Whether a posting day is so long past that it may be a typing error: what is posted stays, so it is asked for."""
    return today - posted_on > OLD


def is_distant(due_on: date, posted_on: date) -> bool:
    return due_on - posted_on > DISTANT


MONTHS = (
    say("Jan"),
    say("Feb"),
    say("Mar"),
    say("Apr"),
    say("May"),
    say("Jun"),
    say("Jul"),
    say("Aug"),
    say("Sep"),
    say("Oct"),
    say("Nov"),
    say("Dec"),
)


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


_zone_of = lru_cache(maxsize=64)(ZoneInfo)


@lru_cache(maxsize=8192)
def read_day(text: str, date_format: str | None, zone: str, usual: DayFormat | None = None) -> date:
    """A day in one format, ISO unless given; ValueError for what is none. A file repeats its days: they are kept.

    ``usual`` is a format that is read besides ISO where none was given. An ISO instant is the day that it was in
    ``zone``. A midnight without a zone is its day: databases print days so.
    """
    if date_format is not None:
        year, month, day, *_ = time.strptime(text, date_format)
        return date(year, month, day)
    if usual is not None:
        try:
            return usual.read(text)
        except ValueError:
            pass  # it may still be as ISO has it
    if len(text) <= 10:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        if at.time() != datetime.min.time():
            raise ValueError(text)
        return at.date()
    try:
        return at.astimezone(_zone_of(zone)).date()
    except OverflowError:  # at either end of all days, another zone has none
        raise ValueError(text) from None


EXAMPLE = date(2026, 5, 31)  # of how a file writes days
EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, counted so that 1 March 1900 is 61
SERIAL_DAY = re.compile(r"[2-7]\d{4}")  # 1954 to 2119


def why_no_day(text: object, date_format: str | None) -> tuple[str, dict[Door, str]]:
    """Why a text is not read as a day, and what to do; with what only one door knows."""
    remedies: dict[Door, str] = {}
    if isinstance(text, str) and SERIAL_DAY.fullmatch(text):
        day = EXCEL_EPOCH + timedelta(days=int(text))
        fact = say(
            "is a number, where a day is meant: a spreadsheet keeps days as numbers, and this one "
            "would be {day}. Format the cells as days and save the file again.",
            day=day,
        )
    elif date_format:
        fact = say(
            "is not a day written like {example}. Correct it, or give the format that the file has.",
            example=EXAMPLE.strftime(date_format),
        )
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text), re.ASCII):
        fact = say("is not a day: no calendar has it. Correct it.")
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*", str(text), re.ASCII):
        fact = say(
            "is a day with a time and no time zone: it may be another day where the company is. "
            "Write the day alone, or the zone with it, such as 2026-11-04T22:30:00+01:00, or say the "
            "date format that takes the day as it stands: %Y-%m-%d %H:%M:%S."
        )
    elif re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*", str(text), re.ASCII):
        fact = say("is a day in another format than ISO (2026-11-22). Say the date format that the file has.")
        remedies = {
            Door.COMMAND: say("For instance: --date-format %d/%m/%Y, or --date-format %m/%d/%Y."),
            Door.PAGE: say("Choose one in the box “Days are written like”, such as 31/05/2026."),
        }
    else:
        fact = say("is not a day. Write it as ISO has it, such as 2026-05-20.")
    return fact, remedies
