"""Events of refunds and disputes that wait for the payment they are of: they are told again once that has its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from subledger.gateways.models import InboxEvent, PaymentRequest, Provider
from subledger.gateways.refund_errors import (
    ChargeUnknownYet,
)
from subledger.gateways.states import InboxState, RequestState, RequestType
from subledger.platform import clock


def awaited(provider: Provider) -> QuerySet[Any]:
    """Payments that a charge nobody here knows may be of: unknown ones, and those whose call has no answer yet."""
    silent = Q(state=RequestState.UNKNOWN) | Q(
        state=RequestState.UNDER_PROCESSING, attempts__isnull=False, attempts__ended_at=None
    )
    rows = PaymentRequest.objects.filter(silent, provider=provider, type=RequestType.PAYMENT)
    return rows.order_by("pk")


def wake_put_off(settled: Iterable[PaymentRequest]) -> None:
    """Have events that wait for a payment worked off now that one has its end, also those that were given up."""
    providers = {row.provider_id for row in settled if row.type == RequestType.PAYMENT}
    if providers:
        waiting = InboxEvent.objects.filter(provider__in=providers, put_off_by=ChargeUnknownYet.code)
        waiting.update(state=InboxState.RECEIVED, process_at=clock.now(), tries=0)
