"""The API as a whole: its routers and its answers to refusals."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer

from . import (
    accounts,
    configuration,
    customers,
    documents,
    journal,
    notes,
    payment_preferences,
    payment_reports,
    payment_requests,
    people,
    products,
    providers,
    public_links,
    reports,
    transactions,
    unbooked_facts,
)
from .bodies import read_body
from .document import completed
from .entrance import Caller, caller_of
from .once import once
from .problems import register_handlers


class ApiKeyBearer(HttpBearer):
    """Says in the document how to authenticate; the entrance has done it."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        return caller_of(request)


class JsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return read_body(request.body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document as `document.completed` leaves it."""
        schema = super().get_openapi_schema(**options)
        whole = completed(dict(schema))
        schema.clear()
        schema.update(whole)
        return schema


api = Api(
    title="Subledger",
    version="1",
    urls_namespace="api",
    auth=ApiKeyBearer(),
    parser=JsonParser(),
    renderer=JsonRenderer(),
)
register_handlers(api)
api.add_decorator(once, mode="view")
api.add_router("/customers", customers.router)
api.add_router("/accounts", accounts.router)
api.add_router("/accounts", payment_preferences.router)
api.add_router("/products", products.router)
api.add_router("/reports", reports.router)
for room in (
    documents,
    transactions,
    providers,
    payment_reports,  # before payment_requests: "bulk" is no id
    payment_requests,
    unbooked_facts,
    public_links,
    configuration,
    journal,
    people,
    notes,
):
    api.add_router("", room.router)
