"""Stored answers: the same key and request get the first answer again (interfaces, section 3).

What a request makes and the row of its key are committed by one transaction, so no instant lies between them at which
a process could die. Three ways to it (`Binding`): everything in one transaction, answer and all; the service that makes
something binds it to the key in its own transaction, whose answer follows and can be told again from what was made; and
what may be done twice, because the second time does nothing new. See ADR 20.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from django.db import Error, connection
from django.db.transaction import atomic, set_rollback

from subledger.kernel.errors import DomainError

from . import clock
from .declarations import MadeKindDeclaration
from .errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from .rooms import RoomsInvalid, declared
from .scope import current_company_id
from .statements import Statement, execute_unhurried, fetch

logger = logging.getLogger(__name__)

KEPT_HOURS = 48
KEPT = timedelta(hours=KEPT_HOURS)
# Versions before this one committed a claim before they began. One that made nothing for so long died with its process.
IN_FLIGHT_LIMIT = timedelta(minutes=5)
FAILED = 500
# What one statement of the sweep deletes, so that no transaction of it is long.
SWEPT_AT_ONCE = 1_000

# Two requests with one key: the second waits here until the first has committed or is undone.
BIND = """
    INSERT INTO platform_storedanswer (company_id, key, fingerprint, created_at, body, content_type, made, made_kind)
    VALUES (%s, %s, %s, %s, '', 'application/json', %s, %s)
"""
KEEP = """
    INSERT INTO platform_storedanswer (company_id, key, fingerprint, created_at, status, body, content_type)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (company_id, key) DO NOTHING RETURNING id
"""
FIRST = """
    SELECT id, fingerprint, created_at, status, body, content_type, made, made_kind
      FROM platform_storedanswer WHERE company_id = %s AND key = %s
"""
FORGET = "DELETE FROM platform_storedanswer WHERE id = %s"
COMPLETE = """
    UPDATE platform_storedanswer SET status = %s, body = %s, content_type = %s
     WHERE company_id = %s AND key = %s AND made = %s
"""
# Held until its transaction ends, however it ends, and whatever stands between us and PostgreSQL.
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"

# Ids grow with time, so the oldest rows are the first of the primary key and need no index of their own.
SWEEP = """
    DELETE FROM platform_storedanswer WHERE id IN (
        SELECT id FROM (SELECT id, created_at FROM platform_storedanswer ORDER BY id LIMIT %s) oldest
         WHERE created_at < %s)
"""


class Binding(StrEnum):
    """How what an operation makes and the row of its key come to be committed together."""

    TOGETHER = "together"  # one transaction around all of it; nothing in it may call a gateway
    BY_SERVICE = "by_service"  # the service binds in its own transaction: `bind`, or `binding` in posting's message
    REPEATABLE = "repeatable"  # a repetition does nothing new, so there is nothing to bind


@dataclass(frozen=True, slots=True)
class MadeKind(MadeKindDeclaration):
    """A thing that a key may stand for, declared by the room that makes it (`Room.made_kinds`).

    ``stored`` is how rows of keys say it, where that is not its name.
    """

    name: str
    stored: str | None = None

    @property
    def text(self) -> str:
        return self.name if self.stored is None else self.stored


class Made(NamedTuple):
    kind: MadeKind
    id: int


class Stored(NamedTuple):
    """The row of a key."""

    id: int
    fingerprint: str
    created_at: datetime
    status: int | None
    body: str
    content_type: str
    made: int | None
    made_kind: str


class Answer(NamedTuple):
    status: int
    body: str
    content_type: str
    replayed: bool


Produce = Callable[[], tuple[int, str, str]]


@dataclass(slots=True)
class _Answering:
    """The request being answered, and what is known to have been made for it."""

    company_id: int
    key: str
    fingerprint: str
    made: Made | None = None
    is_repeated: bool = False  # an earlier request made it

    def row(self) -> list[Any]:
        return [self.company_id, self.key, self.fingerprint, clock.now()]


_answering: ContextVar[_Answering | None] = ContextVar("answering", default=None)


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    """One value for all ways to write the same request: the order of names in JSON and in a query says nothing."""
    parts = urlsplit(path)
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    with suppress(orjson.JSONDecodeError, orjson.JSONEncodeError):  # it is refused further in, as it came
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\0".join([method.encode(), parts.path.encode(), query.encode(), body])).hexdigest()


def sweep_answers() -> int:
    """Delete a batch of the oldest answers of all companies that are kept no longer; how many, at most SWEPT_AT_ONCE.

    A key within its promised time stays, whatever it stands for: what is deleted is what `_first` would not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, [SWEPT_AT_ONCE, clock.now() - KEPT])
        return int(cursor.rowcount)


# -- inside the transaction that makes something -----------------------------------------------------------------------


def bind(kind: MadeKind, ident: int) -> None:
    """Inside the transaction that makes it: the key being answered, if any, stands for it from then on.

    Raises:
        IdempotencyKeyInFlight: another request with this key was first; the caller's transaction is to be undone.
    """
    statement = binding(kind, ident)
    if statement is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{statement.text} ON CONFLICT (company_id, key) DO NOTHING RETURNING id", statement.values)
        if cursor.fetchone() is None:
            raise IdempotencyKeyInFlight(str(statement.values[1]))
    bound(kind, ident)


