"""What every resource has in common: its shape, list, retrieve, filters, expansion.

A `Resource` says which rows it is made of and how a set of them is told; `collection` gives it its two reading
endpoints. Rows are told in sets, so that a list costs the same few statements whatever its length. A room refers to
the resources of others by their addresses (`Reference`), and imports no other room's face.
"""

# No deferred annotations here: the endpoints made below are annotated with schemas made below.
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_origin

from django.db import models
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field, GetJsonSchemaHandler, create_model, model_validator
from pydantic_core import core_schema

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import made_at
from subledger.kernel.words import MOST_LISTED
from subledger.platform.callers import demand

from .errors import InvalidRequest
from .fields import Day, IdOf, Instant, plain
from .parsing import refuse_unknown
from .parts import parts_of

JsonObject = dict[str, Any]
RESOURCE = "x-resource"  # in a schema, until the document is whole
OBJECT_LIST: Any = Literal["list"]
OPERATORS = ("gt", "gte", "lt", "lte")
RANGED = (Day, Instant)


class Input(Schema):
    """A body: what it does not know is refused, so that a misspelt field is not lost in silence."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _has_few_unknown_names(cls, said: Any) -> Any:
        if isinstance(said, dict) and len(said) > len(cls.model_fields) + MOST_LISTED:
            refuse_unknown(said, {field.alias or name for name, field in cls.model_fields.items()})
        return said

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, whole: what was left out stays as it is."""
        return {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}


class Thing(Schema):
    """What every object has."""

    id: str
    object: str
    created_at: datetime
    metadata: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A query parameter: its type and the lookup behind it. Days, instants and ranged amounts take ranges too."""

    type: Any
    lookup: str
    ranged: bool = False


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of object. ``tell`` turns rows into JSON-ready objects, a whole set at a time.

    ``expands`` are the references that ``expand[]`` inlines: resources, those of other rooms by their addresses.
    """

    path: str
    model: Any
    out: type[Schema]
    serialise: Callable[[Sequence[Any], HttpRequest], list[JsonObject]]
    rows: Callable[[], models.QuerySet[Any]]
    filters: Mapping[str, Filter] = field(default_factory=dict)
    expands: Mapping[str, "Resource | str"] = field(default_factory=dict)

    @property
    def id_type(self) -> Any:
        return Annotated[int, IdOf(self.model.PREFIX)]

    @property
    def words(self) -> str:
        return self.path.rpartition("/")[2].replace("_", " ")

    def find(self, ident: int, *, param: str | None = None) -> Any:
        """The row of an id of this company; NotFound otherwise."""
        return found(self.model, ident, param=param, rows=self.rows())

    @property
    def singular(self) -> str:
        return str(self.model._meta.verbose_name)

    def one(self, ident: int, request: HttpRequest) -> JsonObject:
        """The object of an id as it is now, with what ``expand[]`` asks for."""
        return self.serialised([self.find(ident)], request)[0]

    def made(self, row: Any, request: HttpRequest) -> JsonObject:
        """The object of a row that has just been made, from what was written: nothing is read back."""
        return self.serialised([row], request, are_new=True)[0]

    def serialised(self, rows: Sequence[Any], request: HttpRequest, *, are_new: bool = False) -> list[JsonObject]:
        serialised = self.whole(rows, request, are_new=are_new)
        for name in request.GET.getlist("expand[]"):
            self._expand(serialised, name, request)
        return serialised

    def whole(self, rows: Sequence[Any], request: HttpRequest, *, are_new: bool = False) -> list[JsonObject]:
        """The objects of rows, with the parts that higher rooms add to them."""
        serialised = self.serialise(rows, request)
        for part in parts_of(serialised[0]["object"]) if serialised else ():
            known = {} if are_new and part.comes_later else part.serialise(rows)
            for row, one in zip(rows, serialised, strict=True):
                one[part.name] = known.get(row.pk)
        return serialised

    def _expand(self, serialised: list[JsonObject], name: str, request: HttpRequest) -> None:
        other_path = self.expands.get(name)
        if other_path is None:
            known = ", ".join(self.expands) or "nothing"
            raise InvalidRequest(f"Cannot expand {name!r} here. What can be expanded: {known}.", param="/expand[]")
        other = resource_at(other_path) if isinstance(other_path, str) else other_path
        demand(f"view:{other.path.partition('/')[0]}")
        wanted = {one[name] for one in serialised if isinstance(one[name], str)}
        rows = list(other.rows().filter(pk__in=[ids.decode(other.model.PREFIX, ident) for ident in wanted]))
        found = {one["id"]: one for one in other.whole(rows, request)}
        for one in serialised:
            one[name] = found.get(one[name], one[name])


