"""Days on which nothing runs: weekends and holidays, as the ``holidays`` package knows them by country and region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import holidays as days_off

from subledger.kernel.sentences import say
from subledger.runs.errors import ScheduleInvalid

RULES = ("skip", "after", "before")


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days on which a run is left out (``skip``), or done on the next (``after``) or last (``before``) other day."""

    country: str
    region: str = ""
    weekends: bool = False
    rule: str = "skip"

    def has(self, day: date) -> bool:
        return (self.weekends and day.weekday() in _weekend(self.country)) or day in _calendar(
            self.country, self.region
        )


def read_days_off(said: object) -> DaysOff | None:
    if said in (None, {}):
        return None
    if not isinstance(said, Mapping) or set(said) - {"country", "region", "weekends", "rule"}:
        raise ScheduleInvalid(say("Days off have a country, a region, weekends and a rule."), "holidays")
    for name in ("country", "region", "rule"):
        if not isinstance(said.get(name) or "", str):
            raise ScheduleInvalid(
                say("Days off have a text as {name}, {written}.", name=name, written=written(said[name])), "holidays"
            )
    weekends = said.get("weekends")
    if weekends is not None and not isinstance(weekends, bool):
        raise ScheduleInvalid(
            say("Whether weekends are days off is true or false, {written}.", written=written(weekends)), "holidays"
        )
    off = DaysOff(
        str(said.get("country") or "").upper(),
        str(said.get("region") or ""),
        bool(weekends),
        str(said.get("rule") or "skip"),
    )
    if off.region and not off.country:
        raise ScheduleInvalid(say("A region is one of a country: say which."), "holidays")
    if off.rule not in RULES:
        raise ScheduleInvalid(
            say("The rule for days off is one of {rules}, and not {rule!r}.", rules=", ".join(RULES), rule=off.rule),
            "holidays",
        )
    if not off.country and not off.weekends:
        raise ScheduleInvalid(say("Days off need a country, or weekends."), "holidays")
    try:
        _calendar(off.country, off.region)
    except NotImplementedError:
        place = f"{off.country}, {off.region}" if off.region else off.country
        raise ScheduleInvalid(
            say(
                "No holidays are known of {place}. Write the ISO 3166 code of the country, and of its region.",
                place=place,
            ),
            "holidays",
        ) from None
    return off


def written(value: object) -> str:
    """What was written instead of what may be, for the end of a sentence."""
    return say("and none is said") if value in (None, "") else say("and not {value}", value=quoted(value))


def quoted(value: object) -> str:
    """As whoever wrote it as JSON knows it."""
    return repr(value) if isinstance(value, str) else json.dumps(value, default=str)


@lru_cache(maxsize=64)
def _weekend(country: str) -> frozenset[int]:
    """The weekdays, from 0, of a country's weekend: Saturday and Sunday where none is named."""
    return frozenset(_calendar(country, "").weekend) if country else frozenset({5, 6})


@lru_cache(maxsize=64)
def _calendar(country: str, region: str) -> Any:
    return days_off.country_holidays(country, subdiv=region or None) if country else frozenset()
