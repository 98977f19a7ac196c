"""The id under which a request stands in answers and logs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from subledger.kernel.card_numbers import card_number_in

# What proxies make: UUIDs, hex, ULIDs. Anything else could write into a log what it likes.
SANE = re.compile(r"[A-Za-z0-9._:+/=-]{8,128}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being answered; "" where none is."""
    return _request_id.get()


@contextmanager
def traced(given: str) -> Iterator[str]:
    """Answer a request under the id its sender or a proxy gave it, or one of our own."""
    ident = given if SANE.fullmatch(given) and card_number_in(given) is None else secrets.token_hex(12)
    token = _request_id.set(ident)
    try:
        yield ident
    finally:
        _request_id.reset(token)
