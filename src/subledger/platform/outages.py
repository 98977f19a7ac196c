"""A database that cannot be reached and a disk that is full, told apart from a statement that is refused."""

from __future__ import annotations

import errno
import time

import psycopg
from django.db.utils import InterfaceError, OperationalError

from .errors import DatabaseAway, DiskFull

# The database is away, or two met: nothing about what was being done, which is done anew.
PASSING = (OperationalError, InterfaceError)

# Classes and codes of SQLSTATE in which the server, not the statement, is at fault: connection lost (08), shut down,
# crashed or starting (57P), too many connections (53300), a standby in the place of a primary (25006).
AWAY = ("08", "57P", "53300", "25006")


def is_database_away(error: BaseException | None) -> bool:
    """Whether waiting would help: nothing is wrong with what was asked."""
    if not isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
        return False
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    # Without a state the server never answered: refused, no route, closed in the middle.
    return state is None or state.startswith(AWAY)


DISK_FULL = "53100"
# For so long after a disk was found full we are not ready: whether there is room again shows with the next writing.
FULL_SECONDS = 60
_full_at: float | None = None


def is_disk_full(error: BaseException | None) -> bool:
    """Whether the database's disk, or one of our own, took no more; what was under way is undone."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = error if isinstance(error, psycopg.Error) else getattr(error, "__cause__", None)
    return isinstance(cause, psycopg.Error) and cause.sqlstate == DISK_FULL


def outage_of(error: BaseException | None) -> DatabaseAway | DiskFull | None:
    """What to tell of an error that is no fault of the request nor of ours; None of any other."""
    global _full_at
    if is_disk_full(error):
        _full_at = time.monotonic()
        return DiskFull()
    return DatabaseAway() if is_database_away(error) else None


def was_disk_full() -> bool:
    """Whether this process has met a full disk within the last minute."""
    return _full_at is not None and time.monotonic() - _full_at < FULL_SECONDS


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
