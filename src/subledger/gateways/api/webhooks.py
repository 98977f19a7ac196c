"""Events of gateways, as they deliver them: ``/webhooks/{kind}/{provider}``, outside the API and without its keys.

A delivery is checked by its signature, kept raw, and answered; what it means is found out afterwards by a worker.
"""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from subledger.api_kit import errors
from subledger.api_kit.problems import failed, problem
from subledger.gateways import registry
from subledger.gateways.due_work import company_of
from subledger.gateways.errors import WebhookRefused
from subledger.gateways.models import Provider
from subledger.gateways.port import NoticeRefused
from subledger.gateways.queries import provider_by_id
from subledger.gateways.services.inbox import receive
from subledger.kernel import ids
from subledger.kernel.errors import DomainError
from subledger.platform.callers import Caller, calling
from subledger.platform.jobs import wake
from subledger.platform.scope import company_scope

# A delivery is let in by its signature, and does nothing but be kept.
GATEWAY = Caller(
    "gateway", frozenset(), refusal=lambda permission: WebhookRefused("not_allowed", "A delivery is only kept.")
)


@csrf_exempt
def deliver(request: HttpRequest, kind: str, provider: str) -> HttpResponse:
    """Take one delivery in: 200 with the event once it is kept, also when it was kept before."""
    try:
        if request.method != "POST":
            refusal = errors.MethodNotAllowed(str(request.method), request.path, "POST")
            return problem(refusal, headers={"Allow": "POST"})
        provider_id = _id_of(provider)
        company_id = company_of(provider_id)
        if company_id is None:
            raise errors.NoSuchPath(request.path)
        with company_scope(company_id), calling(GATEWAY):
            return _take_in(_provider(provider_id, kind, request), request, request.body)
    except NoticeRefused as refused:
        return problem(WebhookRefused(refused.reason, refused.detail))
    except DomainError as refusal:
        return problem(refusal)
    except Exception as error:  # the gateway delivers again
        return failed(request, error)


def _id_of(provider: str) -> int:
    try:
        return ids.decode(Provider.PREFIX, provider)
    except ValueError:
        return 0  # nobody's


def _provider(ident: int, kind: str, request: HttpRequest) -> Provider:
    """A provider of that kind, if Subledger executes its requests: of others there is nothing to hear."""
    found = provider_by_id(ident)
    known = registry.kinds().get(kind)
    if found.kind != kind or known is None or not known.executes:
        raise errors.NoSuchPath(request.path)
    return found


def _take_in(provider: Provider, request: HttpRequest, body: bytes) -> HttpResponse:
    event = receive(provider=provider, body=body, headers=request.headers)
    if event is not None:
        wake("take_notices", provider_id=provider.pk)
    serialised = {"received": True, "event": event.external_id if event else None, "is_new": event is not None}
    return HttpResponse(orjson.dumps(serialised), content_type="application/json")
