"""Gapless number series.

A number is taken under its series' lock, so it is taken last: the lock lasts only until the commit that follows.
Two guards stand behind each other, and either alone keeps numbers apart: whoever takes one holds the series' advisory
lock, and one UPDATE reads the counter and raises it.

Posting takes its numbers inside the database function that writes a whole set (see transactions); this door serves
everything else. How numbers are written is a rule (`kernel.number_series`); who may change it, and when, is the
companies'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from subledger.kernel.number_series import PLACE, Numbering, Restart, SeriesFormat, meant

from . import clock
from .models import NumberCounter, NumberRange, NumberSeries
from .number_ranges import pass_over
from .rooms import installed
from .scope import current_company_id
from .statements import Json, fetch

# Queue at an advisory lock (in order, one wake-up each) as posting does: see posting_write.
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
# One that begins again counts elsewhere: its own counter stays.
TAKE = """
    UPDATE platform_numberseries
       SET next_value = next_value + CASE restarts WHEN 'never' THEN %s ELSE 0 END WHERE company_id = %s AND code = %s
    RETURNING next_value - %s, format, restarts
"""
TAKE_OF_PERIOD = "SELECT firsts[1] FROM numbers_take_v2(%s, %s)"
# Numbers that people may have typed themselves: whether one of a block is borne already, and if so the first counters
# from ``first`` on whose numbers are free. There are no more taken ones than there are rows.
BORNE = "SELECT EXISTS (SELECT FROM ({numbers}) n (number) WHERE n.number = ANY(%(block)s))"
FREE = """
    SELECT v.value
      FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1 + %(besides)s
                                              + (SELECT count(*) FROM ({numbers}) n)) v (value)
     CROSS JOIN LATERAL (
           SELECT %(before)s || lpad(v.value::text, greatest(%(digits)s, length(v.value::text)), '0') || %(after)s
           ) w (number)
     WHERE w.number <> ALL(%(spoken_for)s) AND NOT EXISTS (SELECT FROM ({numbers}) n (number) WHERE n.number = w.number)
     ORDER BY v.value LIMIT %(count)s
"""
YEARS_BACK = 10  # of which short numbers are looked for where a series that never begins again says the year
MOST_MONTHS = 24  # the same, of months


def create_series(*, code: str, prefix: str, digits: int = 8) -> None:
    NumberSeries.objects.get_or_create(
        company_id=current_company_id(),
        code=code,
        defaults={"prefix": prefix, "digits": digits, "format": SeriesFormat.plain(prefix, digits).text},
    )


def _today() -> date:
    return clock.today("UTC")


def next_number(
    series: str, *, count: int = 1, today: Callable[[], date] = _today, besides: Collection[str] = ()
) -> list[str]:
    """The next ``count`` numbers of a series of the company in scope; given back whole if the caller rolls back.

    ``today`` is asked where numbers say the day. Where people may type such numbers, those that somebody bears already
    are passed over, and those that are to be borne ``besides``.
    """
    if not count:
        return []
    hold_series(series)
    first, numbered, day = _take(series, count, today)
    values = free_counters(series, numbered, first, day, count=count, besides=besides)
    if passed := values[-1] - (first + count - 1):
        _take(series, passed, today)
        pass_over(series, numbered, numbered.period(day), first, values)
    return [numbered.format.written(value, day) for value in values]


def _take(series: str, count: int, today: Callable[[], date]) -> tuple[int, Numbering, date]:
    """The first of the next ``count`` counters, how they are numbered, and the day that they say."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [count, current_company_id(), series, count])
        first, *numbering = cursor.fetchone()
    numbered = Numbering.kept(*numbering)
    day = today() if numbered.format.placeholders else date(2000, 1, 1)
    if numbered.restarts is not Restart.NEVER:
        [(first,)] = fetch(TAKE_OF_PERIOD, [current_company_id(), Json([[numbered.key(series, day), count]])])
    return first, numbered, day


