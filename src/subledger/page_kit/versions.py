"""What stands now of something that two people edit, beside what one of them typed into a form that is older."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.forms import BaseFormSet, BooleanField, BoundField, FileField, Form, PasswordInput
from django.utils.choices import flatten_choices

from subledger.kernel.sentences import said, say
from subledger.page_kit.staff import desk
from subledger.platform.models import Event

__all__ = ["Difference", "LastChange", "standing"]


class Difference(NamedTuple):
    label: str
    now: str
    typed: str


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed it last, and where what was typed is not what stands."""

    by: str
    at: datetime | None
    differences: Sequence[Difference]


def standing(typed: Form, now: Form, ident: int, *, lines: BaseFormSet | None = None, kept: Any = None) -> LastChange:
    """``now`` is the form as it would be opened; ``lines`` were typed and ``kept`` would be opened, of a document."""
    last = Event.objects.filter(object_id=ident).order_by("-id").first() if ident else None
    by = desk().names_of([last.actor]).get(last.actor, last.actor) if last else ""
    found = [*_of_fields(typed, now)]
    if lines is not None:
        found += _of_lines(lines, kept)
    return LastChange(by, last.at if last else None, found)


def _of_fields(typed: Form, now: Form) -> Iterator[Difference]:
    for bound in typed.visible_fields():
        if bound.name not in now.fields or isinstance(bound.field.widget, PasswordInput):
            continue
        if isinstance(bound.field, FileField):
            continue
        before, after = _text(now[bound.name]), _text(bound)
        if before != after:
            yield Difference(str(bound.label), before, after)


def _of_lines(lines: BaseFormSet, kept: BaseFormSet) -> Iterator[Difference]:
    given = [_line(form) for form in lines.forms if form.has_changed() and form not in lines.deleted_forms]
    stand = [_line(form) for form in kept.forms] if kept.initial else []
    for at in range(max(len(given), len(stand))):
        before, after = (lines[at] if at < len(lines) else "" for lines in (stand, given))
        if before != after:
            yield Difference(say("Line {at}", at=at + 1), before, after)


def _line(form: Form) -> str:
    shown = ((said(str(bound.label)), _text(bound)) for bound in form.visible_fields() if bound.name != "DELETE")
    return ", ".join(f"{label}: {text}" for label, text in shown if text)


def _text(bound: BoundField) -> str:
    """What a field says, as its page shows it."""
    value = bound.value()
    if isinstance(bound.field, BooleanField):
        return said(say("yes") if bound.field.to_python(value) else say("no"))
    choices: Any = getattr(bound.field, "choices", None)
    if choices is not None:
        wanted = {str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")}
        offered: list[tuple[Any, Any]] = list(flatten_choices(choices))
        return ", ".join(said(str(label)) for key, label in offered if str(key) in wanted)
    return "" if value is None else str(value).strip().replace("\r\n", "\n")
