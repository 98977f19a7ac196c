"""What a request is for, by its method and path alone: its budget, its limit of bytes, its name in logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import resolve

from .bodies import LIMIT
from .budgets import Kind

API, WEBHOOKS, PAY, STATIC = "/api/", "/webhooks/", "/pay/", "/static/"
ALIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"
WATCHED = (ALIVE, READY, METRICS)
# Of an upload's form, beside its file.
FIELDS = LIMIT
# A file that comes by API stands in JSON, as base64, and is held in memory: it has a limit of its own.
IMPORTS, ATTACHMENTS, API_FILE = "/api/v1/imports", "/api/v1/attachments", 32 * LIMIT
READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Route:
    """``upload_permission`` is needed to send more than ``LIMIT``, up to ``upload_limit``."""

    kind: Kind = Kind.PAGES
    upload_limit: int = LIMIT
    upload_permission: str | None = None


def route_of(method: str, path: str) -> Route:
    """A view says what it needs: ``budget``, the name of a kind of threads, ``takes_files``, and ``file_limit`` where
    its files are smaller than those that are imported."""
    if path == READY:
        return Route(Kind.READY)
    if path in WATCHED:
        return Route(Kind.WATCH)
    if path.startswith(PAY):
        return Route(Kind.CUSTOMERS)
    if method == "POST" and path == IMPORTS:
        return Route(Kind.FILES, _in_json(settings.IMPORT_LIMIT_BYTES), "imports.run")
    if method == "POST" and path == ATTACHMENTS:
        return Route(Kind.FILES, _in_json(settings.ATTACHMENT_LIMIT_BYTES), "attachments.add")
    if method in READS or path.startswith((API, WEBHOOKS)):
        return Route()
    view = _view_of(path)
    kind = Kind(getattr(view, "budget", Kind.PAGES))
    if not getattr(view, "takes_files", False):
        return Route(kind)
    most = view.file_limit() if hasattr(view, "file_limit") else settings.IMPORT_LIMIT_BYTES
    return Route(kind, most + FIELDS, getattr(view, "permission", None))


def _in_json(limit: int) -> int:
    """The bytes of a body that holds a file of so many."""
    return min(limit, API_FILE) * 4 // 3 + FIELDS


def _view_of(path: str) -> Any:
    try:
        found = resolve(path)
    except Http404:
        return None
    return getattr(found.func, "view_class", found.func)
