"""The address under which others reach these books: customers with a link, gateways with an event."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest


def public_url(request: HttpRequest, path: str) -> str:
    """``path`` as somebody outside can open it: at the public address where one is set, else where we were asked."""
    if settings.PUBLIC_URL:
        return urljoin(settings.PUBLIC_URL, path)
    return request.build_absolute_uri(path)