def binding(kind: MadeKind, ident: int) -> Statement | None:
    """`bind` as a statement to be sent with others; None where no key is being answered, or it stands for something.

    Whoever sends it says so (`bound`). It violates ``stored_answer_key`` where another request was first.

    Raises:
        RoomsInvalid: no room declares the kind, so nobody could tell again what was made.
    """
    answering = _answering.get()
    if answering is None or answering.made is not None:
        return None
    if _kinds().get(kind.text) != kind:
        raise RoomsInvalid(
            f"No room declares {kind!r}, which a key is to stand for. List it in `made_kinds` of the room that makes"
            " such things."
        )
    return Statement(BIND, [*answering.row(), ident, kind.text])


def bound(kind: MadeKind, ident: int) -> None:
    answering = _answering.get()
    if answering is not None and answering.made is None:
        answering.made = Made(kind, ident)


def made_before() -> Made | None:
    """What an earlier request with the key being answered made; whoever makes such things asks first."""
    answering = _answering.get()
    return answering.made if answering and answering.is_repeated else None


# -- around an operation -----------------------------------------------------------------------------------------------


def answer_once(*, key: str, fingerprint: str, produce: Produce, how: Binding = Binding.TOGETHER) -> Answer:
    """Run ``produce`` once for a key; whoever repeats the request gets what it answered.

    ``produce`` returns (status, body, content type). A refusal (400 to 499) is undone and kept as an answer; what
    failed (500 and above, exceptions) keeps no answer: the repetition is told what was made, or begins anew.

    Raises:
        IdempotencyKeyReused: the key came with another request before.
        IdempotencyKeyInFlight: the first request with this key has not answered yet.
    """
    answering = _Answering(current_company_id(), key, fingerprint)
    first = _first(answering)
    if first is not None:
        return _again(answering, first, produce)
    if how is Binding.TOGETHER:
        return _together(answering, produce)
    return _by_service(answering, produce)


def _together(answering: _Answering, produce: Produce) -> Answer:
    with atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [answering.key, answering.company_id])
            if not cursor.fetchone()[0]:
                raise IdempotencyKeyInFlight(answering.key)
        first = _first(answering)  # it may have ended since we looked
        if first is not None:
            return _again(answering, first, produce)
        answer = _undone_unless_done(produce)
        if answer.status >= FAILED:
            set_rollback(True)
        elif not _keep(answering, answer):
            raise IdempotencyKeyInFlight(answering.key)
    return answer


class _Undo(Exception):
    """Takes back what a refused request has done so far."""


def _undone_unless_done(produce: Produce) -> Answer:
    answer = None
    try:
        with atomic():
            answer = Answer(*produce(), replayed=False)
            if answer.status >= 400:
                raise _Undo
    except _Undo:
        pass
    assert answer is not None
    return answer


def _by_service(answering: _Answering, produce: Produce) -> Answer:
    token = _answering.set(answering)
    try:
        answer = Answer(*produce(), replayed=False)
    except DomainError:
        first = _first(answering)  # the refusal may only say that another request with this key was first
        if first is None or answering.made is not None:
            raise
        return _again(answering, first, produce)
    finally:
        _answering.reset(token)
    if answering.made is not None and _complete(answering, answer):
        return answer
    if answer.status >= FAILED or _keep(answering, answer):
        return answer
    first = _first(answering)
    return _again(answering, first, produce) if first is not None else answer


def _again(answering: _Answering, first: Stored, produce: Produce) -> Answer:
    """The first answer; where only what was made is known, that is told now."""
    if first.fingerprint != answering.fingerprint:
        raise IdempotencyKeyReused(answering.key)
    if first.status is not None and first.status != FAILED:
        return Answer(first.status, first.body, first.content_type, True)
    if first.made is None:  # claimed by a version before this one, within the limit
        raise IdempotencyKeyInFlight(answering.key)
    kind = _kinds().get(first.made_kind)
    if kind is None:  # made by a newer version, which is still taking over; it can tell of it
        raise IdempotencyKeyInFlight(answering.key)
    answering.made, answering.is_repeated = Made(kind, first.made), True
    token = _answering.set(answering)
    try:
        answer = Answer(*produce(), replayed=True)
    finally:
        _answering.reset(token)
    _complete(answering, answer)
    return answer


@cache
def _kinds() -> dict[str, MadeKind]:
    """The kinds of what keys stand for, as rows of keys say it."""
    return {kind.text: kind for kind in declared(MadeKind)}


def _first(answering: _Answering) -> Stored | None:
    """The row of the key, unless it is too old to count."""
    found = fetch(FIRST, [answering.company_id, answering.key])
    if not found:
        return None
    row = Stored(*found[0])
    at = clock.now()
    is_dead = row.status is None and row.made is None and row.created_at < at - IN_FLIGHT_LIMIT
    if is_dead or row.created_at < at - KEPT:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, [row.id])
        return None
    return row


def _keep(answering: _Answering, answer: Answer) -> bool:
    """Keep an answer to which nothing is bound; False where another request with this key was first."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [*answering.row(), *answer[:3]])
        return cursor.fetchone() is not None


def _complete(answering: _Answering, answer: Answer) -> bool:
    """Keep the answer to what was made; False where its transaction was undone, so nothing is bound.

    What was made is committed and can be told again, so an answer that cannot be kept now is no failure. Nor need the
    first one wait for the disk, which holds what was made; a repetition does, for it may have seen it before the disk.
    """
    if answer.status >= FAILED:
        return True
    assert answering.made is not None
    values: list[Any] = [*answer[:3], answering.company_id, answering.key, answering.made.id]
    try:
        if answering.is_repeated:
            with connection.cursor() as cursor:
                cursor.execute(f"{COMPLETE} AND (status IS NULL OR status = {FAILED})", values)
            return True
        return execute_unhurried(Statement(COMPLETE, values)) > 0
    except Error:
        logger.exception("The answer under an Idempotency-Key could not be kept; it can be told again")
        return True
