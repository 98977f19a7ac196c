"""How the person who looks at a page reads and writes numbers and days: their own format, else the company's.

Usage: `access.staff_page` enters ``formats_in_use``; what prints or reads a number or a day asks `formats`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from subledger.kernel.days import DayFormat
from subledger.kernel.numbers import NumberFormat

__all__ = ["AFTER_DAY", "USUAL", "Formats", "formats", "formats_in_use"]


@dataclass(frozen=True, slots=True)
class Formats:
    """``number`` and ``day`` are None where neither the person nor the company has said one."""

    number: NumberFormat | None = None
    day: DayFormat | None = None

    @classmethod
    def of(cls, *, numbers: tuple[str, ...], days: tuple[str, ...]) -> Formats:
        """The first that is said of each: the person's goes before the company's."""
        return cls(
            next(filter(None, map(NumberFormat.of, numbers)), None), next(filter(None, map(DayFormat.of, days)), None)
        )

    @property
    def number_shown(self) -> NumberFormat:
        return self.number or NumberFormat.SPACE_GROUPS_POINT

    def write_day(self, day: date) -> str:
        return (self.day or DayFormat.WORDS).write(day)


UNSAID = Formats()
# What is usual in a language of pages, where neither the person nor the company says otherwise.
USUAL = {"de": Formats(NumberFormat.POINT_GROUPS, DayFormat.POINTS)}
# What stands behind the number of a day before the name of its month.
AFTER_DAY = {"de": "."}
_in_use: ContextVar[Formats | None] = ContextVar("formats", default=None)


def formats() -> Formats:
    return _in_use.get() or UNSAID


@contextmanager
def formats_in_use(said: Formats) -> Iterator[None]:
    token = _in_use.set(said)
    try:
        yield
    finally:
        _in_use.reset(token)
