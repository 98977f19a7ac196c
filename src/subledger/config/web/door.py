"""Django's first middleware: what must hold under any web server before a page or an endpoint is asked.

A body is here whole or the request is refused; a host is ours; programs come over HTTPS where that is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from subledger.kernel.errors import DomainError

from . import health
from .bodies import LIMIT, stated_length
from .refusals import PROGRAMS, BodyTooLarge, HostUnknown, HttpsRequired, LengthInvalid, LengthRequired, refused_request
from .routes import API, route_of
from .uploads import may_send

LOGIN = "/login/"
logger = logging.getLogger("subledger.web")


def door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def enter(request: HttpRequest) -> HttpResponse:
        watched = health.ANSWERS.get(request.path)
        if watched is not None:
            return watched(request)
        try:
            _know_host(request)
            if settings.SECURE_SSL_REDIRECT and request.path.startswith(PROGRAMS) and not request.is_secure():
                raise HttpsRequired
            _take_body(request)
        except DomainError as refusal:
            return refused_request(request, refusal)
        if request.path == LOGIN:
            _ask_database()
        return get_response(request)

    return enter


def _ask_database() -> None:
    """The page to log in needs no database, and nobody can log in without: so it is asked for, and its absence told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _know_host(request: HttpRequest) -> None:
    try:
        request.get_host()
    except DisallowedHost:
        logger.info("Refused a request to a host name that is not ours: %.100r", request.META.get("HTTP_HOST", ""))
        raise HostUnknown from None


def _take_body(request: HttpRequest) -> None:
    headers = {name: request.META[key].encode("latin-1") for name, key in LENGTHS.items() if request.META.get(key)}
    length = stated_length(headers)
    if length is None:  # our own front has put it together; under another server nobody has
        raise LengthRequired
    if length > LIMIT:
        route = route_of(str(request.method), request.path)
        limit = route.upload_limit
        if route.upload_permission is None or not may_send(request, route.upload_permission):
            limit = LIMIT
        if length > limit:
            raise BodyTooLarge(limit)
        if request.path.startswith(API):
            request._body = request.read()  # Django's own limit of bodies is that of all others
        return  # a form is read by the page, part by part
    try:
        if length and len(request.body) != length:
            raise LengthInvalid
    except UnreadablePostError:
        raise LengthInvalid from None


LENGTHS = {b"content-length": "CONTENT_LENGTH", b"transfer-encoding": "HTTP_TRANSFER_ENCODING"}
