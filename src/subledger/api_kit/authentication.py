"""The one way into the API: who asks, how much, how often, and for which company.

A middleware, because it must also see what no endpoint sees: unknown paths, wrong methods. The body is here, whole.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from subledger.kernel.errors import DomainError
from subledger.kernel.ids import looks_like_id
from subledger.platform.callers import calling, demand
from subledger.platform.scope import company_scope

from . import errors
from .callers import META, ApiCaller, caller_by_secret
from .limits import RateLimit
from .problems import failed, problem

BASE = "/api/v1/"
PUBLIC = {f"{BASE}openapi.json", f"{BASE}docs"}
READS = {"GET", "HEAD", "OPTIONS"}
GetResponse = Callable[[HttpRequest], HttpResponse]


def entrance(get_response: GetResponse) -> GetResponse:
    limit = RateLimit(settings.API_RATE_LIMIT, name="api")

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
    found = caller_by_secret(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if found is None:
        raise errors.Unauthorized
    wait = limit.seconds_to_wait(found.key_id)
    if wait:
        raise errors.RateLimited(wait)
    request.META[META] = found
    with company_scope(found.company_id), calling(found.caller):
        _check_permission(request, found)
        _check_body(request)
        return _answer(request, get_response)


def _check_permission(request: HttpRequest, found: ApiCaller) -> None:
    """Reading is of a resource, the first word of the path. What is written, services look at: a permission belongs to
    the deed. A key that may write nothing at all is told so before its body is looked at."""
    if request.method in READS:
        demand(f"view:{request.path.removeprefix(BASE).partition('/')[0]}")
        return
    if found.only_reads:
        raise errors.KeyOnlyReads


def _check_body(request: HttpRequest) -> None:
    if request.body and request.content_type != "application/json":
        raise errors.ContentTypeUnsupported(request.content_type or "")


def _names_no_thing(request: HttpRequest) -> bool:
    """Whether a word stands where an id does: the path is of no thing, whatever the method. Reading says so itself."""
    match = request.resolver_match
    return match is not None and "id" in match.kwargs and not looks_like_id(str(match.kwargs["id"]))


def _answer(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    """The endpoint's answer; what Django answers for unknown paths and methods becomes a problem too."""
    response = get_response(request)
    if response.status_code == 405 and _names_no_thing(request):
        return problem(errors.NoSuchPath(request.path))
    if response.status_code == 405:
        allowed = response.headers["Allow"]
        refusal = errors.MethodNotAllowed(str(request.method), request.path, allowed)
        return problem(refusal, headers={"Allow": allowed})
    if response.status_code == 404 and not response.headers.get("Content-Type", "").startswith("application/"):
        return problem(errors.NoSuchPath(request.path))
    return response