def free_counters(
    series: str, numbering: Numbering, first: int, day: date, *, count: int, besides: Collection[str] = ()
) -> Sequence[int]:
    """The first ``count`` counters from ``first`` on whose numbers of that day nobody bears: one statement more where
    people typed some of them, however many."""
    block = range(first, first + count)
    declared = next((one for room in installed() for one in room.series if one.code == series), None)
    typed = declared.taken if declared is not None and not declared.is_posted else ""
    if not typed:
        return block
    numbers = [numbering.format.written(value, day) for value in block]
    facts: dict[str, Any] = {"company": current_company_id(), "block": numbers}
    with connection.cursor() as cursor:
        cursor.execute(BORNE.format(numbers=typed), facts)
        if cursor.fetchone() == (False,) and not set(numbers) & set(besides):
            return block
        before, after = numbering.format.around(day).split(PLACE)
        facts |= {"first": first, "count": count, "besides": len(besides), "spoken_for": list(besides)}
        facts |= {"before": before, "after": after, "digits": numbering.format.digits}
        cursor.execute(FREE.format(numbers=typed), facts)
        return [value for (value,) in cursor.fetchall()]


def hold_series(series: str) -> None:
    """Let nobody take a number of a series of the company until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [series, current_company_id()])


def numberings() -> dict[str, Numbering]:
    """How each series of the company is numbered now, by code."""
    return {row.code: row.numbering for row in NumberSeries.objects.all()}


def formats_ever() -> list[SeriesFormat]:
    """Every format in which the company's numbers are or were written."""
    return [one.format for one in _numberings_ever()]


def _numberings_ever() -> list[Numbering]:
    said = [*NumberSeries.objects.order_by("code").values_list("format", "restarts")]
    said += NumberRange.objects.order_by("format").values_list("format", "restarts").distinct()
    return [Numbering.kept(*one) for one in dict.fromkeys(said)]


def written_in_full(text: str) -> list[str]:
    """The numbers that somebody may mean who leaves out zeros, or says other marks: INV5 and INV 5 are INV00000005; []
    for what is no such number."""
    asked = text.strip().upper()
    return list(dict.fromkeys(full for one in formats_ever() if (full := one.in_full(asked)) is not None))


def numbers_ending_in(text: str) -> list[str]:
    """The numbers of the company's series that ``text`` may stand for: 13 is INV00000013 and ACR00000013 and so on.

    Where numbers say the year, it is of each year that the series has counted in, the latest first; 2026-13 and
    2026 13 say which.
    """
    if not any(character.isdigit() for character in text) or len(text) > 60:
        return []
    everything, found = _numberings_ever(), list[str]()
    periods = _periods() if any(one.format.placeholders for one in everything) else ()
    for one in everything:
        found += meant(text, one, _days(one, periods))
    return list(dict.fromkeys(found))


def _periods() -> Sequence[str]:
    """Years and months in which the company's series have counted."""
    rows = NumberCounter.objects.order_by().values_list("period", flat=True)
    return sorted({*rows, *NumberRange.objects.order_by().values_list("period", flat=True)} - {""})


def _days(numbering: Numbering, periods: Sequence[str]) -> Iterator[date]:
    """A day of each year, or month, that a number of this format may say, the latest first."""
    today = _today()
    if not numbering.format.placeholders:
        yield today
        return
    years = {int(period[:4]) for period in periods} | {today.year, today.year + 1}
    if numbering.restarts is Restart.NEVER:
        years |= set(range(today.year - YEARS_BACK, today.year))
    if not numbering.format.has_month:
        yield from (date(year, 1, 1) for year in sorted(years, reverse=True))
        return
    months = [date(year, month, 1) for year in sorted(years, reverse=True) for month in range(12, 0, -1)]
    yield from [day for day in months if day <= today.replace(day=28)][:MOST_MONTHS]
