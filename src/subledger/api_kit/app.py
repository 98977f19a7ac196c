"""The API as a whole: the routers of its faces, and its answers to refusals."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer

from .bodies import read_body
from .callers import ApiCaller, caller_of
from .document import completed
from .faces import ApiFace
from .idempotency import once
from .parts import declare_parts
from .problems import register_handlers


class SchemaTwice(Exception):
    """Two rooms call different bodies by one name."""


class ApiKeyBearer(HttpBearer):
    """Says in the document how to authenticate; the entrance has done it."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiCaller:
        return caller_of(request)


class JsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request.body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Document(OpenAPISchema):
    """Ninja's document, which refuses two schemas of one name: the later would stand in the place of the first."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self._as_they_came: dict[str, Any] = {}
        super().__init__(api, path_prefix)

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        for name, schema in deepcopy(definitions).items():  # ninja changes its own
            if self._as_they_came.setdefault(name, schema) != schema:
                raise SchemaTwice(
                    f"Two different schemas of the API are called {name!r}. Give the class of one of them another name."
                )
        super().add_schema_definitions(definitions)


class Api(NinjaAPI):
    faces: Sequence[ApiFace] = ()
    about = ""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document as `document.completed` leaves it.

        Raises:
            SchemaTwice: two classes of one name would be one schema.
        """
        schema = Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        whole = completed(dict(schema), self.faces, about=self.about)
        schema.clear()
        schema.update(whole)
        return schema


def composed(faces: Sequence[ApiFace], *, title: str, about: str) -> Api:
    """The API that these faces make, in their order."""
    api = Api(
        title=title, version="1", urls_namespace="api", auth=ApiKeyBearer(), parser=JsonParser(),
        renderer=JsonRenderer(),
    )  # fmt: skip
    api.faces, api.about = faces, about
    declare_parts(part for face in faces for part in face.parts)
    register_handlers(api)
    api.add_decorator(once, mode="view")
    for face in faces:
        for mount in face.mounts:
            api.add_router(mount.path, mount.router)
    return api