_resources: dict[str, Resource] = {}


def resource_at(path: str) -> Resource:
    """The resource of an address of the API, whichever room's it is."""
    return _resources[path]


@dataclass(frozen=True)
class Reference:
    """An id, or the object itself where it was asked for: ``Annotated[Any, Reference("accounts")]``."""

    path: str
    null: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        serialised = [
            {"type": "string"},
            {RESOURCE: self.path},
        ]  # its schema is another room's: the document puts it in
        return {"anyOf": serialised + ([{"type": "null"}] if self.null else [])}

    def read(self, value: Any) -> Any:
        if isinstance(value, str) or (value is None and self.null):
            return value
        return resource_at(self.path).out.model_validate(value)


@dataclass(frozen=True)
class WholeOf(Reference):
    """The object itself: ``response=Annotated[Any, WholeOf("refunds")]`` answers with another room's."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {RESOURCE: self.path}


def found(model: Any, ident: int, *, param: str | None = None, rows: models.QuerySet[Any] | None = None) -> Any:
    """The row of an id of this company, of whatever room; NotFound otherwise."""
    row = (model.objects.all() if rows is None else rows).filter(pk=ident).first()
    if row is None:
        raise NotFound(model, ident, param=param)
    return row


def collection(router: Router, resource: Resource, *, path: str = "") -> None:
    """Add the list and the retrieve endpoint of a resource."""
    _resources[resource.path] = resource
    query_model, page_model = query_of(resource), page_of(resource)
    name = resource.path.replace("/", "_")

    @router.get(path, response=page_model, operation_id=f"list_{name}", summary=f"List {resource.words}")
    def list_rows(request: HttpRequest, query: query_model = Query(...)) -> JsonObject:  # type: ignore[valid-type]
        refuse_unknown_parameters(request, query_model)
        return page(resource, resource.rows(), query, request)

    retrieve_model = _expansion_model(resource)

    @router.get(
        f"{path}/{{id}}",
        response=resource.out,
        operation_id=f"retrieve_{name}",
        summary=f"Retrieve one of {resource.words}",
    )
    def retrieve(
        request: HttpRequest,
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
        query: retrieve_model = Query(...),  # type: ignore[valid-type]
    ) -> JsonObject:
        refuse_unknown_parameters(request, retrieve_model)
        return resource.one(id, request)


def page(resource: Resource, rows: models.QuerySet[Any], query: Any, request: HttpRequest) -> JsonObject:
    """One page of rows, newest first, bounded by ids and never by offsets: it costs the same however far back."""
    asked = {name: value for name, value in query if name in query.model_fields_set}
    limit, after, before = query.limit, query.starting_after, query.ending_before
    filters = {name: value for name, value in asked.items() if name not in Paging.model_fields}
    rows = rows.filter(**filters)
    if after is not None and before is not None:
        raise InvalidRequest("starting_after and ending_before exclude each other. Send one.", param="/ending_before")
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: limit + 1])
    else:
        rows = rows.filter(pk__lt=after) if after is not None else rows
        found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    if before is not None:
        shown.reverse()
    return {
        "object": "list", "data": resource.serialised(shown, request), "has_more": len(found) > limit,
        "url": request.path,
    }  # fmt: skip


class Paging(Schema):
    limit: int = Field(default=10, ge=1, le=100)
    starting_after: Any = None
    ending_before: Any = None
    expand: list[str] = Field(default=[], alias="expand[]", description="References to inline.")


def page_of(resource: Resource) -> type[Schema]:
    """What a list of the resource answers."""
    return create_model(
        f"{resource.out.__name__}List",
        __base__=Schema,
        object=(OBJECT_LIST, ...),
        data=(list[resource.out], ...),  # type: ignore[name-defined]
        has_more=(bool, ...),
        url=(str, ...),
    )


def query_of(resource: Resource) -> type[Schema]:
    """Paging and the resource's filters; a field is named after its lookup and aliased to what the world writes."""
    ident = resource.id_type
    fields: dict[str, Any] = {
        "starting_after": (ident | None, Field(default=None, description="The page after this id.")),
        "ending_before": (ident | None, Field(default=None, description="The page before this id.")),
    }
    for name, one in resource.filters.items():
        fields[one.lookup] = (one.type | None, Field(default=None, alias=name))
        if one.ranged or one.type in RANGED:
            for operator in OPERATORS:
                fields[f"{one.lookup}__{operator}"] = (
                    one.type | None,
                    Field(default=None, alias=f"{name}[{operator}]"),
                )
    name = "".join(part.capitalize() for part in resource.path.split("_"))  # several resources may have one ``out``
    return create_model(f"{name}Query", __base__=Paging, **fields)


