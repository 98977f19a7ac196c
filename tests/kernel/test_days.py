"""Days at their bounds, and as they are written and read."""

from __future__ import annotations

from datetime import date

import pytest

from subledger.kernel.days import DayFormat, check_day, check_span, is_distant, is_old, read_day
from subledger.kernel.errors import DayInvalid

DAY = date(2026, 3, 9)


def test_days_are_from_1900_to_2999():
    for day in (date(1900, 1, 1), date(2999, 12, 31)):
        assert check_day(day, what="day") == day
    for day in (date(1899, 12, 31), date(3000, 1, 1)):
        with pytest.raises(DayInvalid) as refused:
            check_day(day, what="day", param="/day")
        assert refused.value.param == "/day"


def test_a_span_ends_no_earlier_than_it_begins():
    check_span(DAY, DAY)
    with pytest.raises(DayInvalid):
        check_span(DAY, date(2026, 3, 8))


def test_400_days_are_not_old_and_3653_are_not_distant():
    assert not is_old(date(2025, 4, 15), date(2026, 5, 20))
    assert is_old(date(2025, 4, 14), date(2026, 5, 20))
    assert not is_distant(date(2036, 5, 20), date(2026, 5, 20))
    assert is_distant(date(2036, 5, 21), date(2026, 5, 20))


WRITTEN = {
    DayFormat.WORDS: "9 Mar 2026",
    DayFormat.ISO: "2026-03-09",
    DayFormat.POINTS: "09.03.2026",
    DayFormat.SLASHES: "09/03/2026",
    DayFormat.MONTH_FIRST: "03/09/2026",
}


@pytest.mark.parametrize("day_format", DayFormat)
def test_what_a_format_writes_it_reads_and_iso_besides(day_format: DayFormat):
    assert day_format.write(DAY) == WRITTEN[day_format]
    assert day_format.read(f" {WRITTEN[day_format]} ") == DAY
    assert day_format.read("2026-03-09") == DAY
    assert DayFormat.of(f" {day_format.value} ") is day_format
    assert day_format.write(date(2026, 12, 31)) == day_format.value
    for day in (date(2026, month, 11) for month in range(1, 13)):
        assert day_format.read(day_format.write(day)) == day


@pytest.mark.parametrize("day_format", DayFormat)
@pytest.mark.parametrize("text", ["9 Foo 2026", "9-3-2026", "31.02.2026", "2026-02-30", "03/2026", "1.2.26", "x"])
def test_what_is_no_day_of_a_format_is_refused(day_format: DayFormat, text: str):
    with pytest.raises(ValueError, match=r"."):
        day_format.read(text)


def test_no_format_has_another_name():
    assert DayFormat.of("31.12.26") is None


@pytest.mark.parametrize(
    ("text", "date_format", "usual", "day"),
    [
        ("2026-03-09", None, None, DAY),
        ("09.03.2026", "%d.%m.%Y", None, DAY),
        ("09/03/2026", None, DayFormat.SLASHES, DAY),
        ("2026-03-09", None, DayFormat.SLASHES, DAY),
        ("2026-03-09T00:00:00", None, None, DAY),
        ("2026-03-09T00:00:00", None, DayFormat.POINTS, DAY),
        ("2026-03-08T23:30:00+00:00", None, None, DAY),  # half past midnight in Berlin
        ("2026-03-08T22:30:00+00:00", None, None, date(2026, 3, 8)),
    ],
)
def test_a_day_is_read_where_the_company_is(text, date_format, usual, day):
    assert read_day(text, date_format, "Europe/Berlin", usual) == day


@pytest.mark.parametrize("text", ["09.03.2026", "2026-03-09T10:00:00", "0001-01-01T00:00:00+14:00", "soon"])
def test_what_has_no_certain_day_is_none(text):
    with pytest.raises(ValueError, match=r"."):
        read_day(text, None, "America/New_York")
