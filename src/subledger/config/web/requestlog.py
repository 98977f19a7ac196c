"""Every request: its id, its line in the access log, its count."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from subledger.api_kit.callers import META
from subledger.config.logs import shown_path
from subledger.kernel.errors import DomainError
from subledger.platform.tracing import traced

from . import metrics
from .bodies import Body
from .environ import environ_of
from .refusals import refused_request

logger = logging.getLogger("subledger.access")
HEADER = "X-Request-Id"


def request_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        began = request.META.get("subledger.began") or time.monotonic()
        with traced(request.headers.get(HEADER, "")) as ident:
            response = get_response(request)
            response.headers[HEADER] = ident
            _log(request, response, time.monotonic() - began)
        return response

    return answer


def refused_unread(scope: Mapping[str, Any], error: DomainError, began: float, *, proxies: int) -> HttpResponse:
    """The answer to a request that never reached Django; it has an id and a line like any other."""
    request = WSGIRequest(environ_of(scope, Body(io.BytesIO(), 0), proxies=proxies))
    with traced(request.headers.get(HEADER, "")) as ident:
        response = refused_request(request, error)
        response.headers[HEADER] = ident
        _log(request, response, time.monotonic() - began)
    return response


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = getattr(request, "resolver_match", None)
    route = "none" if match is None else match.route or "/"
    refusal = getattr(response, "refusal_code", "")
    metrics.count(route=route, method=str(request.method), status=response.status_code, seconds=seconds, code=refusal)
    if not logger.isEnabledFor(logging.INFO):
        return
    who, company = _who(request)
    fields: dict[str, Any] = {
        "method": request.method,
        "path": shown_path(request),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "address": request.META.get("REMOTE_ADDR", ""),
        "who": who,
        "company": company,
        "code": refusal,
    }
    known = " ".join(f"{name}={fields[name]}" for name in ("address", "who", "company", "code") if fields[name])
    logger.info("%s %s %s %s ms %s", *(fields[n] for n in ("method", "path", "status", "ms")), known, extra=fields)


def _who(request: HttpRequest) -> tuple[str, str]:
    """Who asked and for which company, where that was found out anyway."""
    caller = request.META.get(META)
    if caller is not None:
        return caller.actor, caller.company_code
    staff = getattr(request, "staff", None)
    if staff is not None:
        return f"user:{request.user.get_username()}", staff.company.code
    return "", ""
