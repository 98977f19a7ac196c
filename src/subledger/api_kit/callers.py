"""Who calls the API. Whoever keeps the keys says so: the entrance asks, and knows no key and no company's table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from subledger.platform import clock
from subledger.platform.callers import Caller

META = "subledger_caller"  # where a request carries its caller


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Whose request it is: a key of a company, and what it may do."""

    key_id: int
    company_id: int
    company_code: str
    time_zone: str
    caller: Caller
    only_reads: bool

    @property
    def actor(self) -> str:
        return self.caller.actor

    @property
    def today(self) -> date:
        return clock.today(self.time_zone)


Authenticate = Callable[[str], ApiCaller | None]
_authenticators: list[Authenticate] = []


def authenticate_with(authenticate: Authenticate) -> None:
    """Have ``authenticate`` say who a secret belongs to; None: to nobody who may come in."""
    _authenticators[:] = [authenticate]


def caller_by_secret(secret: str) -> ApiCaller | None:
    [authenticate] = _authenticators
    return authenticate(secret)


def caller_of(request: HttpRequest) -> ApiCaller:
    caller: ApiCaller = request.META[META]
    return caller
