"""Spans of days as instants, in the company's time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from subledger.platform import clock


def span_of_days(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last; None for a day that nobody says."""
    begin = None if first is None else datetime.combine(first, time(), clock.zone_of(zone))
    end = None if last is None else datetime.combine(last + timedelta(days=1), time(), clock.zone_of(zone))
    return begin, end
