"""A database that cannot be reached, told apart from one that refuses a statement."""

from __future__ import annotations

import psycopg
from django.db.utils import InterfaceError, OperationalError

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


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
