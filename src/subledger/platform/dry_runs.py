"""A dry run: a deed is done whole, by the code that does it, told, and undone; nobody outside is asked or told.

What is to happen after the commit does not, for there is none. Where a deed cannot go on without somebody outside, it
ends there: who reads a gateway's answer asks `is_dry_run` first, and the network refuses to be spoken to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.db.transaction import atomic, set_rollback

_is_dry: ContextVar[bool] = ContextVar("is_dry_run", default=False)


def is_dry_run() -> bool:
    """Whether what is being done now will be undone."""
    return _is_dry.get()


@contextmanager
def dry_run() -> Iterator[None]:
    """Undo whatever the block does.

    Two blocks: the last statement of a deed may take the COMMIT of the outermost one with it (`statements.call_last`).
    """
    token = _is_dry.set(True)
    try:
        with atomic(), atomic():
            yield
            set_rollback(True)
    finally:
        _is_dry.reset(token)


def look_as_at_the_end() -> None:
    """Have everything looked at now that the database would look at when it commits; refused as it would be then."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
