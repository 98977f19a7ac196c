"""Where a form leads when it is done, if it was opened from elsewhere: ``?back=/collections/…`` in its address.

Only a page of ours is led to, whatever an address says.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

__all__ = ["and_back", "way_back"]


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page that the address asks to come back to; ``otherwise`` where it names none of ours."""
    asked = request.GET.get("back", "")[:2000]
    parts = urlsplit(asked)
    if parts.scheme or parts.netloc or not asked.startswith("/") or "\\" in asked or asked.startswith("//"):
        return otherwise
    try:
        found = resolve(parts.path)
    except Resolver404:
        return otherwise
    return asked if found.namespace == "backoffice" else otherwise


def and_back(url: str, back: str) -> str:
    """The address of a form that leads back to ``back``."""
    return f"{url}?{urlencode({'back': back})}"
