"""How far a long batch is, told outside its transaction; and whether somebody waits to pause or cancel its run.

A batch is one transaction: what it writes is seen when it is done, and its run is locked until then. A kind whose batch
takes more than a moment calls `tell` between its parts. What it tells is committed at once, over a connection of its
own. Where somebody waits for the run, `tell` raises `GivenWay`: the batch is undone, and done anew if the run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import Error, connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from .states import Stage

Listener = Callable[[str, int, int | None], object]  # what is done, how many are, and of how many where that is known

EVERY = 0.5  # seconds between two looks
REQUESTED = 735_001  # the class of the advisory locks of those who wait for a run
PATIENCE = "SET lock_timeout = '200ms'"

SAY = "UPDATE runs_runstage SET doing = %s, reached = %s, target = %s WHERE run_id = %s AND stage = %s"
REQUEST = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
IS_THERE = """
    EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s AND objid = %s AND pid <> pg_backend_pid()
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
IS_REQUESTED = f"SELECT {IS_THERE}"


class GivenWay(Exception):
    """The batch in hand is undone, for somebody waits for its run."""


def request_release(run_id: int) -> None:
    """Ask whoever works on a run to let go of it, until the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [REQUESTED, _key(run_id)])


def is_release_requested(run_id: int) -> bool:
    """Whether somebody else waits for the run."""
    with connection.cursor() as cursor:
        cursor.execute(IS_REQUESTED, [REQUESTED, _key(run_id)])
        [found] = cursor.fetchone()
    return bool(found)


def release_requested(run_id: int) -> RawSQL:
    """The same as a condition on the run's row, asked with it."""
    return RawSQL(IS_THERE, [REQUESTED, _key(run_id)], output_field=BooleanField())


def _key(run_id: int) -> int:
    return run_id & 0x7FFFFFFF  # two runs of one key only let go once more than they need


class _Teller:
    """Of one batch in hand."""

    def __init__(self, run_id: int, stage: Stage) -> None:
        self._run_id, self._stage = run_id, stage
        self._next = time.monotonic() + EVERY
        self._apart: Any = None

    def __call__(self, doing: str, reached: int, target: int | None) -> None:
        if time.monotonic() < self._next:
            return
        if is_release_requested(self._run_id):
            raise GivenWay
        try:
            if self._apart is None:
                self._apart = connection.copy()
                with self._apart.cursor() as cursor:
                    cursor.execute(PATIENCE)
            with self._apart.cursor() as cursor:
                cursor.execute(SAY, [doing, reached, target, self._run_id, self._stage])
        except Error:  # nobody hears of it then: the batch itself is well
            self.close()
        self._next = time.monotonic() + EVERY

    def close(self) -> None:
        if self._apart is not None:
            self._apart.close()
            self._apart = None


_teller: ContextVar[Listener | None] = ContextVar("run_teller", default=None)
_listener: ContextVar[Listener | None] = ContextVar("run_listener", default=None)


def tell(doing: str, reached: int, target: int | None = None) -> None:
    """How far the batch in hand is. GivenWay."""
    for hears in (_listener.get(), _teller.get()):
        if hears is not None:
            hears(doing, reached, target)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """``listener`` hears of what is done within the block, in this process."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def telling(run_id: int, stage: Stage) -> Iterator[None]:
    """What is told within the block is kept for whoever looks at the run.

    Not within a caller's transaction: what that has changed of the run would be waited for in vain.
    """
    if connection.in_atomic_block:
        yield
        return
    teller = _Teller(run_id, stage)
    token = _teller.set(teller)
    try:
        yield
    finally:
        _teller.reset(token)
        teller.close()
