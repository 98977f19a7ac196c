"""Stored answers: the same key and request get the first answer again (interfaces, section 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from . import clock
from .errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from .models import StoredAnswer
from .scope import current_company_id

# A request that has been in flight this long has died with its process: the key is free again.
IN_FLIGHT_LIMIT = timedelta(minutes=5)
KEPT = timedelta(hours=48)

CLAIM = """
    INSERT INTO platform_storedanswer (company_id, key, fingerprint, created_at, body, content_type)
    VALUES (%s, %s, %s, %s, '', 'application/json') ON CONFLICT (company_id, key) DO NOTHING RETURNING id
"""


class Answer(NamedTuple):
    status: int
    body: str
    content_type: str
    replayed: bool


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


def answer_once(*, key: str, fingerprint: str, produce: Callable[[], tuple[int, str, str]]) -> Answer:
    """Run ``produce`` once for a key; whoever repeats the request gets what it answered.

    ``produce`` returns (status, body, content type). Answers of 500 and above, and exceptions, free the key.

    Raises:
        IdempotencyKeyReused: the key came with another request before.
        IdempotencyKeyInFlight: the first request with this key has not answered yet.
    """
    at = clock.now()
    company_id = current_company_id()
    StoredAnswer.objects.filter(key=key, created_at__lt=at - KEPT).delete()
    StoredAnswer.objects.filter(key=key, status=None, created_at__lt=at - IN_FLIGHT_LIMIT).delete()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [company_id, key, fingerprint, at])
        claimed = cursor.fetchone()
    if claimed is None:
        first = StoredAnswer.objects.filter(key=key).first()
        if first is None:  # it failed and freed the key since we looked
            raise IdempotencyKeyInFlight(key)
        if first.fingerprint != fingerprint:
            raise IdempotencyKeyReused(key)
        if first.status is None:
            raise IdempotencyKeyInFlight(key)
        return Answer(first.status, first.body, first.content_type, True)
    mine = StoredAnswer.objects.filter(pk=claimed[0])
    try:
        status, body, content_type = produce()
    except BaseException:
        mine.delete()
        raise
    if status >= 500:
        mine.delete()
    else:
        mine.update(status=status, body=body, content_type=content_type)
    return Answer(status, body, content_type, False)
