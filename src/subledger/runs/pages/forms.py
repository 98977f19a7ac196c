"""Forms of run definitions: the criteria of a kind, field by field, and a schedule in plain words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from django import forms

from subledger.page_kit.fields import DayField
from subledger.runs.kinds import RunKind

CRITERION = "criterion_"
EVERY = (
    ("", "By hand only"),
    ("now", "At once, when it is put in force"),
    ("once", "Once, at a day and time"),
    ("hour", "Every so many hours"),
    ("day", "Every so many days"),
    ("week", "Every so many weeks"),
    ("month", "Every so many months"),
    ("cron", "By a cron expression"),
)
ON_DAYS_OFF = (
    ("skip", "is left out"),
    ("after", "is moved to the next working day"),
    ("before", "is moved to the working day before"),
)


class MomentField(forms.CharField):
    """A day and time of the company's clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "datetime-local"})
        super().__init__(**{"widget": widget, "required": False, "max_length": 30, **options})


class DefinitionForm(forms.Form):
    """The fields of a kind's criteria, and of the schedule; ``values`` gives them as the service takes them."""

    name = forms.CharField(max_length=120, label="Name")
    every = forms.ChoiceField(choices=EVERY, required=False, label="When")
    count = forms.IntegerField(required=False, min_value=1, label="How many of these", initial=1)
    at = MomentField(label="At, or from", help_text="In the company's time zone.")
    until = MomentField(label="Until")
    cron = forms.CharField(
        required=False,
        max_length=100,
        label="Cron expression",
        help_text="Minute, hour, day, month, weekday, such as 30 2 * * 1-5. Of a day and a weekday either is enough.",
    )
    weekends = forms.BooleanField(required=False, label="Weekends are days off")
    country = forms.CharField(
        required=False, max_length=3, label="Holidays of", help_text="Country, such as IT; empty: none."
    )
    region = forms.CharField(required=False, max_length=10, label="Region", help_text="Such as BY of DE.")
    holidays = forms.ChoiceField(choices=ON_DAYS_OFF, required=False, label="A run on a day off")

    def __init__(self, data: Any = None, *, kind: RunKind, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        hints = get_type_hints(kind.criteria)
        self.shapes = {field.name: hints[field.name] for field in dataclasses.fields(kind.criteria)}
        for field in dataclasses.fields(kind.criteria):
            self.fields[f"{CRITERION}{field.name}"] = _field_of(field, self.shapes[field.name])

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        what = [self["name"], *(self[f"{CRITERION}{name}"] for name in self.shapes)]
        when = [self[name] for name in ("every", "count", "at", "until", "cron")]
        off = [self[name] for name in ("weekends", "country", "region", "holidays")]
        return [("What", what), ("When", when), ("Days off", off)]

    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        criteria = {}
        for name, shape in self.shapes.items():
            value = typed[f"{CRITERION}{name}"]
            if value not in (None, ""):
                criteria[name] = _value_of(value, shape)
        return {"name": typed["name"], "criteria": criteria, "schedule": _schedule_of(typed)}


def initial_of(name: str, criteria: Mapping[str, Any], schedule: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of a definition."""
    off = schedule.get("holidays") or {}
    return {
        "name": name,
        **{
            f"{CRITERION}{key}": ", ".join(map(str, value)) if isinstance(value, list) else value
            for key, value in criteria.items()
        },
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
    every = typed["every"]
    if every in ("", "now"):
        return {"every": "now"} if every else {}
    if every == "once":
        return {"every": every, "at": typed["at"]}
    said: dict[str, Any] = {"every": every}
    if every == "cron":
        said["cron"] = typed["cron"]
    else:
        said["count"] = typed["count"] or 1
    for name, value in (("start", typed["at"]), ("until", typed["until"])):
        if value:
            said[name] = value
    if typed["country"] or typed["weekends"]:
        said["holidays"] = {
            "country": typed["country"], "region": typed["region"], "weekends": typed["weekends"],
            "rule": typed["holidays"] or "skip",
        }  # fmt: skip
    return said


def _field_of(field: dataclasses.Field[Any], shape: Any) -> forms.Field:
    said: dict[str, Any] = {
        "required": False,
        "label": field.metadata.get("label") or field.name.replace("_", " ").capitalize(),
        "help_text": field.metadata.get("help", ""),
    }
    if field.default is not dataclasses.MISSING and not isinstance(field.default, tuple):
        said["initial"] = field.default
    plain = _plain(shape)
    if plain is bool:
        return forms.BooleanField(**said)
    if plain is int:
        return forms.IntegerField(**said)
    if plain is date:
        return DayField(**said)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return forms.ChoiceField(choices=[("", "–"), *((e.value, e.value.replace("_", " ")) for e in plain)], **said)
    if get_origin(plain) in (tuple, list, frozenset):
        said["help_text"] = said["help_text"] or "Several are separated by commas."
    return forms.CharField(max_length=2000, **said)


def _value_of(value: Any, shape: Any) -> Any:
    if get_origin(_plain(shape)) in (tuple, list, frozenset):
        return [part.strip() for part in str(value).split(",") if part.strip()]
    return value


def _plain(shape: Any) -> Any:
    """The type of an optional field."""
    alternatives = [each for each in get_args(shape) if each is not type(None)]
    return alternatives[0] if type(None) in get_args(shape) and len(alternatives) == 1 else shape


class AsOfForm(forms.Form):
    as_of = DayField(label="As of", help_text="The day on which the run is frozen; today if empty.")
