"""The form of a segment: its name, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from subledger.accounts.models import Account
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.page_kit.shape_fields import fields_of, shown_of, told_of, typed_of
from subledger.segments.criteria import SHAPES
from subledger.segments.errors import SegmentInvalid
from subledger.segments.models import Segment
from subledger.segments.states import About

__all__ = ["SegmentForm", "initial_of", "told"]

CRITERIA = "criteria_"
SECTIONS: Mapping[About, tuple[tuple[str, tuple[str, ...]], ...]] = {
    About.ACCOUNTS: (
        (say("Which accounts"), ("classifications", "states", "countries", "ratings", "preferences", "parent")),
        (
            say("What is open on them"),
            (
                "currency", "standing", "balance_from", "balance_to", "overdue_from", "overdue_to",
                "overdue_days_from", "overdue_days_to", "credit_from", "credit_to", "credit_days_from",
            ),
        ),
        (say("More"), ("created_from", "created_to", "metadata")),
    ),
    About.TRANSACTIONS: (
        (
            say("Which transactions"),
            ("classifications", "types", "categories", "states", "methods", "account_classifications"),
        ),
        (say("What is open of them"), ("settlement", "currency", "amount_from", "amount_to", "open_from", "open_to")),
        (
            say("When"),
            ("due_from", "due_to", "overdue_days_from", "overdue_days_to", "posted_from", "posted_to", "metadata"),
        ),
    ),
}  # fmt: skip


class SegmentForm(forms.Form):
    name = forms.CharField(max_length=120, label=say("Name"))
    description = forms.CharField(max_length=300, required=False, label=say("Description"))

    def __init__(self, data: Any = None, *, about: About, initial: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.about = about
        asked = fields_of(SHAPES[about], CRITERIA, said)
        for name, field in asked.items():
            choices: Any = getattr(field, "choices", None)
            if choices is None or any(value for value, _ in choices):  # nothing to choose from is nothing to ask
                self.fields[name] = field

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        parts = [
            (legend, [self[f"{CRITERIA}{name}"] for name in names if f"{CRITERIA}{name}" in self.fields])
            for legend, names in SECTIONS[self.about]
        ]
        return [(say("Segment"), [self["name"], self["description"]]), *parts]

    def criteria(self) -> dict[str, Any]:
        typed = {f"{CRITERIA}{name}": "" for name in SHAPES[self.about].__dataclass_fields__}
        return typed_of(SHAPES[self.about], CRITERIA, {**typed, **self.cleaned_data}, refuse=_refused)


def _refused(words: str, name: str) -> SegmentInvalid:
    return SegmentInvalid(words, param=f"/criteria/{name}")


def initial_of(segment: Segment) -> dict[str, Any]:
    shape = SHAPES[About(segment.about)]
    named = {"name": segment.name, "description": segment.description}
    return {**named, **shown_of(shape, CRITERIA, _readable(segment.criteria))}


def told(segment: Segment) -> list[tuple[str, str]]:
    """The criteria in words."""
    return told_of(SHAPES[About(segment.about)], _readable(segment.criteria))


def _readable(said: Mapping[str, Any]) -> dict[str, Any]:
    """A parent by its number, as people know it."""
    parent = said.get("parent")
    if not parent:
        return dict(said)
    found = Account.objects.filter(pk=ids.decode(Account.PREFIX, parent)).values_list("number", flat=True).first()
    return {**said, "parent": found or parent}
