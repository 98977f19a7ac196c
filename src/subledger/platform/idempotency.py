"""Stored answers: the same key and request get the first answer again (interfaces, section 3).

A key is claimed and committed before anything is done for it, and the answer is stored after everything was: between
the two, calls are made that no database transaction may span. What must not happen twice is therefore bound to the
key in the very transaction that makes it (`bind`). Should its process die before it answers, whoever repeats the
request finds what was made (`made_before`) and goes on from there; a key that made nothing yet is simply free again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from . import clock
from .errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from .models import StoredAnswer
from .scope import current_company_id

# A request that has been in flight this long has died with its process: the key is free again, or its end is told.
IN_FLIGHT_LIMIT = timedelta(minutes=5)
KEPT = timedelta(hours=48)
FAILED = 500  # the status of an answer that could not be given although something was made

CLAIM = """
    INSERT INTO platform_storedanswer (company_id, key, fingerprint, created_at, body, content_type)
    VALUES (%s, %s, %s, %s, '', 'application/json') ON CONFLICT (company_id, key) DO NOTHING RETURNING id
"""

Produce = Callable[[], tuple[int, str, str]]


class Answer(NamedTuple):
    status: int
    body: str
    content_type: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Answering:
    stored_id: int
    made: int | None


_answering: ContextVar[_Answering | None] = ContextVar("answering", default=None)


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


def bind(ident: int) -> None:
    """Inside the transaction that makes ``ident``: the key being answered, if any, stands for it from now on."""
    answering = _answering.get()
    if answering is not None:
        StoredAnswer.objects.filter(pk=answering.stored_id).update(made=ident)


def made_before() -> int | None:
    """What an earlier request with the key being answered made before it died; whoever makes such things asks first."""
    answering = _answering.get()
    return answering.made if answering else None


def answer_once(*, key: str, fingerprint: str, produce: Produce) -> Answer:
    """Run ``produce`` once for a key; whoever repeats the request gets what it answered.

    ``produce`` returns (status, body, content type). Answers of 500 and above, and exceptions, free the key, unless
    something was bound to it: then the next request runs ``produce`` again, which finds it by `made_before`.

    Raises:
        IdempotencyKeyReused: the key came with another request before.
        IdempotencyKeyInFlight: the first request with this key has not answered yet.
    """
    at = clock.now()
    company_id = current_company_id()
    StoredAnswer.objects.filter(key=key, created_at__lt=at - KEPT).delete()
    StoredAnswer.objects.filter(key=key, status=None, made=None, created_at__lt=at - IN_FLIGHT_LIMIT).delete()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [company_id, key, fingerprint, at])
        claimed = cursor.fetchone()
    if claimed is not None:
        return _produce(_Answering(claimed[0], None), produce)
    first = StoredAnswer.objects.filter(key=key).first()
    if first is None:  # it failed and freed the key since we looked
        raise IdempotencyKeyInFlight(key)
    if first.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key)
    if first.status == FAILED or (first.status is None and first.created_at < at - IN_FLIGHT_LIMIT):
        return _produce(_Answering(first.pk, first.made), produce)
    if first.status is None:
        raise IdempotencyKeyInFlight(key)
    return Answer(first.status, first.body, first.content_type, True)


def _produce(answering: _Answering, produce: Produce) -> Answer:
    token = _answering.set(answering)
    try:
        status, body, content_type = produce()
    except BaseException:
        _give_up(answering.stored_id)
        raise
    finally:
        _answering.reset(token)
    if status >= FAILED:
        _give_up(answering.stored_id)
    else:
        StoredAnswer.objects.filter(pk=answering.stored_id).update(status=status, body=body, content_type=content_type)
    return Answer(status, body, content_type, False)


def _give_up(stored_id: int) -> None:
    """No answer came of it: the key is free again, or waits for whoever asks what became of what it made."""
    kept = StoredAnswer.objects.filter(pk=stored_id)
    if not kept.filter(made=None).delete()[0]:
        kept.update(status=FAILED)
