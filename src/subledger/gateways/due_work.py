"""The few reads of this room that go across companies: where something is due, and whose a delivery is.

A place is (company, provider); whoever works there enters the company's scope first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from . import registry
from .models import InboxEvent, PaymentRequest, Provider, RequestBatch
from .states import BatchState, ProviderState, RequestState

ProviderKey = tuple[int, int]


def _distinct(rows: Any, *columns: str) -> list[ProviderKey]:
    found: Iterable[ProviderKey] = rows.values_list(*columns).distinct().order_by()
    return sorted(found)


def with_requests_pending(at: datetime) -> list[ProviderKey]:
    """Where requests could be carried out now: an integrator's wait for the integrator."""
    rows = PaymentRequest.unscoped.filter(Q(check_at=None) | Q(check_at__lte=at), state=RequestState.PENDING)
    # Asked of each provider, for one row is enough to know: a run may have left a hundred thousand.
    rows = rows.filter(Q(batch=None) | Q(batch__state=BatchState.OPEN))
    waiting = Exists(rows.filter(provider=OuterRef("pk"), mode=OuterRef("mode")))
    return _distinct(_at_work().filter(waiting), "company_id", "pk")


def with_requests_to_look_up(at: datetime) -> list[ProviderKey]:
    """Where the hour of something that was sent has come."""
    rows = PaymentRequest.unscoped.filter(check_at__lte=at).exclude(state=RequestState.PENDING)
    return _distinct(rows, "company_id", "provider_id")


def with_batches_to_take_back() -> list[tuple[int, int]]:
    """Batches that are withdrawn, of whose requests some have not left; each with its company."""
    waiting = PaymentRequest.unscoped.filter(batch=OuterRef("pk"), state=RequestState.PENDING)
    rows = RequestBatch.unscoped.filter(Exists(waiting), state=BatchState.WITHDRAWN)
    return sorted(rows.values_list("company_id", "pk"))


def with_pages_open() -> list[ProviderKey]:
    """Where customers are on pages of a gateway or their bank, which may be over something that is settled by now."""
    rows = PaymentRequest.unscoped.filter(state=RequestState.REQUIRES_ACTION).exclude(reference="")
    return _distinct(rows, "company_id", "provider_id")


def with_customers_to_remind() -> list[ProviderKey]:
    """Where customers were asked to do something, and nobody has reminded them yet."""
    rows = PaymentRequest.unscoped.filter(state=RequestState.REQUIRES_ACTION, reminded_at=None)
    return _distinct(rows, "company_id", "provider_id")


def with_events_due(at: datetime) -> list[ProviderKey]:
    """Where events wait to be worked off."""
    return _distinct(InboxEvent.unscoped.filter(process_at__lte=at), "provider__company_id", "provider_id")


def with_events_to_ask_for() -> list[ProviderKey]:
    """Providers that are asked for their events: they have no webhook secret, so none can be delivered to them."""
    return _distinct(_at_work().filter(sealed_webhook_secrets=[]), "company_id", "pk")


def _at_work() -> QuerySet[Any]:
    """Effective providers whose requests we carry out ourselves."""
    executing = [kind.name for kind in registry.kinds().values() if kind.executes]
    return Provider.unscoped.filter(kind__in=executing, state=ProviderState.EFFECTIVE)


def company_of(provider_id: int) -> int | None:
    """Whose provider it is; None for an id that is nobody's."""
    return Provider.unscoped.filter(pk=provider_id).values_list("company_id", flat=True).first()
