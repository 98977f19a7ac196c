"""A series that is numbered otherwise from now on: what was given so far is kept as a range, and counting goes on.

Who may change it, and under which locks, is the companies' (`companies.number_series`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from subledger.kernel.number_series import Numbering, Restart, Used

from . import clock
from .models import NumberCounter, NumberRange, NumberSeries
from .rooms import installed
from .scope import current_company_id

# What documents bear of a format: of each year or month the highest counter, and of one the lowest from a number on.
USED = """
    SELECT u.period, max(u.value), min(u.value) FILTER (WHERE u.value >= %(asked)s AND u.period = %(period)s)
      FROM (SELECT substring(n.number FROM %(counter)s)::bigint AS value,
                   CASE WHEN %(restarts)s = 'never' THEN ''
                        ELSE coalesce(substring(n.number FROM %(year)s),
                                      '20' || substring(n.number FROM %(short_year)s))
                             || CASE WHEN %(restarts)s = 'month' THEN '-' || substring(n.number FROM %(month)s)
                                     ELSE '' END
                   END AS period
              FROM ({numbers}) n (number) WHERE n.number ~ %(counter)s) u
     GROUP BY 1
"""
NONE = "^$"  # the pattern of a placeholder that a format lacks


def counters_of(series: NumberSeries) -> dict[str, tuple[int, int]]:
    """(first, next) of each year or month that a series counts in now; of ``""`` where it never begins again."""
    if series.restarts == Restart.NEVER:
        return {"": (series.first_value, series.next_value)}
    rows = NumberCounter.objects.filter(series=series.code).order_by("period")
    return {
        period: (first, following)
        for period, first, following in rows.values_list("period", "first_value", "next_value")
    }


def used_numbers(code: str, numbering: Numbering, *, period: str, asked: int | None) -> dict[str, Used]:
    """What is borne of the numbers that a series would give, by year or month; nothing where no room can say."""
    declared = next((one for room in installed() for one in room.series if one.code == code), None)
    numbers = " UNION ALL ".join(filter(None, (declared.numbers, declared.taken))) if declared is not None else ""
    if not numbers:
        return {}
    places, pattern = numbering.format.placeholders, numbering.format.pattern
    facts = {
        "company": current_company_id(),
        "asked": asked,
        "period": period,
        "restarts": numbering.restarts.value,
        "counter": pattern(),
        "year": pattern("{year}") if "{year}" in places else NONE,
        "short_year": pattern("{yy}") if "{yy}" in places else NONE,
        "month": pattern("{month}") if "{month}" in places else NONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(USED.format(numbers=numbers), facts)
        return {found: Used(highest, first) for found, highest, first in cursor.fetchall() if found is not None}


def renumber(series: NumberSeries, numbering: Numbering, following: Mapping[str, int]) -> None:
    """Number a series so from now on: ``following`` is the next number of each year or month it has counted in.

    The caller holds the lock of the series, and whatever else its numbers are taken under.
    """
    standing, was = counters_of(series), series.numbering
    kept = {
        period
        for period, (_, next_value) in standing.items()
        if numbering == was and following.get(period) == next_value
    }
    ended_at = clock.now()
    NumberRange.objects.bulk_create(
        NumberRange(
            company_id=series.company_id,
            series=series.code,
            format=series.format,
            restarts=series.restarts,
            period=period,
            first_value=first,
            next_value=next_value,
            ended_at=ended_at,
        )
        for period, (first, next_value) in standing.items()
        if period not in kept and next_value > first
    )
    NumberCounter.objects.filter(series=series.code).exclude(period__in=kept).delete()
    if numbering.restarts is Restart.NEVER:
        if "" not in kept:
            series.first_value = series.next_value = following[""]
    else:
        NumberCounter.objects.bulk_create(
            NumberCounter(
                company_id=series.company_id,
                series=series.code,
                period=period,
                first_value=next_value,
                next_value=next_value,
            )
            for period, next_value in following.items()
            if period not in kept
        )
    series.format, series.restarts = numbering.format.text, numbering.restarts.value
    series.prefix, series.digits = _for_the_version_before(numbering)
    series.save(update_fields=["format", "restarts", "prefix", "digits", "first_value", "next_value"])


def pass_over(code: str, numbering: Numbering, period: str, first: int, given: Sequence[int]) -> None:
    """Keep that a series went on from ``first`` to its counters ``given`` and to none between them: what it counted
    without a gap is a range each, and goes on from the last. The caller holds its lock."""
    if not any(one.code == code and one.numbers for room in installed() for one in room.series):
        return  # nobody looks for gaps
    if numbering.restarts is Restart.NEVER:
        [counter] = NumberSeries.objects.filter(code=code)
    else:
        [counter] = NumberCounter.objects.filter(series=code, period=period)
    runs = [[counter.first_value, first]]
    for value in given:
        if value == runs[-1][1]:
            runs[-1][1] = value + 1
        else:
            runs.append([value, value + 1])
    ended_at, last = clock.now(), runs.pop()
    NumberRange.objects.bulk_create(
        NumberRange(
            company_id=counter.company_id,
            series=code,
            format=numbering.format.text,
            restarts=numbering.restarts.value,
            period=period,
            first_value=start,
            next_value=end,
            ended_at=ended_at,
        )
        for start, end in runs
        if end > start
    )
    counter.first_value = last[0]
    counter.save(update_fields=["first_value"])


def _for_the_version_before(numbering: Numbering) -> tuple[str | None, int | None]:
    """Prefix and digits where they say the same: servers of the version before know no more."""
    format = numbering.format
    if numbering.restarts is not Restart.NEVER or format.placeholders or format.after:
        return None, None
    return format.before, format.digits
