"""The API as a whole: the routers of its faces, and its answers to refusals."""

from __future__ import annotations

from collections.abc import Sequence
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


class Api(NinjaAPI):
    faces: Sequence[ApiFace] = ()
    about = ""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document as `document.completed` leaves it."""
        schema = super().get_openapi_schema(**options)
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
