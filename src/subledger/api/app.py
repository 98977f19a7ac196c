"""The API as a whole: its routers, its answers to refusals, and its OpenAPI document."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer

from subledger.platform.idempotency import KEPT_HOURS

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
from .entrance import Caller, caller_of
from .once import once
from .problems import CONTENT_TYPE, Problem, codes, register_handlers

ABOUT = """Receivables on real books.

Every request carries `Authorization: Bearer sk_…`; a key belongs to one company. Amounts are whole minor units with
a lower-case ISO 4217 `currency`. `*_on` is a day in the company's time zone, `*_at` an instant in UTC. Lists take
`limit`, `starting_after`, `ending_before` and filters named after fields (`posted_on[gte]=2026-05-01`);
`expand[]=account` inlines a reference. Writes honour `Idempotency-Key`. Money that a payment gateway moves may be
`pending` when it is answered: the object's `payment_request` says what it waits for. Refusals are problem+json
(RFC 9457) with one of these codes:

| code | status |
|---|---|
"""
# What any request may meet, and what only one with a body may.
REFUSALS = {
    401: "No live API key.",
    403: "The key lacks the scope.",
    404: "Not found in this company.",
    409: "The state of things does not allow it.",
    422: "Understood, but not possible as sent.",
    429: "Too many requests; see Retry-After.",
    500: "Our fault; logged.",
}
WRITE_REFUSALS = {
    400: "Not JSON.",
    402: "The payment gateway declined.",
    413: "Larger than 1 MiB.",
    415: "Not application/json.",
    502: "The payment gateway does not answer.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": f"Sent again with the same request within {KEPT_HOURS} hours, it gets the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class ApiKeyBearer(HttpBearer):
    """Says in the document how to authenticate; the entrance has done it."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        return caller_of(request)


class JsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        # Stricter than the standard library: no NaN, no lone surrogates, no invalid UTF-8.
        return orjson.loads(request.body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document with the refusals and the header that every operation has in common."""
        document = super().get_openapi_schema(**options)
        document["info"]["description"] = ABOUT + "\n".join(f"| `{code}` | {status} |" for code, status in codes())
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema(mode="serialization")
        content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in document["paths"].values():
            for method, operation in operations.items():
                is_write = method != "get"
                refusals = {**REFUSALS, **WRITE_REFUSALS} if is_write else REFUSALS
                for status, words in sorted(refusals.items()):
                    operation["responses"][status] = {"description": words, "content": content}
                if is_write:
                    operation["parameters"].append(IDEMPOTENCY_KEY)
        return document


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
