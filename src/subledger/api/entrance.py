"""The one way into the API: who asks, how much, how often, and for which company.

A middleware, because it must also see what no endpoint sees: unknown paths, wrong methods. The body is here, whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from subledger.companies.models import ApiKey, Company
from subledger.companies.queries import key_by_secret
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.scope import company_scope

from . import errors
from .limits import RateLimit
from .problems import failed, problem

BASE = "/api/v1/"
PUBLIC = {f"{BASE}openapi.json", f"{BASE}docs"}
READS = {"GET", "HEAD", "OPTIONS"}
CALLER = "subledger_caller"
GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is."""

    key: ApiKey

    @property
    def company(self) -> Company:
        return self.key.company

    @property
    def actor(self) -> str:
        return f"key:{self.key.hint}"

    @property
    def today(self) -> date:
        return clock.today(self.company.time_zone)

    def require(self, needed: str, resource: str) -> None:
        """ScopeMissing unless the key may ``read`` or ``write`` the resource."""
        if needed not in self.key.scopes and f"{resource}:{needed}" not in self.key.scopes:
            raise errors.ScopeMissing(needed, resource)


def caller_of(request: HttpRequest) -> Caller:
    caller: Caller = request.META[CALLER]
    return caller


def entrance(get_response: GetResponse) -> GetResponse:
    limit = RateLimit(settings.API_RATE_LIMIT)

    def enter(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(BASE) or request.path in PUBLIC:
            return get_response(request)
        try:
            return _for_caller(request, limit, get_response)
        except errors.RateLimited as refusal:
            return problem(refusal, headers={"Retry-After": str(refusal.seconds)})
        except errors.Unauthorized as refusal:
            return problem(refusal, headers={"WWW-Authenticate": "Bearer"})
        except DomainError as refusal:
            return problem(refusal)
        except Exception as error:  # no database, say: endpoints' own failures are answered further in
            return failed(request, error)

    return enter


def _for_caller(request: HttpRequest, limit: RateLimit, get_response: GetResponse) -> HttpResponse:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = key_by_secret(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if key is None:
        raise errors.Unauthorized
    wait = limit.seconds_to_wait(key.pk)
    if wait:
        raise errors.RateLimited(wait)
    caller = request.META[CALLER] = Caller(key)
    resource = request.path.removeprefix(BASE).partition("/")[0]
    caller.require("read" if request.method in READS else "write", resource)
    _check_body(request)
    with company_scope(key.company_id):
        return _answer(request, get_response)


def _check_body(request: HttpRequest) -> None:
    if request.body and request.content_type != "application/json":
        raise errors.ContentTypeUnsupported(request.content_type or "")


def _answer(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    """The endpoint's answer; what Django answers for unknown paths and methods becomes a problem too."""
    response = get_response(request)
    if response.status_code == 405:
        allowed = response.headers["Allow"]
        refusal = errors.MethodNotAllowed(str(request.method), request.path, allowed)
        return problem(refusal, headers={"Allow": allowed})
    if response.status_code == 404 and not response.headers.get("Content-Type", "").startswith("application/"):
        return problem(errors.NoSuchPath(request.path))
    return response
