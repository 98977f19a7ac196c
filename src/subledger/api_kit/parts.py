"""What higher rooms add to the objects of lower ones: a field of an answer, told for a whole set of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, ModelWrapValidatorHandler, TypeAdapter, model_validator

REF = "#/components/schemas/{model}"


@dataclass(frozen=True, kw_only=True)
class AddedField:
    """A field ``name`` of the objects that call themselves ``of``; null where ``tell`` says nothing of a row.

    ``tell`` is given the rows and answers by their ids; ``type`` is what stands in the document. What ``comes_later``
    is never there when an object has just been made.
    """

    of: str
    name: str
    type: Any
    serialise: Callable[[Sequence[Any]], Mapping[int, Any]]
    comes_later: bool = False

    def read(self, value: Any) -> Any:
        return _adapter(self).validate_python(value)

    def schema(self) -> dict[str, Any]:
        return _adapter(self).json_schema(mode="serialization", ref_template=REF)


@cache
def _adapter(part: AddedField) -> TypeAdapter[Any]:
    return TypeAdapter(part.type)


_parts: dict[str, list[AddedField]] = {}


def declare_parts(parts: Iterable[AddedField]) -> None:
    """They take the place of those declared before. A field of an object said twice is refused."""
    _parts.clear()
    for part in parts:
        serialised = _parts.setdefault(part.of, [])
        if any(one.name == part.name for one in serialised):
            raise ValueError(f"Two rooms add {part.name!r} to {part.of!r}. Keep one.")
        serialised.append(part)


def parts_of(kind: str) -> Sequence[AddedField]:
    return _parts.get(kind, ())


class Extensible(Schema):
    """An object that higher rooms add parts to."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="wrap")
    @classmethod
    def _with_parts(cls, values: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        whole = handler(values)
        if isinstance(values, dict):
            serialised = {part.name: part.read(values.get(part.name)) for part in parts_of(whole.object)}
            whole.__pydantic_extra__ = serialised
        return whole
