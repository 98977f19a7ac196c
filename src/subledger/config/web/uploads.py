"""Who may send more than a body may have: known from the headers alone, so that strangers' files are kept nowhere."""

from __future__ import annotations

from django.http import HttpRequest

from subledger.api_kit.callers import caller_by_secret
from subledger.page_kit.access import may_open

from .routes import API


def may_send(request: HttpRequest, permission: str) -> bool:
    """Somebody whose session may open a page of that permission; for the API, a program whose key has it."""
    if not request.path.startswith(API):
        return may_open(request, permission)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = caller_by_secret(secret.strip()) if scheme.lower() == "bearer" and secret else None
    return found is not None and found.caller.may(permission)
