"""Refusals as RFC 9457 problem+json: one shape, whatever refused and wherever."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from subledger.kernel.errors import DomainError, Door, NotFound
from subledger.platform.outages import first_line, outage_of
from subledger.platform.tracing import current_request_id

from .errors import InternalError, InvalidRequest, JsonInvalid
from .parsing import faults, fields_at_fault

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class FaultOut(Schema):
    param: str | None = Field(description="JSON pointer to the field.")
    detail: str


class Problem(Schema):
    """Why a request was refused."""

    type: str = Field(description="Where the code is explained.")
    title: str
    status: int
    detail: str = Field(description="What was refused, the fact that refused it, and what to do next.")
    code: str = Field(description="Stable: programs decide by this.")
    param: str | None = Field(description="JSON pointer to the field at fault, where there is one.")
    errors: list[FaultOut] | None = Field(default=None, description="Every field or thing at fault.")
    outcome: str | None = Field(
        default=None,
        description="Sent as expected_outcome, it is done as told here.",
    )
    request_id: str | None = Field(default=None, description="Under which our log tells of it; as X-Request-Id.")


def problem(
    error: DomainError,
    *,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer to a refusal; ``members`` are what this problem has beside its own (`DomainError.problem_members`)."""
    body = {
        "type": f"/api/v1/docs#{error.code}", "title": error.code.replace("_", " ").capitalize(),
        "status": error.status, "detail": detail or error.text_for(Door.API), "code": error.code, "param": error.param,
        **error.problem_members(), **(members or {}),
    }  # fmt: skip
    if current_request_id():
        body["request_id"] = current_request_id()
    response = HttpResponse(
        orjson.dumps(body), status=error.status, content_type=CONTENT_TYPE, headers=dict(headers or {})
    )
    response.refusal_code = error.code  # type: ignore[attr-defined]  # for who counts them
    return response


def register_handlers(api: NinjaAPI) -> None:
    """Have every exception of an endpoint answered as a problem."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        DomainError: _refused, ValidationError: _unreadable, HttpError: _not_json,
        TooManyFieldsSent: _endless_query, Exception: failed,
    }  # fmt: skip
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def codes() -> Iterator[tuple[str, int]]:
    """Every code a refusal may have, with its status: for the reference page."""
    found = {kind.code: kind.status for kind in _descendants(DomainError)}
    yield from sorted(found.items())


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(error)


def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Everything that cannot be read; a path that is no id of ours names nothing, so it is not found."""
    if error.errors[0]["loc"][0] == "path":
        return problem(NotFound("object", request.path))
    found = faults(error.errors)
    serialised = "; ".join(f"{fault.param or 'the body'}: {fault.detail}" for fault in found)
    more = fields_at_fault(error.errors) - len(found)
    serialised += f"; and {more} more" if more else ""
    refusal = InvalidRequest(
        f"Cannot read {serialised}. Correct {'it' if len(found) == 1 else 'them'}.", param=found[0].param
    )
    return problem(refusal, members={"errors": [fault.serialised() for fault in found]})


def _not_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__  # whatever reading the body raises comes wrapped
    return problem(cause if isinstance(cause, DomainError) else JsonInvalid())


def _endless_query(request: HttpRequest, error: TooManyFieldsSent) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return problem(InvalidRequest(f"The query has more than {most} parameters. Ask for less at a time."))


def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    outage = outage_of(error)
    if outage is not None:
        logger.warning("%s %s: %s: %s", request.method, request.path, outage.what, first_line(error))
        return problem(outage, headers={"Retry-After": str(outage.retry_after)})
    logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return problem(InternalError())
