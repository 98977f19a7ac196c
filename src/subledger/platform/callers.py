"""Who is asking, and what they may do: a permission belongs to the deed, whatever door it came through.

Interfaces enter ``calling(Caller(...))`` once they know who asks; services say ``demand("transactions.refund")`` where
the deed is done. A deed that two permissions cover demands both. What follows from a deed by itself (a gateway's answer
that posts what was asked for) is done ``as_follows()`` and asks for nothing more: whether it may be was decided when it
was asked for. Work that nobody asks for now (a worker's, a migration's, an operator's command on the machine itself)
has no caller and may do everything. The interfaces that strangers reach always enter one, which tests hold.

A permission may be narrowed to one kind of thing: ``transactions.post:invoice`` is part of ``transactions.post``. This
module knows no permission by name; `companies.permissions` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from subledger.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Caller:
    """``actor`` is the name events carry (``user:ana``, ``key:sk_…a1b2``); ``refusal`` says what a permission lacks."""

    actor: str
    permissions: frozenset[str]
    refusal: Callable[[str], DomainError]

    def may(self, permission: str) -> bool:
        return permission in self.permissions or permission.partition(":")[0] in self.permissions


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def calling(caller: Caller | None) -> Iterator[None]:
    """Work on behalf of ``caller`` for the length of the block."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


@contextmanager
def as_follows() -> Iterator[None]:
    """Do what follows from a deed that was allowed; also a decorator, of functions that do nothing else."""
    with calling(None):
        yield


def current_caller() -> Caller | None:
    return _caller.get()


def demand(*permissions: str) -> None:
    """The caller's refusal unless they may do all of it."""
    caller = _caller.get()
    if caller is None:
        return
    for permission in permissions:
        if not caller.may(permission):
            raise caller.refusal(permission)
