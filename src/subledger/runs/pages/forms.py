"""Forms of run definitions: the criteria of a kind, field by field, and a schedule in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from subledger.kernel.sentences import say
from subledger.page_kit.fields import CountryField, DayField
from subledger.page_kit.shape_fields import fields_of, shown_of, typed_of
from subledger.runs.errors import RunCriteriaInvalid, ScheduleInvalid
from subledger.runs.kinds import RunKind
from subledger.runs.rules.schedules import FIELDS, has_none

CRITERIA = "criteria_"  # a refusal of /criteria/<name> stands beside it
USUAL = {"count": 1, "holidays": "skip"}  # what a form says of them where nobody does
EVERY = (
    ("", say("By hand only")),
    ("now", say("At once, when it is put in force")),
    ("once", say("Once, at a day and time")),
    ("second", say("Every so many seconds")),
    ("minute", say("Every so many minutes")),
    ("hour", say("Every so many hours")),
    ("day", say("Every so many days")),
    ("week", say("Every so many weeks")),
    ("month", say("Every so many months")),
    ("year", say("Every so many years")),
    ("cron", say("By a cron expression")),
)
ON_DAYS_OFF = (
    ("skip", say("is left out")),
    ("after", say("is moved to the next working day")),
    ("before", say("is moved to the working day before")),
)


_PERIODS = "second minute hour day week month year"
# What is of use by what is chosen under When. Scripts hide the rest; without them it stands there, and is refused.
MATTERS = {
    "count": _PERIODS,
    "at": f"once {_PERIODS} cron",
    "until": f"{_PERIODS} cron",
    "cron": "cron",
    **dict.fromkeys(("weekends", "country", "region", "holidays"), f"{_PERIODS} cron"),
}


class MomentField(forms.CharField):
    """A day and time of the company's clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "datetime-local"})
        super().__init__(**{"widget": widget, "required": False, "max_length": 30, **options})


class DefinitionForm(forms.Form):
    """The fields of a kind's criteria, and of the schedule; ``values`` gives them as the service takes them."""

    name = forms.CharField(max_length=120, label=say("Name"))
    every = forms.ChoiceField(choices=EVERY, required=False, label=say("When"))
    count = forms.IntegerField(required=False, min_value=1, label=say("How many of these"), initial=1)
    at = MomentField(label=say("At, or from"), help_text=say("In the company's time zone."))
    until = MomentField(label=say("Until"))
    cron = forms.CharField(
        required=False,
        max_length=100,
        label=say("Cron expression"),
        help_text=say(
            "Minute, hour, day, month, weekday, such as 30 2 * * 1-5. Of a day and a weekday either is enough."
        ),
    )
    weekends = forms.BooleanField(required=False, label=say("Weekends are days off"))
    country = CountryField(label=say("Holidays of"), help_text=say("Country, such as IT; empty: none."))
    region = forms.CharField(required=False, max_length=10, label=say("Region"), help_text=say("Such as BY of DE."))
    holidays = forms.ChoiceField(choices=ON_DAYS_OFF, required=False, label=say("A run on a day off"))

    def __init__(
        self,
        data: Any = None,
        *,
        kind: RunKind,
        initial: Mapping[str, Any] | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> None:
        """``initial`` as `initial_of` gives it; ``said`` are the criteria that stand."""
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        self.asked = fields_of(kind.criteria, CRITERIA, said or {})
        self.fields.update(self.asked)
        for name, values in MATTERS.items():
            self.fields[name].shown_for = f"every {values}"  # type: ignore[attr-defined]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        what = [self["name"], *(self[name] for name in self.asked)]
        when = [self[name] for name in ("every", "count", "at", "until", "cron")]
        off = [self[name] for name in ("weekends", "country", "region", "holidays")]
        return [(say("What"), what), (say("When"), when), (say("Days off"), off)]

    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        criteria = typed_of(self.kind.criteria, CRITERIA, typed, refuse=_refused)
        return {"name": typed["name"], "criteria": criteria, "schedule": _schedule_of(typed)}


def _refused(words: str, name: str) -> RunCriteriaInvalid:
    return RunCriteriaInvalid(words, param=f"/criteria/{name}")


def initial_of(kind: RunKind, name: str, criteria: Mapping[str, Any], schedule: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of a definition."""
    off = schedule.get("holidays") or {}
    return {
        "name": name,
        **shown_of(kind.criteria, CRITERIA, criteria),
        "every": schedule.get("every", ""),
        "count": schedule.get("count", 1),
        "at": schedule.get("at") or schedule.get("start") or "",
        "until": schedule.get("until") or "",
        "cron": schedule.get("cron", ""),
        "weekends": off.get("weekends", False),
        "country": off.get("country", ""),
        "region": off.get("region", ""),
        "holidays": off.get("rule", "skip"),
    }


def _schedule_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the API has it: nothing of it is dropped."""
    every = typed["every"]
    said: dict[str, Any] = {
        "at" if every == "once" else "start": typed["at"],
        "until": typed["until"],
        "cron": typed["cron"],
        "count": typed["count"] if typed["count"] != USUAL["count"] else None,
    }
    off: dict[str, Any] = {
        "country": typed["country"],
        "region": typed["region"],
        "weekends": typed["weekends"],
        "rule": typed["holidays"] if typed["holidays"] != USUAL["holidays"] else "",
    }
    for name, field, value in (
        *((name, "at" if name == "start" else name, value) for name, value in said.items()),
        *(("holidays", "holidays" if name == "rule" else name, value) for name, value in off.items()),
    ):
        if value and not every:
            raise ScheduleInvalid(say("Nothing is due by that. Choose under When what is, or leave it empty."), field)
        if value and name not in FIELDS[every]:
            raise has_none(every, name, field)
    if not every:
        return {}
    found = {"every": every, **{name: value for name, value in said.items() if value}}
    if any(off.values()):
        found["holidays"] = off | {"rule": typed["holidays"] or USUAL["holidays"]}
    return found


class AsOfForm(forms.Form):
    as_of = DayField(label=say("As of"), help_text=say("The day on which the run is frozen; today if empty."))
