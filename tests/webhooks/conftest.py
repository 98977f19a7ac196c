from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories import NOW, company_at_work

from subledger.companies.models import Company
from subledger.platform import events
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.platform.rooms import event_types
from subledger.webhooks.models import WebhookDelivery, WebhookEndpoint
from subledger.webhooks.services import delivery, endpoints, sender
from subledger.webhooks.services.endpoints import create_endpoint

from .receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ("127.0.0.1", "localhost")


# Types of events that tests record.
TOLD = ("toy.moved", "toy.broken", "box.moved", "run_x.done", "runxx.done", "invoices.posted", "nothing.at_all")


@pytest.fixture(autouse=True)
def _toys_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (endpoints, events):
        monkeypatch.setattr(module, "event_types", lambda: {**event_types(), **dict.fromkeys(TOLD, "a test")})


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoints that take their time are waited for for less than a second: for tests of these alone, as on a busy
    machine others, too, may take that long."""
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.8)
    monkeypatch.setattr(sender, "ANSWER_SECONDS", 0.3)


@pytest.fixture
def at_work(committed_db: None) -> Iterator[Company]:
    """A company whose writes are committed: events are read once their transaction has ended."""
    with company_at_work() as found:
        yield found
        WebhookEndpoint.objects.filter(state="active").update(  # no turn of a later test has to do with them
            state="disabled", disabled_reason="person", disabled_at=NOW
        )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def endpoint_at(url: str, *filters: str) -> tuple[WebhookEndpoint, str]:
    return create_endpoint(url=url, filters=filters or ("*",), actor="test")


def tell(object_id: int, *numbers: int, type: str = "toy.moved") -> list[Event]:
    """Events about one object, numbered."""
    facts = [NewEvent(type, "toy", object_id, {"number": number}) for number in numbers]
    return record_events(facts, actor="test")


def work(seconds: float = 20) -> delivery.Counts:
    return delivery.deliver(seconds=seconds)


def deliveries(endpoint: WebhookEndpoint, **only: Any) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(endpoint=endpoint, **only).order_by("event_id", "pk"))