def _expansion_model(resource: Resource) -> type[Schema]:
    expand: Any = (
        list[str],
        Field(default=[], alias="expand[]", description=f"References to inline: {', '.join(resource.expands)}."),
    )
    return create_model(f"{resource.out.__name__}Expansion", __base__=Schema, expand=expand)


def refuse_unknown_parameters(request: HttpRequest, query_model: type[Schema]) -> None:
    """A misspelt filter must not answer with everything, nor one of two values be passed over."""
    fields = {one.alias or name: one for name, one in query_model.model_fields.items()}
    refuse_other_parameters(request, fields)
    for name, one in fields.items():
        if len(request.GET.getlist(name)) > 1 and not _is_several(one.annotation):
            raise InvalidRequest(f"The parameter {name!r} stands there twice. Give one value.", param=f"/{name}")


def _is_several(kind: Any) -> bool:
    """Whether a parameter may be given several times."""
    return get_origin(kind) in (list, tuple, set, frozenset) or any(_is_several(each) for each in get_args(kind))


def refuse_other_parameters(request: HttpRequest, known: Collection[str]) -> None:
    """What nobody reads is no part of a request, and whoever sent it means something by it."""
    for name in request.GET:
        if name not in known:
            raise InvalidRequest(
                f"There is no parameter {name!r} here. Known: {', '.join(sorted(known))}.", param=f"/{name}"
            )


def partial(schema: type[Input], *, without: Collection[str] = ()) -> type[Input]:
    """The same fields, none of them needed: for updates, where what is left out stays as it is."""
    fields: dict[str, Any] = {
        name: (Annotated[one.annotation, *one.metadata] if one.metadata else one.annotation, _optional(one))
        for name, one in schema.model_fields.items()
        if name not in without
    }
    return create_model(f"{schema.__name__.removesuffix('In')}Update", __base__=Input, **fields)


def _optional(one: Any) -> Any:
    return Field(default_factory=lambda: None, description=one.description)


def serialise_fields(row: Any, *names: str) -> JsonObject:
    """The row's own fields by name: references as public ids, decimals as strings."""
    serialised: JsonObject = {"id": row.public_id, "created_at": made_at(row.pk)}
    for name in names:
        column = row._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            serialised[name] = ident_of(column.related_model, getattr(row, column.attname))
        elif isinstance(column, models.DecimalField):
            serialised[name] = plain(getattr(row, name))
        else:
            serialised[name] = getattr(row, name)
    return serialised


def ident_of(model: Any, ident: int | None) -> str | None:
    return None if ident is None else ids.encode(model.PREFIX, ident)
