"""Calls to a gateway that somebody waits for: a short deadline, and few at once.

A gateway that says nothing must not hold the threads that serve everybody. Within a web request a call ends after
``SECONDS``, and no more than ``AT_ONCE`` are under way in a process; what is over or finds no room is answered as being
in progress, and the worker or the look-up finishes it. Where nobody waits (workers, commands) calls take their time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel.sentences import say

from .port import GatewayUnavailable

SECONDS = 6.0
AT_ONCE = 2

_is_waited_for: ContextVar[bool] = ContextVar("is_waited_for", default=False)
_room = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def waiting() -> Iterator[None]:
    """Somebody waits for what is done in this block."""
    token = _is_waited_for.set(True)
    try:
        yield
    finally:
        _is_waited_for.reset(token)


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Whoever sent a request waits for its answer."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        with waiting():
            return get_response(request)

    return answered


def is_waited_for() -> bool:
    """Whether somebody waits for what is done here."""
    return _is_waited_for.get()


@contextmanager
def turn() -> Iterator[float | None]:
    """The time (monotonic) until which calls may take; None where nobody waits.

    Raises:
        GatewayUnavailable: as many as may be are under way already.
    """
    if not _is_waited_for.get():
        yield None
        return
    if not _room.acquire(blocking=False):
        raise GatewayUnavailable(say("Others are waiting for gateways already."), code="busy")
    try:
        yield time.monotonic() + SECONDS
    finally:
        _room.release()
