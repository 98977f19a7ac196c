"""How a company numbers its documents, accounts and customers: formats, when they begin again, and what comes next.

Usage
-----
::

    number_series()                                             # all of them, as they stand
    try_series(code="invoice", format="RE-{year}-{number:5}")   # as it would stand; nothing is written
    change_series(code="invoice", format="RE-{year}-{number:5}", restarts=Restart.YEAR, next_number=42, actor=actor)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.transaction import atomic

from subledger.companies.queries import today_of_company
from subledger.kernel.errors import NotFound, NumbersCollide, SeriesInvalid
from subledger.kernel.number_cards import cards_refused
from subledger.kernel.number_series import (
    HIGHEST,
    Numbering,
    Restart,
    SeriesFormat,
    common,
    counters_after,
)
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.kernel.words import plain
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import NumberCounter, NumberRange, NumberSeries
from subledger.platform.number_ranges import counters_of, renumber, used_numbers
from subledger.platform.numbering import free_counters, hold_series
from subledger.platform.rooms import installed
from subledger.platform.versions import check_version, version_of

from .locks import hold_books, hold_formats

PERMISSION = "numbers.edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFacts:
    """A series: how it is numbered, and what comes next of each year or month that it has counted in."""

    id: int
    code: str
    numbering: Numbering
    period: str  # of today; "" where it never begins again
    next_number: int  # of today's period
    next_numbers: Sequence[str]  # the next three of today
    counters: Mapping[str, int]  # period -> next number, latest first; nothing where it never begins again


def number_series() -> list[SeriesFacts]:
    """Every series of the company, in the order in which rooms declare them."""
    order = [one.code for room in installed() for one in room.series]
    rows = sorted(
        NumberSeries.objects.all(), key=lambda row: (order.index(row.code) if row.code in order else 99, row.code)
    )
    return facts_of(rows)


def facts_of(rows: Sequence[NumberSeries]) -> list[SeriesFacts]:
    today, counted = today_of_company(), dict[str, dict[str, int]]()
    for series, period, following in NumberCounter.objects.values_list("series", "period", "next_value"):
        counted.setdefault(series, {})[period] = following
    return [
        _facts(row, row.numbering, {"": row.next_value} if _is_endless(row) else counted.get(row.code, {}), today)
        for row in rows
    ]


def series_by_code(code: str) -> NumberSeries:
    """NotFound."""
    found: NumberSeries | None = NumberSeries.objects.filter(code=code).first()
    if found is None:
        raise NotFound(NumberSeries, code)
    return found


def version_of_series(row: NumberSeries) -> str:
    """What stands of it but for how far it counted: people take numbers while others look at the form."""
    return version_of(row, "format", "restarts")


def try_series(
    *,
    code: str,
    format: str | None = None,
    restarts: Restart | None = None,
    next_number: int | None = None,
    period: str | None = None,
) -> SeriesFacts:
    """How a series would stand. As `change_series`, but nothing is written."""
    demand(PERMISSION)
    row, today = series_by_code(code), today_of_company()
    numbering, following = _decided(row, format, restarts, next_number, period, today)
    return _facts(row, numbering, following, today)


@atomic
def change_series(
    *,
    code: str,
    format: str | None = None,
    restarts: Restart | None = None,
    next_number: int | None = None,
    period: str | None = None,
    version: str = "",
    actor: str,
) -> SeriesFacts:
    """Number a series so from the next document on; what is None stays as it is. Numbers that were given stay.

    Parameters
    ----------
    format
        Text with {number} or {number:6}, {year}, {yy} and {month}.
    next_number
        The counter of the next document of ``period``, which is today's year or month if left out.

    Raises
    ------
    NotFound, SeriesInvalid
    NumbersCollide
        A number that is used would come again, or another series could make the same number.
    ChangedMeanwhile
        It says something else than the ``version`` of it that was shown.
    """
    demand(PERMISSION)
    hold_formats()
    if _is_posted(code):
        hold_books()  # postings decide what a number says before they take it
    hold_series(code)
    row, today = series_by_code(code), today_of_company()
    check_version(version, version_of_series(row), thing="number series")
    was, before = row.numbering, counters_of(row)
    numbering, following = _decided(row, format, restarts, next_number, period, today)
    facts = _facts(row, numbering, following, today)
    at = numbering.period(today) if period is None else period
    changes = {
        name: [old, new]
        for name, old, new in (
            ("format", was.format.text, numbering.format.text),
            ("restarts", was.restarts.value, numbering.restarts.value),
            ("next_number", before.get(was.period(today) if period is None else at, (1, 1))[1], following.get(at, 1)),
        )
        if old != new
    }
    if changes:
        renumber(row, numbering, following)
        told = {"code": code, **changes, **({"period": at} if at else {})}
        record_events([NewEvent("number_series.changed", "number_series", row.pk, told)], actor=actor)
    return facts


def _decided(
    row: NumberSeries,
    format: str | None,
    restarts: Restart | None,
    next_number: int | None,
    period: str | None,
    today: date,
) -> tuple[Numbering, dict[str, int]]:
    """How it is to be numbered, and the next number of each year or month that it has counted in."""
    was = row.numbering
    if format is not None:
        check_texts(format, param="/format")
    numbering = Numbering.read(
        was.format.text if format is None else format, was.restarts if restarts is None else restarts
    )
    at = numbering.period(today) if period is None else period
    numbering.day_in(at, today=today)  # refuses what is no year or month
    following = {one: next_value for one, (_, next_value) in counters_of(row).items()}
    if numbering == was and next_number is None:
        return numbering, following
    if next_number is not None and 1 <= next_number <= HIGHEST and numbering.format.writes_cards(next_number):
        raise SeriesInvalid(cards_refused(), param="/next_number")
    if numbering.format != was.format:
        _check_others(row.code, numbering.format)
    if numbering.restarts is not was.restarts:
        following = {numbering.period(today): following.get(was.period(today), 1)}
    return numbering, counters_after(
        following,
        numbering=numbering,
        period=at,
        asked=next_number,
        used=used_numbers(row.code, numbering, period=at, asked=next_number),
        today=today,
    )


def _check_others(code: str, format: SeriesFormat) -> None:
    """A number says what it is of: NumbersCollide where another series makes, or made, the same."""
    others = [*NumberSeries.objects.exclude(code=code).values_list("code", "format").order_by("code")]
    others += [*NumberRange.objects.exclude(series=code).values_list("series", "format").distinct().order_by("series")]
    for other, text in others:
        number = common(format, SeriesFormat.kept(text))
        if number is not None:
            raise NumbersCollide(
                say(
                    "{number} could be a number of two series: this one, and that of {other} ({format}). The search "
                    "finds things by their number, so begin it with other letters.",
                    number=number,
                    other=words_of_series(other),
                    format=text,
                ),
                param="/format",
            )


def words_of_series(code: str) -> str:
    """What a series numbers, in words: credit note."""
    return plain(code)


def _facts(row: NumberSeries, numbering: Numbering, counters: Mapping[str, int], today: date) -> SeriesFacts:
    period = numbering.period(today)
    following = free_counters(row.code, numbering, counters.get(period, 1), today, count=3)
    return SeriesFacts(
        id=row.pk,
        code=row.code,
        numbering=numbering,
        period=period,
        next_number=following[0],
        next_numbers=[numbering.format.written(value, today) for value in following],
        counters={one: counters[one] for one in sorted(counters, reverse=True) if one},
    )


def _is_endless(row: NumberSeries) -> bool:
    return row.restarts == Restart.NEVER.value


def _is_posted(code: str) -> bool:
    return any(one.is_posted for room in installed() for one in room.series if one.code == code)
