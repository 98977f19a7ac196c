"""Idempotency-Key: what is asked twice is done once, and the second asking gets the first answer.

And ``dry_run``: what is asked so is done, answered and undone, and no key stands for it.

It wraps operations, behind the entrance: a path or a method that does not exist is told so and claims no key. An
operation runs in one transaction with the row of its key unless it says otherwise (`bound`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import Any, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from subledger.kernel.cards import CardNumberRefused, card_number_in
from subledger.kernel.errors import DomainError
from subledger.platform.callers import current_caller
from subledger.platform.dry_runs import dry_run, look_as_at_the_end
from subledger.platform.idempotency import Binding, answer_once, fingerprint_of

from . import errors
from .authentication import READS
from .problems import failed, problem
from .resources import refuse_other_parameters

Run = Callable[..., HttpResponse]
DRY_RUN = "dry_run"
KNOWN = frozenset({DRY_RUN, "expand[]"})  # of every write
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
    """An operation that honours the header, and a dry run; reading needs neither."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    view, known = operation.view_func, KNOWN | _queried(operation)
    how, secrets = binding_of(view), getattr(view, "shown_once", ())

    @wraps(run)
    def run_once(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if request.method in READS:
            return run(request, **arguments)
        key = request.headers.get("Idempotency-Key")
        try:
            if _is_dry(request, known):
                return _tried(request, lambda: run(request, **arguments))
            if key is None:
                return run(request, **arguments)
            return _answer(request, key, how, lambda: run(request, **arguments), secrets)
        except DomainError as refusal:
            return problem(refusal)
        except Exception as error:  # the answer could not be looked for, or not be kept
            return failed(request, error)

    return run_once


def _queried(operation: Operation) -> set[str]:
    """The parameters in the address that an operation declares."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return {name for model in models for name in getattr(model, "__ninja_flatten_map__", {})}


def _is_dry(request: HttpRequest, known: Collection[str]) -> bool:
    """Whether a write is only to be shown. What its address says besides, and nobody reads, is refused."""
    refuse_other_parameters(request, known)
    said = request.GET.getlist(DRY_RUN)
    if any(one not in ("true", "false") for one in said) or len(set(said)) > 1:
        raise errors.InvalidRequest("dry_run is true or false. Send one of them, or leave it out.", param="/dry_run")
    return "true" in said


def _tried(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer to what is done and undone, and a header that says so."""
    try:
        with dry_run():
            response = run()
            if response.status_code < 400:
                look_as_at_the_end()
    except Exception as error:  # refused by what the database looks at when it commits
        response = failed(request, error)
    response.headers["Dry-Run"] = "true"
    return response


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
