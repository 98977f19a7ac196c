"""Everything that people keep under Configuration: its resources, made from the declarations of the tables.

`resource_of` makes a table's resource and its bodies, `mount` its endpoints: list, retrieve, create and change; of a
table with a single row, retrieve and change. All writes go through one door, which whoever mounts hands in.
"""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import AfterValidator, Field, create_model

from subledger.kernel.errors import DomainError
from subledger.platform.configuration import ConfigurationField, ConfigurationTable, FieldKind
from subledger.platform.rooms import installed

from .callers import caller_of
from .entries import lists_of, ref, refs, rows_named
from .faces import Mount
from .fields import (
    Code,
    Currency,
    Day,
    Digits,
    Flag,
    LongText,
    Metadata,
    Small,
    Smalls,
    SmallSigned,
    UnitAmount,
    plain,
    storable,
)
from .resources import Filter, Input, JsonObject, Resource, Thing, collection, partial, serialise_fields

SaveEntry = Callable[..., Any]  # (model, ident, values, actor): creates or changes a row, and answers with it
K = FieldKind
TAKEN = {K.CODE: Code, K.LONG_TEXT: LongText, K.FLAG: Flag, K.NUMBER: Small, K.SIGNED: SmallSigned, K.NUMBERS: Smalls,
         K.DAY: Day, K.CURRENCY: Currency, K.UNIT_PRICE: UnitAmount, K.METADATA: Metadata}  # fmt: skip
MOST_WORDS = 200
ANSWERED: dict[FieldKind, Any] = {
    K.FLAG: bool,
    K.NUMBER: int,
    K.SIGNED: int,
    K.NUMBERS: list[int],
    K.DAY: date,
    K.WORDS: list[str],
    K.REFERENCES: list[str],
}


@dataclass(frozen=True)
class Configured:
    """A table at the API: its resource, and the bodies that create and change a row."""

    table: ConfigurationTable
    resource: Resource
    body: type[Input]
    changes: type[Input]


@cache
def configured(table: ConfigurationTable) -> Configured:
    """What the API has of a table; the same whoever asks."""
    body = create_model(f"{table.model.__name__}In", __base__=Input, __doc__=table.note or None, **_body(table))
    resource = Resource(
        path=table.name,
        model=table.model,
        out=_out(table),
        serialise=lambda rows, request: [_serialise(table, row) for row in rows],
        rows=lambda: table.model.objects.prefetch_related(*_lists(table)),  # type: ignore[attr-defined]
        filters=_filters(table),
        expands={one.name: _referred(table, one) for one in table.fields if one.expands},
    )
    return Configured(table, resource, body, partial(body))


def resource_of(table: ConfigurationTable) -> Resource:
    return configured(table).resource


def mount(tables: Sequence[ConfigurationTable], *, save: SaveEntry) -> list[Mount]:
    """The endpoints of a room's tables; ``save`` is the door for the writes."""
    mounts = []
    for table in tables:
        if table.resource:
            router = Router(tags=[table.tag])
            (_single if table.is_single else _many)(router, configured(table), save)
            mounts.append(Mount(router=router))
    return mounts


def _many(router: Router, of: Configured, save: SaveEntry) -> None:
    table, resource = of.table, of.resource
    model, path, thing, body, update_model = table.model, table.name, table.thing, of.body, of.changes
    collection(router, resource, path=f"/{path}")

    @router.post(
        f"/{path}",
        response={201: resource.out},
        operation_id=f"create_{thing}",
        summary=f"Create a {resource.singular}",
    )
    def create(request: HttpRequest, body: body) -> Status[JsonObject]:  # type: ignore[valid-type]
        values = {**table.read_only, **values_of(table, body.model_dump())}  # type: ignore[attr-defined]
        with _by_its_own_names(table):
            row = save(model=model, ident=None, values=values, actor=caller_of(request).actor)
        return Status(201, resource.one(row.pk, request))

    @router.patch(
        f"/{path}/{{id}}",
        response=resource.out,
        operation_id=f"update_{thing}",
        summary=f"Change a {resource.singular}",
    )
    def update(
        request: HttpRequest,
        body: update_model,  # type: ignore[valid-type]
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
    ) -> JsonObject:
        resource.find(id)
        values = values_of(table, body.changes())  # type: ignore[attr-defined]
        with _by_its_own_names(table):
            save(model=model, ident=id, values=values, actor=caller_of(request).actor)
        return resource.one(id, request)


def _single(router: Router, of: Configured, save: SaveEntry) -> None:
    table, resource = of.table, of.resource
    model, update_model = table.model, of.changes

    @router.get(f"/{table.name}", response=resource.out, operation_id=f"retrieve_{table.thing}")
    def retrieve(request: HttpRequest) -> JsonObject:
        return _serialise(table, model.objects.get())  # type: ignore[attr-defined]

    @router.patch(f"/{table.name}", response=resource.out, operation_id=f"update_{table.thing}")
    def update(request: HttpRequest, body: update_model) -> JsonObject:  # type: ignore[valid-type]
        row = model.objects.get()  # type: ignore[attr-defined]
        values = values_of(table, body.changes())  # type: ignore[attr-defined]
        with _by_its_own_names(table):
            save(model=model, ident=row.pk, values=values, actor=caller_of(request).actor)
        return retrieve(request)


