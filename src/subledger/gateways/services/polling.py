"""Asking a gateway for its events, where no public address receives them: they go into the same inbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.transaction import atomic

from subledger.gateways.models import Provider
from subledger.gateways.port import EventSource
from subledger.gateways.queries import provider_by_id
from subledger.platform import clock

from .inbox import keep
from .worker import calls_to

# How far the first poll looks back, and one whose last event the gateway has forgotten.
LOOK_BACK = timedelta(days=1)


def poll(provider_id: int) -> int:
    """Take in the events since the last one taken; how many are new. No transaction may be open.

    Raises:
        GatewayUnavailable: it did not answer; the next poll asks for the same.
    """
    provider = provider_by_id(provider_id)
    with calls_to(provider) as calls:
        if not isinstance(calls.gateway, EventSource):
            return 0
        since = clock.now() - LOOK_BACK
        notices = calls.ask(calls.gateway.notices(after=provider.events_cursor, since=since))
    if not notices:
        return 0
    with atomic():
        new = keep(provider=provider, notices=notices)
        Provider.objects.filter(pk=provider_id).update(events_cursor=notices[-1].external_id)
    return len(new)
