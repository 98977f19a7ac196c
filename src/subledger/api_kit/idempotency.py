"""Idempotency-Key: what is asked twice is done once, and the second asking gets the first answer.

It wraps operations, behind the entrance: a path or a method that does not exist is told so and claims no key. An
operation runs in one transaction with the row of its key unless it says otherwise (`bound`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse

from subledger.kernel.cards import CardNumberRefused, card_number_in
from subledger.kernel.errors import DomainError
from subledger.platform.callers import current_caller
from subledger.platform.idempotency import Binding, answer_once, fingerprint_of

from . import errors
from .authentication import READS
from .problems import failed, problem

Run = Callable[..., HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


def bound(how: Binding) -> Callable[[View], View]:
    """How an operation is bound to its key, where that is not by one transaction around all of it."""

    def declare(view: View) -> View:
        view.binding = how  # type: ignore[attr-defined]
        return view

    return declare


def shown_once(*names: str) -> Callable[[View], View]:
    """Fields of an answer that are kept nowhere, such as a new secret: who repeats the request is told null."""

    def declare(view: View) -> View:
        view.shown_once = names  # type: ignore[attr-defined]
        return view

    return declare


def binding_of(view: Callable[..., Any]) -> Binding:
    how: Binding = getattr(view, "binding", Binding.TOGETHER)
    return how


def once(run: Run) -> Run:
    """An operation that honours the header; reading needs none and ignores it."""
    view = run.__self__.view_func  # type: ignore[attr-defined]
    how, secrets = binding_of(view), getattr(view, "shown_once", ())

    @wraps(run)
    def run_once(request: HttpRequest, **arguments: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method in READS:
            return run(request, **arguments)
        try:
            return _answer(request, key, how, lambda: run(request, **arguments), secrets)
        except DomainError as refusal:
            return problem(refusal)
        except Exception as error:  # the answer could not be looked for, or not be kept
            return failed(request, error)

    return run_once


def method_and_permissions(request: HttpRequest) -> str:
    """Part of what a key stands for: an answer is given again to those alone who might have asked for it."""
    caller = current_caller()
    return " ".join([str(request.method), *sorted(caller.permissions if caller else ())])


def _answer(
    request: HttpRequest, key: str, how: Binding, run: Callable[[], HttpResponse], secrets: Sequence[str]
) -> HttpResponse:
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise errors.IdempotencyKeyInvalid
    number = card_number_in(key)
    if number:
        raise CardNumberRefused(number)
    made: list[HttpResponse] = []

    def produce() -> tuple[int, str, str]:
        made.append(run())
        return made[-1].status_code, _without(secrets, made[-1]), made[-1].headers.get("Content-Type", "")

    fingerprint = fingerprint_of(method_and_permissions(request), request.get_full_path(), request.body)
    answer = answer_once(key=key, fingerprint=fingerprint, produce=produce, how=how)
    if not answer.replayed:
        return made[-1]
    return HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type, headers={"Idempotent-Replayed": "true"}
    )


def _without(secrets: Sequence[str], response: HttpResponse) -> str:
    """The body as it is kept."""
    if not secrets or response.status_code >= 400:
        return response.content.decode()
    told = orjson.loads(response.content)
    return orjson.dumps(told | dict.fromkeys(secrets)).decode()
