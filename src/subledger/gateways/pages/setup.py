"""The step of setting a company up that is about collecting money by cards."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import Provider
from subledger.gateways.states import ProviderState
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.page_kit.setup import SetupStep
from subledger.page_kit.url_ids import page_url


def _facts(request: Any) -> list[tuple[str, str]]:
    return [(row.name, plain(row.state)) for row in Provider.objects.order_by("name")[:5]]


def steps(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="stripe",
            title=say("Stripe"),
            about=say("Have customers pay by card. It can come later: invoices and payments work without."),
            permission="gateways.edit",
            facts=_facts,
            is_done=lambda: Provider.objects.filter(state=ProviderState.EFFECTIVE).exists(),
            url=page_url("provider_new", "stripe"),
        )
    ]
