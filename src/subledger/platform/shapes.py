"""What people ask for as frozen dataclasses: what each field is, and how a value of one is read from JSON.

Usage
-----
::

    @dataclass(frozen=True)
    class Refunding:
        provider: str = asks("Provider", of="gpr")                  # the public id of a row of that prefix
        currency: CurrencyCode = asks("Currency")
        minimum_minor: int | None = asks("At least", default=None, money="currency")    # minor units of it

    value = read_shape(Refunding, {"provider": "gpr_0…"})           # ShapeInvalid says where it cannot be read
    check_rows(Refunding, value)                                    # …and which row is not there

Forms are made of the same fields (`page_kit.shape_fields`), so that no door can forget one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, TypeAdapter, ValidationError

from subledger.kernel import ids
from subledger.kernel.currencies import normalise
from subledger.kernel.errors import CurrencyUnknown
from subledger.kernel.sentences import say

from .rooms import prefixes

__all__ = [
    "Asked", "CurrencyCode", "ShapeInvalid", "asks", "check_rows", "is_several", "plain_type", "read_shape",
    "shape_json",
]  # fmt: skip

Offered = Callable[[], Sequence[tuple[str, str]]]


def _currency(said: str) -> str:
    if not said.strip():
        return ""
    try:
        return normalise(said)
    except CurrencyUnknown as unknown:
        raise ValueError(str(unknown)) from unknown


CurrencyCode = Annotated[str, AfterValidator(_currency)]  # or "" where none is named; capital letters are read


@dataclass(frozen=True, slots=True)
class Asked:
    """What one field asks for.

    ``of`` is the prefix of the rows that its public ids name; ``offered`` gives those that a form offers (id, label)
    where that is not all of them. ``words`` are what values of an enumeration are called where that is not the usual.
    ``money`` is the field with the currency of its minor units. A ``hidden`` field is none that people fill in; a
    ``needed`` one is not left empty.
    """

    label: str = ""
    help: str = ""
    of: str = ""
    money: str = ""
    offered: Offered | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    needed: bool = False


class ShapeInvalid(Exception):
    """What was said cannot be read: where (``path``, from the outside), and why in words without an end."""

    def __init__(self, path: Sequence[str], words: str) -> None:
        super().__init__(words)
        self.path, self.words = tuple(path), words


def asks(label: str, *, default: Any = "", **options: Any) -> Any:
    """A field of a shape; ``options`` as in `Asked`. A ``default`` that could be changed is made anew each time."""
    said: dict[str, Any] = {"metadata": {"asked": Asked(label, **options)}}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, **said)
    return dataclasses.field(default=default, **said)


def asked_of(shape: type[Any]) -> Iterator[tuple[str, Asked, Any]]:
    """Each field of a shape: its name, what it asks for, and its type."""
    hints = get_type_hints(shape)
    for one in dataclasses.fields(shape):
        yield one.name, one.metadata.get("asked") or Asked(), hints[one.name]


def plain_type(shape: Any) -> Any:
    """The type of an optional field."""
    alternatives = [each for each in get_args(shape) if each is not type(None)]
    return alternatives[0] if type(None) in get_args(shape) and len(alternatives) == 1 else shape


def is_several(shape: Any) -> bool:
    return get_origin(plain_type(shape)) in (tuple, list, frozenset)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def read_shape(shape: type[Any], said: Mapping[str, Any]) -> Any:
    """The value of what JSON says. Raises ShapeInvalid: a name that there is not, or a value that cannot be read."""
    known = [one.name for one in dataclasses.fields(shape)]
    for name in said:
        if name not in known:
            there = ", ".join(known) or say("none")
            raise ShapeInvalid([name], say("there is no criterion {name!r}. Known: {there}", name=name, there=there))
    try:
        return _adapter(cast(Hashable, shape)).validate_python(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        message = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
        words = say(
            "{place} cannot be read: {initial}{rest}",
            place=" ".join(path) or say("the criteria"),
            initial=message[:1].lower(),
            rest=message[1:],
        )
        raise ShapeInvalid(path, words) from error


def shape_json(shape: type[Any], value: Any, *, short: bool = False) -> dict[str, Any]:
    """A value as JSON says it; ``short``: without what was not asked for."""
    said: dict[str, Any] = _adapter(cast(Hashable, shape)).dump_python(value, mode="json", exclude_defaults=short)
    return said


def check_rows(shape: type[Any], value: Any) -> None:
    """The rows that its public ids name are there, in the company in scope; one statement a field. ShapeInvalid."""
    for name, asked, _ in asked_of(shape):
        said = getattr(value, name) if asked.of else None
        named = [said] if isinstance(said, str) else list(said or ())
        if not any(named):
            continue
        model: Any = prefixes()[asked.of]
        noun = say(str(model._meta.verbose_name))
        numbers: dict[str, int] = {}
        for public_id in filter(None, named):
            try:
                numbers[public_id] = ids.decode(asked.of, public_id)
            except ValueError:
                raise ShapeInvalid([name], say("{said!r} is no id of a {noun}", said=public_id, noun=noun)) from None
        found = set(model.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True))
        for public_id, number in numbers.items():
            if number not in found:
                raise ShapeInvalid([name], say("there is no {noun} {said!r}", said=public_id, noun=noun))
