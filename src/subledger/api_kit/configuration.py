"""Everything that people keep under Configuration: one shape of endpoints, one door for the writes."""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

from django.db.models import BooleanField, IntegerField, Model
from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field, create_model

from subledger.kernel.errors import NotFound

from .callers import caller_of
from .fields import Code, Flag, IdOf, LongText, Name
from .resources import Filter, Input, JsonObject, Resource, Thing, collection, partial, serialise_fields

SaveEntry = Callable[..., Any]  # (model, ident, values, actor): creates or changes a row, and answers with it


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


ENTRY = ("code", "name", "description", "is_active")
ENTRY_FILTERS = {"code": Filter(type=Code, lookup="code"), "is_active": Filter(type=bool, lookup="is_active")}


def configurable(
    router: Router,
    path: str,
    model: type[Model],
    *,
    save: SaveEntry,
    fields: Sequence[str],
    out: type[Schema],
    body: type[Input],
    filters: dict[str, Filter],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Resource:
    """A configuration resource with list, retrieve, create and update.

    ``save`` is the door for the writes; ``given`` is what every new one starts with.
    """
    thing = str(model._meta.verbose_name).replace(" ", "_")
    lists = [one.name for one in model._meta.many_to_many]
    update_model = partial(body)

    def serialise(rows: Sequence[Any], request: HttpRequest) -> list[JsonObject]:
        return [{**serialise_fields(row, *fields), **lists_of(row, lists), "object": thing} for row in rows]

    resource = Resource(
        path=path,
        model=model,
        out=out,
        serialise=serialise,
        filters=filters,
        rows=lambda: model.objects.prefetch_related(*lists),  # type: ignore[attr-defined]
    )
    collection(router, resource, path=f"/{path}")

    @router.post(
        f"/{path}", response={201: out}, operation_id=f"create_{thing}", summary=f"Create a {resource.singular}"
    )
    def create(request: HttpRequest, body: body) -> Status[JsonObject]:  # type: ignore[valid-type]
        values = values_of(model, body.model_dump())  # type: ignore[attr-defined]
        row = save(model=model, ident=None, values={**given, **values}, actor=caller_of(request).actor)
        return Status(201, resource.one(row.pk, request))

    @router.patch(
        f"/{path}/{{id}}", response=out, operation_id=f"update_{thing}", summary=f"Change a {resource.singular}"
    )
    def update(
        request: HttpRequest,
        body: update_model,  # type: ignore[valid-type]
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
    ) -> JsonObject:
        resource.find(id)
        values = values_of(model, body.changes())  # type: ignore[attr-defined]
        save(model=model, ident=id, values=values, actor=caller_of(request).actor)
        return resource.one(id, request)

    return resource


def lists_of(row: Any, names: Sequence[str]) -> JsonObject:
    return {name: [one.public_id for one in getattr(row, name).all()] for name in names}


def values_of(model: type[Model], given: dict[str, Any]) -> dict[str, Any]:
    """Ids as the rows of this company that they name; NotFound tells which field names none."""
    values = dict(given)
    for name, value in given.items():
        column = model._meta.get_field(name)
        other: Any = column.related_model
        if other is None or value is None:
            continue
        wanted = value if isinstance(value, list) else [value]
        found = {row.pk: row for row in other.objects.filter(pk__in=wanted)}
        for ident in wanted:
            if ident not in found:
                raise NotFound(other, ident, param=f"/{name}")
        values[name] = [found[ident] for ident in wanted] if isinstance(value, list) else found[value]
    return values


def entry_table(
    router: Router,
    path: str,
    model: type[Model],
    *,
    save: SaveEntry,
    extra: dict[str, tuple[Any, Any]] | None = None,
    filters: Mapping[str, Filter] = MappingProxyType({}),
) -> Resource:
    """A plain catalogue: code, name, description, whether it is in use, and ``extra`` fields with default and type.

    ``extra`` maps a field to (type in, default); what comes out is the same, references as strings. It is filtered by
    code, by whether it is in use, and by ``filters``.
    """
    extra = extra or {}
    thing = model.__name__
    body = create_model(f"{thing}In", __base__=EntryIn, **extra)  # type: ignore[call-overload]
    serialised: dict[str, Any] = {name: (_out_type(model, name), ...) for name in extra}
    serialised["object"] = (Literal[str(model._meta.verbose_name).replace(" ", "_")], ...)
    out = create_model(f"{thing}Out", __base__=EntryOut, **serialised)
    names = [*ENTRY, *(name for name in extra if not model._meta.get_field(name).many_to_many)]
    return configurable(
        router, path, model, save=save, fields=names, out=out, body=body, filters={**ENTRY_FILTERS, **filters}
    )


def _out_type(model: type[Model], name: str) -> Any:
    column: Any = model._meta.get_field(name)
    if column.many_to_many:
        return list[str]
    kinds = {BooleanField: bool, IntegerField: int}
    kind = next((serialised for field, serialised in kinds.items() if isinstance(column, field)), str)
    return kind | None if column.null else kind


def ref(model: Any, *, null: bool = False) -> Any:
    ident = Annotated[int, IdOf(model.PREFIX)]
    return ident | None if null else ident


def refs(model: Any) -> Any:
    return Annotated[list[ref(model)], Field(max_length=200)]  # type: ignore[misc]
