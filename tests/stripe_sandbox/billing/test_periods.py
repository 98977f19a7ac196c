from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripe_sandbox.billing.periods import Interval, add_months, boundary, next_anchor, period_at


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def test_an_anchor_on_the_31st_falls_on_month_ends_and_never_drifts():
    anchor = at("2025-01-31T10:00:00")
    days = [day(boundary(anchor, Interval("month"), index)) for index in range(6)]
    assert days == ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30"]


def test_a_leap_day_comes_back_in_leap_years_only():
    anchor = at("2024-02-29T00:00:00")
    assert [day(boundary(anchor, Interval("year"), index)) for index in (1, 4)] == ["2025-02-28", "2028-02-29"]


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
@given(
    anchor=st.integers(at("2000-01-01T00:00:00"), at("2060-01-01T00:00:00")),
    count=st.integers(1, 12),
    index=st.integers(-40, 40),
    within=st.floats(0, 0.999),
)
def test_periods_tile_time_and_hold_their_moments(unit, anchor, count, index, within):
    interval = Interval(unit, count)
    start, end = boundary(anchor, interval, index), boundary(anchor, interval, index + 1)
    moment = start + int((end - start) * within)
    assert start < end
    assert period_at(anchor, interval, moment) == (start, end)
    assert period_at(anchor, interval, end) == (end, boundary(anchor, interval, index + 2))


@pytest.mark.parametrize(
    ("after", "config", "expected"),
    [
        ("2025-01-15T12:30:00", {"day_of_month": 20}, "2025-01-20T12:30:00"),
        ("2025-01-15T12:30:00", {"day_of_month": 1}, "2025-02-01T12:30:00"),
        ("2025-01-31T12:30:00", {"day_of_month": 30, "hour": 0, "minute": 0, "second": 0}, "2025-02-28T00:00:00"),
        ("2025-04-10T00:00:00", {"day_of_month": 31, "month": 2}, "2026-02-28T00:00:00"),
        ("2025-04-10T00:00:00", {"day_of_month": 10}, "2025-04-10T00:00:00"),
    ],
)
def test_the_next_anchor_is_the_first_fitting_moment(after, config, expected):
    assert next_anchor(at(after), **config) == at(expected)


def test_months_are_added_on_the_calendar():
    assert day(add_months(at("2025-03-31T00:00:00"), -1)) == "2025-02-28"
    assert day(add_months(at("2025-12-31T00:00:00"), 2)) == "2026-02-28"