@contextmanager
def _by_its_own_names(table: ConfigurationTable) -> Iterator[None]:
    """A refusal of a field names it as the API does."""
    try:
        yield
    except DomainError as error:
        named = {f"/{one.name}": f"/{one.in_api}" for one in table.fields}
        error.param = named.get(error.param or "", error.param)
        raise


def values_of(table: ConfigurationTable, given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, by the model's names: ids as the rows of this company; NotFound tells which field names none."""
    values = {}
    for one in table.fields:
        if one.in_api not in given:
            continue
        value = given[one.in_api]
        kind = table.kind_of(one)
        if kind in (K.REFERENCE, K.REFERENCES) and value is not None:
            value = rows_named(table.column_of(one).related_model, value, param=f"/{one.in_api}")
        elif kind is K.CURRENCY:
            value = value or ""
        values[one.name] = value
    return values


def _serialise(table: ConfigurationTable, row: Any) -> JsonObject:
    names = [one.name for one in table.fields if table.kind_of(one) is not K.REFERENCES]
    serialised = {**serialise_fields(row, *names), **lists_of(row, _lists(table)), "object": table.thing}
    for one in table.fields:
        if table.kind_of(one) is K.CURRENCY:
            serialised[one.name] = serialised[one.name] or None
        if one.shown is not None:
            serialised[one.name] = plain(one.shown(row)) if table.kind_of(one) is K.DECIMAL else one.shown(row)
        if one.in_api != one.name:
            serialised[one.in_api] = serialised.pop(one.name)
    return serialised


def _ordered(table: ConfigurationTable) -> list[ConfigurationField]:
    """As the columns of the model, lists last: the order of the document."""
    order = [one.name for one in (*table.model._meta.fields, *table.model._meta.many_to_many)]
    return sorted(table.fields, key=lambda one: order.index(one.name))


def _body(table: ConfigurationTable) -> dict[str, Any]:
    fields = {}
    for one in _ordered(table):
        if not one.is_read_only:
            options = _default(table, one) | ({"description": one.help} if one.help else {})
            fields[one.in_api] = (_type_in(table, one), Field(**options))
    return fields


def _default(table: ConfigurationTable, one: ConfigurationField) -> dict[str, Any]:
    if table.is_required(one):
        return {}
    column, kind = table.column_of(one), table.kind_of(one)
    if column.null or kind is K.CURRENCY:
        return {"default": None}
    if kind in (K.REFERENCES, K.WORDS, K.METADATA):
        return {"default": {} if kind is K.METADATA else []}
    return {"default": column.get_default()}


def _type_in(table: ConfigurationTable, one: ConfigurationField) -> Any:
    column, kind = table.column_of(one), table.kind_of(one)
    taken: Any
    if kind is K.TEXT:
        bounds = {"max_length": column.max_length} | ({} if column.blank else {"min_length": 1})
        taken = Annotated[str, Field(**bounds), AfterValidator(storable)]
    elif kind is K.DECIMAL:
        taken = Annotated[Any, Digits(column.max_digits - column.decimal_places, column.decimal_places)]
    elif kind is K.CHOICE:
        taken = one.choices or _any_of(table, one)
    elif kind is K.WORDS:
        taken = Annotated[list[_any_of(table, one)], Field(max_length=MOST_WORDS)]  # type: ignore[misc]
    elif kind is K.REFERENCE:
        taken = ref(column.related_model)
    elif kind is K.REFERENCES:
        taken = refs(column.related_model)
    else:
        taken = TAKEN[kind]
    return taken | None if column.null or kind is K.CURRENCY else taken


def _any_of(table: ConfigurationTable, one: ConfigurationField) -> Any:
    return Literal[tuple(value for value, _ in table.choices_of(one, speak=str))]


def _out(table: ConfigurationTable) -> type[Schema]:
    fields: dict[str, Any] = {"object": (Literal[table.thing], ...)}
    for one in _ordered(table):
        if table.kind_of(one) is not K.METADATA:  # every object has it
            fields[one.in_api] = (_type_out(table, one), ...)
    return create_model(f"{table.model.__name__}Out", __base__=Thing, __doc__=table.note or None, **fields)


def _type_out(table: ConfigurationTable, one: ConfigurationField) -> Any:
    column, kind = table.column_of(one), table.kind_of(one)
    serialised: Any = (one.choices or str) if kind is K.CHOICE else ANSWERED.get(kind, str)
    if one.expands:
        serialised = serialised | _referred(table, one).out
    return serialised | None if column.null or kind is K.CURRENCY else serialised


def _referred(table: ConfigurationTable, one: ConfigurationField) -> Resource:
    """The resource of the rows that a field refers to, of the same room or a lower one."""
    model = table.column_of(one).related_model
    return resource_of(next(each for room in installed() for each in room.tables if each.model is model))


def _filters(table: ConfigurationTable) -> dict[str, Filter]:
    found = {}
    for one in _ordered(table):
        if one.name == "is_active":
            found[one.name] = Filter(type=bool, lookup=one.name)
        elif one.is_filter or table.kind_of(one) is K.CODE:
            column, kind = table.column_of(one), table.kind_of(one)
            if kind is K.REFERENCE:
                found[one.name] = Filter(type=ref(column.related_model), lookup=column.attname)
            else:
                found[one.name] = Filter(
                    type=(one.choices or _any_of(table, one)) if kind is K.CHOICE else TAKEN[kind], lookup=one.name
                )
    return found


def _lists(table: ConfigurationTable) -> list[str]:
    return [one.name for one in table.model._meta.many_to_many]
