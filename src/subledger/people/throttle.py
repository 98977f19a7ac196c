"""Guessing is slowed down before anything is hashed: django-axes counts wrong passwords by name and by address.

``AXES_…`` in the settings name these. Codes of a second factor count as passwords do, and what is typed within a
session counts as what is typed at the login.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subledger.kernel.card_numbers import masked

from .errors import GuessedTooOften

WAIT_MINUTES = 15


def address_of(request: HttpRequest) -> str:
    """Who asks; the web server has looked behind the proxies that it trusts."""
    return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")


def name_typed(request: HttpRequest, credentials: Any = None) -> str | None:
    """The name that tries are counted under: what is typed by mistake, and is no name of anybody's, is not kept."""
    given = (credentials or {}).get("username") or request.POST.get("username")
    return masked(str(given)) if given else None


def refuse_guessing(request: HttpRequest, username: str) -> None:
    """GuessedTooOften where the name, or the address that asks, is locked; whatever is asked for is answered so."""
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers with `locked_out`
        raise GuessedTooOften(WAIT_MINUTES)


def count_failure(request: HttpRequest, username: str) -> None:
    user_login_failed.send(__name__, credentials={"username": username}, request=request)


def let_in_again(username: str) -> int:
    """Forget the wrong passwords of a name: its way out before the time is over; how many were forgotten."""
    return int(reset(username=username) or 0)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    answer = render(request, "people/locked.html", {"minutes": WAIT_MINUTES}, status=429)
    answer["Retry-After"] = str(WAIT_MINUTES * 60)
    answer["Cache-Control"] = "no-store"
    return answer
