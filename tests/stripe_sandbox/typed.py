"""Does an answer look like Stripe's? Held against the SDK's typed classes and the published examples."""

import ast
import importlib
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import stripe
from stripe._object_classes import get_object_class

from stripe_sandbox.expand import INCLUDABLE
from stripe_sandbox.shapes import EXAMPLES

Json = Any


class Scope(Mapping[str, Any]):
    """The names that the SDK's annotations use, of which its modules import many for type checkers only."""

    def __init__(self, cls: type) -> None:
        module = sys.modules[cls.__module__]
        self._places = [vars(cls), vars(module)]
        self._imported = _imports(module)

    def __getitem__(self, name: str) -> Any:
        for place in self._places:
            if name in place:
                return place[name]
        module, original = self._imported[name]
        return getattr(importlib.import_module(module), original)

    def __iter__(self) -> Iterator[str]:
        return iter(self._imported)

    def __len__(self) -> int:
        return len(self._imported)


@cache
def _imports(module: types.ModuleType) -> dict[str, tuple[str, str]]:
    """Every ``from … import …`` of a module, wherever it stands."""
    tree = ast.parse(inspect.getsource(module))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.asname or alias.name: (node.module, alias.name) for node in found for alias in node.names}


@cache
def hints(cls: type) -> dict[str, Any]:
    """The fields of one of the SDK's classes."""
    own = {
        k: v
        for c in reversed(cls.__mro__)
        if c.__module__.startswith("stripe.") and c not in _BASES
        for k, v in vars(c).get("__annotations__", {}).items()
        if not k.startswith("_") and k != "OBJECT_NAME"
    }
    holder = type(cls.__name__, (), {"__annotations__": own})
    names = getattr(cls, "_field_remappings", {})
    return {names.get(k, k): v for k, v in typing.get_type_hints(holder, {}, Scope(cls)).items()}


_BASES = set(stripe.StripeObject.__mro__)


def misfits(answer: Json, cls: type | None = None) -> list[str]:
    """Where an answer (as parsed JSON) differs: wrong types, unknown fields, missing fields of the example."""
    cls = cls or get_object_class("V1", answer["object"])
    return [*_typed(answer, cls, answer["object"]), *_missing(answer)]


def _missing(answer: Json) -> list[str]:
    kind = answer["object"]
    example = EXAMPLES[f"deleted_{kind}" if answer.get("deleted") else kind]
    shown = {field for field in example if (kind, field) not in INCLUDABLE}
    if kind == "payment_method":  # the details stand under the name of the method's type
        shown = (shown - {example["type"]}) | {answer["type"]}
    return [f"{kind}.{field} is missing" for field in sorted(shown - set(answer))]


def _typed(value: Json, hint: Any, path: str) -> list[str]:
    """The differences between a value and its declared type, with their paths."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any or isinstance(hint, typing.TypeVar):
        return []
    if origin in (typing.Union, types.UnionType):
        return _typed_union(value, args, path)
    if origin is typing.Literal:
        return [] if value in args else [f"{path}: {value!r} is not one of {args}"]
    if origin in (list, typing.List):  # noqa: UP006 - what the SDK writes
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not a list"]
        return [m for i, member in enumerate(value) for m in _typed(member, args[0], f"{path}[{i}]")]
    if origin is not None and issubclass(origin, stripe.ListObject):
        return [m for i, member in enumerate(value["data"]) for m in _typed(member, args[0], f"{path}.data[{i}]")]
    if origin is not None and issubclass(origin, dict):
        return [] if isinstance(value, dict) else [f"{path}: {value!r} is not an object"]
    if origin is not None or not isinstance(hint, type):
        return [] if isinstance(value, dict) else [f"{path}: {value!r} is not an object"]
    if issubclass(hint, stripe.StripeObject):
        return _typed_object(value, hint, path)
    if hint is Decimal:
        return [] if isinstance(value, str) else [f"{path}: {value!r} is not a decimal in a string"]
    if hint is float:
        return [] if type(value) in (int, float) else [f"{path}: {value!r} is not a number"]
    return [] if type(value) is hint else [f"{path}: {value!r} is not {hint.__name__}"]


def _typed_union(value: Json, args: tuple[Any, ...], path: str) -> list[str]:
    if value is None:
        return [] if type(None) in args else [f"{path} is null"]
    choices = [a for a in args if a is not type(None)]
    if any(typing.get_origin(a) is typing.Literal for a in choices):
        choices = [a for a in choices if a is not str]  # the SDK leaves enumerations open; what we say is in them
    if isinstance(value, dict) and "object" in value:
        named = [a for a in choices if getattr(a, "OBJECT_NAME", None) == value["object"]]
        choices = named or choices
    tries = [_typed(value, choice, path) for choice in choices]
    return min(tries, key=len)


def _typed_object(value: Json, cls: type, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not an object"]
    fields = hints(cls)
    known = fields.keys() | EXAMPLES.get(str(value.get("object")), {}).keys()
    wrong = [f"{path}.{name} is unknown" for name in value if fields and name not in known]
    for name, member in value.items():
        if name in fields:
            wrong += _typed(member, fields[name], f"{path}.{name}")
    return wrong
