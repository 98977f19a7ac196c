"""What an error of the database means to a person at a terminal: one message for each kind."""

from __future__ import annotations

from subledger.platform.outages import first_line, is_database_away

# By SQLSTATE: what happened, what to do.
KINDS = {
    "55P03": "Somebody else holds a table that this needs, so it was given up and undone: {error} End what "
    "holds it, or wait for it, and try again.",
    "57014": "The database cut this off because it took too long, and undid it: {error} Try again when it is quieter, "
    "or raise statement_timeout of the role.",
    "40P01": "Two sessions waited for each other, and this one was undone: {error} Try again.",
    "40001": "Somebody else changed the same rows, and this was undone: {error} Try again.",
    "53100": "The disk of the database is full: {error} Make room; what was committed is kept.",
    "53200": "The database has no memory left: {error} Give it more, or ask it for less.",
    "53300": "The database takes no more connections: {error} Raise max_connections, or stop some of its users.",
    "25006": "This database can only be read, as a standby can: {error} Set DATABASE_URL to the primary.",
    "57P01": "The database was stopped while this was under way; what was not committed is undone. Start it, "
    "look, and try again.",
    "57P02": "The database crashed while this was under way; what was not committed is undone. Look at "
    "its log, and try again.",
    "57P03": "The database is starting, or ending: {error} Try again in a moment.",
}
URL_HINT = " In DATABASE_URL, @ / : % of a password are written %40 %2F %3A %25."


def database_refusal(error: Exception) -> str:
    """What to tell of an error of the database; "" for a fault of our own, which has a traceback."""
    from django.db.utils import OperationalError, ProgrammingError
    from psycopg import Error
    from psycopg.errors import UndefinedColumn, UndefinedTable

    if isinstance(error, ProgrammingError) and isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
        return "The database has not got the tables this version needs. Run `subledger migrate` first."
    if not isinstance(error, OperationalError):
        return ""
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, Error) else None
    said = first_line(error).rstrip(".") + "."
    if state in KINDS:
        return KINDS[state].format(error=said)
    if is_database_away(error):
        hint = URL_HINT if "resolve host" in said or "password" in said else ""
        return f"The database does not answer: {str(error).strip()}\nCheck DATABASE_URL and its server.{hint}"
    return f"The database refused this: {said}"
