"""Reads of endpoints and deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from subledger.kernel.errors import NotFound

from .models import PENDING, WebhookDelivery, WebhookEndpoint
from .states import DeliveryState, DisabledReason, EndpointState


def endpoints() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.exclude(state=EndpointState.DELETED)


def endpoint_by_id(endpoint_id: int) -> WebhookEndpoint:
    found: WebhookEndpoint | None = endpoints().filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound(WebhookEndpoint, endpoint_id)
    return found


def deliveries() -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.select_related("endpoint")


def delivery_by_id(delivery_id: int) -> WebhookDelivery:
    found: WebhookDelivery | None = deliveries().filter(pk=delivery_id).first()
    if found is None:
        raise NotFound(WebhookDelivery, delivery_id)
    return found


def counts_of(endpoint_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Deliveries that wait, and that were given up, of endpoints."""
    rows = WebhookDelivery.objects.filter(endpoint__in=endpoint_ids).exclude(state=DeliveryState.DELIVERED)
    counted = rows.values_list("endpoint").annotate(
        waiting=Count("pk", filter=PENDING), failed=Count("pk", filter=Q(state=DeliveryState.FAILED))
    )
    return {ident: (waiting, failed) for ident, waiting, failed in counted}


def disabled_count() -> int:
    """Endpoints that were disabled by themselves: somebody has to look."""
    return endpoints().filter(state=EndpointState.DISABLED).exclude(disabled_reason=DisabledReason.PERSON).count()
