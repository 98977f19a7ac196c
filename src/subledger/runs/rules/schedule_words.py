"""What schedules say of themselves."""

from __future__ import annotations

from subledger.kernel.sentences import say

MOVED = {
    "skip": say("not on"),
    "after": say("moved to the next day from"),
    "before": say("moved to the day before from"),
}


def every(unit: str, count: int) -> str:
    one = {
        "minute": say("Every minute"),
        "hour": say("Every hour"),
        "day": say("Every day"),
        "week": say("Every week"),
        "month": say("Every month"),
        "year": say("Every year"),
    }
    several = {
        "second": say("Every {count} seconds", count=count),
        "minute": say("Every {count} minutes", count=count),
        "hour": say("Every {count} hours", count=count),
        "day": say("Every {count} days", count=count),
        "week": say("Every {count} weeks", count=count),
        "month": say("Every {count} months", count=count),
        "year": say("Every {count} years", count=count),
    }
    return (one if count == 1 else several)[unit]


def free_days(country: str, region: str, *, weekends: bool) -> str:
    """The days off that a schedule goes around, for the end of a sentence."""
    if not country:
        return say("weekends")
    place = f"{country}-{region}" if region else country
    if weekends:
        return say("holidays of {country} and weekends", country=place)
    return say("holidays of {country}", country=place)
