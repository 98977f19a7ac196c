"""Idempotency-Key: what is asked twice is done once, and the second asking gets the first answer.

It wraps operations, behind the entrance: a path or a method that does not exist is told so and claims no key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from subledger.kernel.errors import DomainError
from subledger.platform.idempotency import answer_once, fingerprint_of

from . import errors
from .entrance import READS
from .problems import problem

Run = Callable[..., HttpResponse]


def once(run: Run) -> Run:
    """An operation that honours the header; reading needs none and ignores it."""

    @wraps(run)
    def run_once(request: HttpRequest, **arguments: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method in READS:
            return run(request, **arguments)
        try:
            return _answer(request, key, lambda: run(request, **arguments))
        except DomainError as refusal:
            return problem(refusal)

    return run_once


def _answer(request: HttpRequest, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise errors.IdempotencyKeyInvalid
    made: list[HttpResponse] = []

    def produce() -> tuple[int, str, str]:
        made.append(run())
        return made[0].status_code, made[0].content.decode(), made[0].headers.get("Content-Type", "")

    fingerprint = fingerprint_of(str(request.method), request.get_full_path(), request.body)
    answer = answer_once(key=key, fingerprint=fingerprint, produce=produce)
    if made:
        return made[0]
    return HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type, headers={"Idempotent-Replayed": "true"}
    )
