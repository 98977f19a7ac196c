"""Form fields of a shape (`platform.shapes`): made of its fields, and read back as JSON says them.

A form takes `fields_of` among its own, under a prefix; `typed_of` gives what was typed as the service reads it,
`shown_of` what the form shows of what stands, and `told_of` the same as labels and words for a page of facts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, get_origin

from django import forms

from subledger.kernel.currencies import normalise
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import plain
from subledger.page_kit.fields import AmountField, DayField, TextField
from subledger.page_kit.formats import formats
from subledger.page_kit.parsing import minor_of, minor_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.platform.rooms import prefixes
from subledger.platform.shapes import Asked, asked_of, is_several, plain_type

__all__ = ["fields_of", "shown_of", "told_of", "typed_of"]

Said = Mapping[str, Any]
_NOTHING = (dataclasses.MISSING, None, "", (), False, 0)  # defaults that say no more than an empty field
Refuse = Callable[[str, str], DomainError]  # the room's refusal, of words and the name of the field


def fields_of(shape: type[Any], prefix: str, said: Said) -> dict[str, forms.Field]:
    """The fields by their names in the form. ``said``: what stands, whose rows are offered whatever their state."""
    defaults = {one.name: one.default for one in dataclasses.fields(shape)}
    return {
        f"{prefix}{name}": _field(asked, kind, defaults[name], said.get(name))
        for name, asked, kind in _shown(shape)
        for asked in [dataclasses.replace(asked, label=asked.label or plain(name).capitalize())]
    }


def typed_of(shape: type[Any], prefix: str, typed: Mapping[str, Any], *, refuse: Refuse) -> dict[str, Any]:
    """What was typed, as JSON says it. What was left empty is left out, but said to be empty where leaving it out would
    mean something else."""
    said: dict[str, Any] = {}
    defaults = {one.name: one.default for one in dataclasses.fields(shape)}
    for name, asked, kind in _shown(shape):
        value = typed[f"{prefix}{name}"]
        if value in (None, "", [], {}):
            if defaults[name] not in _NOTHING:
                said[name] = _emptied(kind)
            continue
        if asked.money:
            said[name] = _minor(value, typed.get(f"{prefix}{asked.money}") or "", name, asked, refuse)
        elif isinstance(value, date):
            said[name] = value.isoformat()
        elif _is_pairs(kind):
            said[name] = _pairs(value, name, refuse)
        elif is_several(kind) and isinstance(value, str):
            said[name] = [part.strip() for part in value.split(",") if part.strip()]
        elif name == "currency":
            said[name] = str(value).strip().lower()
        else:
            said[name] = value
    return said


def _emptied(kind: Any) -> Any:
    """What JSON says of a field in which nothing is left."""
    return [] if is_several(kind) else "" if isinstance(_inner(kind), type) and issubclass(_inner(kind), str) else None


def _minor(text: str, currency: str, name: str, asked: Asked, refuse: Refuse) -> int | None:
    label = asked.label or plain(name)
    if not currency:
        raise refuse(say("{label} is an amount of one currency. Say which.", label=label), asked.money)
    try:
        code = normalise(currency)
    except DomainError as error:
        raise refuse(str(error), asked.money) from None
    try:
        return minor_of(text, code, param=name)
    except DomainError as error:
        raise refuse(str(error), name) from None


def shown_of(shape: type[Any], prefix: str, said: Said) -> dict[str, Any]:
    """What a form shows of what stands."""
    shown: dict[str, Any] = {}
    for name, asked, kind in _shown(shape):
        value = said.get(name)
        if asked.money:
            value = minor_text(value, said.get(asked.money) or "") if said.get(asked.money) else ""
        elif _is_pairs(kind):
            value = "\n".join(f"{key}={each}" for key, each in (value or {}).items())
        elif is_several(kind) and not asked.of and not asked.offered and not _choices(asked, kind, ()):
            value = ", ".join(map(str, value or ()))
        elif plain_type(kind) is date and value:
            value = date.fromisoformat(str(value))
        elif name == "currency":
            value = (value or "").upper()
        if name in said:
            shown[f"{prefix}{name}"] = value
    return shown


def told_of(shape: type[Any], said: Said) -> list[tuple[str, str]]:
    """Label and words of each field that says something."""
    told = []
    defaults = {one.name: one.default for one in dataclasses.fields(shape)}
    for name, asked, kind in _shown(shape):
        value = said.get(name)
        if value in (None, "", [], {}) or (value is False and defaults[name] is not True):
            continue  # 0 is said: it is a bound like another
        label = asked.label or plain(name).capitalize()
        if asked.money:
            currency = said.get(asked.money) or ""
            words: Any = show.money(value, currency) if currency else value
        elif value is True:
            words = say("yes")
        elif value is False:
            words = say("no")
        elif name == "currency":
            words = str(value).upper()
        elif asked.of or asked.offered or _is_enum(kind):
            names = dict(_choices(asked, kind, _several(value)))
            words = joined(names.get(each, each) for each in _several(value))
        elif plain_type(kind) is date:
            words = formats().write_day(date.fromisoformat(str(value)))
        elif _is_pairs(kind):
            words = ", ".join(f"{key}={each}" for key, each in value.items())
        else:
            words = ", ".join(map(str, _several(value)))
        told.append((label, words))
    return told


def _shown(shape: type[Any]) -> Iterator[tuple[str, Asked, Any]]:
    return (each for each in asked_of(shape) if not each[1].hidden)


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _inner(kind: Any) -> Any:
    """The type of one of several, or the type itself."""
    inner = plain_type(kind)
    return inner.__args__[0] if is_several(inner) else inner


def _is_enum(kind: Any) -> bool:
    inner = _inner(kind)
    return isinstance(inner, type) and issubclass(inner, Enum)


def _is_pairs(kind: Any) -> bool:
    return get_origin(plain_type(kind)) is dict


def _choices(asked: Asked, kind: Any, kept: Sequence[str]) -> list[tuple[str, str]]:
    """What may be chosen, as (value, label): rows in use and those that are ``kept``, or an enumeration in words."""
    if asked.offered is not None:
        return list(asked.offered())
    if asked.of:
        model: Any = prefixes()[asked.of]
        rows = {row.public_id: row for row in model.objects.all()}
        return [(ident, str(row)) for ident, row in rows.items() if ident in kept or getattr(row, "is_active", True)]
    return (
        [(each.value, asked.words.get(each.value) or show.word(each)) for each in _inner(kind)]
        if _is_enum(kind)
        else []
    )


def _field(asked: Asked, kind: Any, default: Any, said: Any) -> forms.Field:
    options: dict[str, Any] = {"required": asked.needed, "label": asked.label, "help_text": asked.help}
    if asked.needed:
        options["error_messages"] = {"required": say("Nothing is chosen. Choose one.")}
    if default not in (dataclasses.MISSING, None, "", ()):
        options["initial"] = ", ".join(map(str, default)) if isinstance(default, tuple) else default
    inner = plain_type(kind)
    choices = _choices(asked, kind, _several(said) if said else ())
    if asked.of or choices:
        if is_several(kind):
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
        return forms.ChoiceField(choices=[("", "–"), *choices], **options)
    if asked.money:
        return AmountField(**options)
    if inner is bool:
        return forms.BooleanField(**options)
    if inner is int:
        return forms.IntegerField(**options)
    if inner is date:
        return DayField(**options)
    if _is_pairs(kind):
        options["help_text"] = options["help_text"] or say("One a line, as name=value.")
        return TextField(**options)
    if is_several(kind):
        options["help_text"] = options["help_text"] or say("Several are separated by commas.")
    return forms.CharField(max_length=2000, **options)


def _pairs(text: str, name: str, refuse: Refuse) -> dict[str, str]:
    said: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        key, mark, value = line.partition("=")
        if not mark or not key.strip():
            raise refuse(say("{line!r} is no name=value. Write one a line.", line=line), name)
        said[key.strip()] = value.strip()
    return said
