"""Named and coded rows in the API, and how bodies name rows of other tables."""

# No deferred annotations here: types are made of models passed in.
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db.models import Model
from pydantic import Field

from subledger.kernel.errors import NotFound

from .fields import Code, Flag, IdOf, LongText, Name
from .resources import Input, JsonObject, Thing

ENTRY = ("code", "name", "description", "is_active")


class EntryIn(Input):
    code: Code
    name: Name
    description: LongText = ""
    is_active: Flag = True


class EntryOut(Thing):
    code: str
    name: str
    description: str
    is_active: bool


def ref(model: Any, *, null: bool = False) -> Any:
    ident = Annotated[int, IdOf(model.PREFIX)]
    return ident | None if null else ident


def refs(model: Any) -> Any:
    return Annotated[list[ref(model)], Field(max_length=200)]  # type: ignore[misc]


def lists_of(row: Any, names: Sequence[str]) -> JsonObject:
    return {name: [one.public_id for one in getattr(row, name).all()] for name in names}


def values_of(model: type[Model], given: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as the rows of this company that they name; NotFound tells which field names none."""
    values = dict(given)
    for name, value in given.items():
        other: Any = model._meta.get_field(name).related_model
        if other is not None and value is not None:
            values[name] = rows_named(other, value, param=f"/{name}")
    return values


def rows_named(model: Any, value: int | list[int], *, param: str) -> Any:
    """The row of an id of this company, or those of several; NotFound with ``param`` where there is none."""
    wanted = value if isinstance(value, list) else [value]
    found = {row.pk: row for row in model.objects.filter(pk__in=wanted)}
    for ident in wanted:
        if ident not in found:
            raise NotFound(model, ident, param=param)
    return [found[ident] for ident in wanted] if isinstance(value, list) else found[value]
