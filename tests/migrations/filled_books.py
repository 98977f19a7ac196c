"""Books with something in every room that keeps rows, so that what a migration fills in has something to fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.collecting.house import make_house
from tests.documents.samples import invoice as printed_invoice
from tests.dunning.conftest import Dunned, plan_of_levels
from tests.factories import NOW, Ledger, day
from tests.gateways.toy import TOY, Bank, Order, succeed
from tests.messages.conftest import address_of
from tests.retries.conftest import HARD, SOFT, Retrying, on

from subledger.documents.brands import Brand
from subledger.documents.models import Copy
from subledger.documents.services import Printable, print_document
from subledger.documents.values import FileFormat
from subledger.dunning.models import DunningRecord
from subledger.gateways import registry
from subledger.gateways.barred_ways import BarredWay
from subledger.gateways.models import Attempt, Charge, PaymentRequest
from subledger.gateways.port import Outcome
from subledger.gateways.stripe.declines import STRIPE_DECLINES
from subledger.messages.models import Message
from subledger.platform.events import NewEvent, record_events
from subledger.promises.models import Instalment, Promise
from subledger.promises.rules.instalments import Instalment as Said
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.retries.models import Retry
from subledger.runs.models import Run, RunStep
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.webhooks.models import WebhookDelivery
from subledger.webhooks.services.endpoints import create_endpoint


def without_fee(bank: Bank, order: Order) -> Outcome:
    """The money moved, and nobody charges for it."""
    return bank.settle(order, replace(succeed(bank, order), fee=None))  # type: ignore[type-var]


def fill_rooms(monkeypatch: pytest.MonkeyPatch, *, has_fees: bool = True) -> None:
    """In the company in scope, beside whatever it has, for a customer of its own. Without fees of gateways where they
    are undone that know them: an entry of the journal stays, and its charge would not."""
    known = {**registry.kinds(), TOY.name: replace(TOY, declines=STRIPE_DECLINES)}
    monkeypatch.setattr(registry, "kinds", lambda: known)
    ledger = Ledger()
    collect_and_retry(ledger, succeed if has_fees else without_fee)
    promise_and_dun(ledger)
    print_document(Printable("txn_0000000000042", printed_invoice(), Brand()), form=FileFormat.PDF, actor="test")
    deliver(monkeypatch)
    empty = [room for room, rows in facts().items() if not rows]
    assert empty == []
    assert sorted(Retry.objects.values_list("state", flat=True)) == ["made", "scheduled", "waiting"]


def collect_and_retry(ledger: Ledger, paid: Callable[[Bank, Order], Outcome]) -> None:
    """Runs that charge: one payment that failed and then succeeded, one whose retry is to come, one barred for good."""
    books = Retrying(make_house(ledger))
    books.plan()
    with on("08/06"):
        books.collect(ledger.invoice(75), SOFT, name="First")
    with on("11/06"):
        books.due(paid)
        books.collect(ledger.invoice(30), SOFT, name="Second")
    ledger.account = books.house.customer("Hard")
    with on("11/06"):
        books.collect(ledger.invoice(20), HARD, name="Third")


def promise_and_dun(ledger: Ledger) -> None:
    plan_of_levels()
    ledger.account = ledger.open("Late")
    address_of(ledger)
    definition = create_definition(kind="dunning", name="Daily dunning", criteria={}, schedule={}, actor="test")
    activate_definition(definition_id=definition.pk, actor="test")
    promised = ledger.invoice(40, on="01/05", due="10/05")
    ledger.invoice(100, on="01/05", due="10/05")
    with on("20/05"):
        make_promise(new=NewPromise(document_id=promised.id, instalments=[Said(day("30/06"), None)]), actor="test")
    Dunned(ledger, definition.pk).run("25/05")


def deliver(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint, an event that it was told of, and one that it has yet to be told of."""
    monkeypatch.setattr(settings, "WEBHOOK_HOSTS", ("127.0.0.1",))
    endpoint, _ = create_endpoint(url="http://127.0.0.1:9/hook", filters=["*"], actor="test")
    events = record_events([NewEvent("invoice.paid", "transaction", number, {}) for number in (1, 2)], actor="test")
    for event, state, done_at in zip(events, ("delivered", "pending"), (NOW, None), strict=True):
        WebhookDelivery.objects.create(
            company_id=event.company_id, endpoint=endpoint, event_id=event.pk, event_type=event.type,
            object_type=event.object_type, object_id=event.object_id, state=state, created_at=NOW, next_at=NOW,
            done_at=done_at,
        )  # fmt: skip


# The table without which a room's rows are gone on the way down, and cannot come back on the way up. Which ways to pay
# are barred is read off the retries.
TABLES = {
    "gateways": PaymentRequest, "barred ways": Retry, "retries": Retry, "runs": Run, "messages": Message,
    "promises": Promise, "dunning": DunningRecord, "documents": Copy, "webhooks": WebhookDelivery,
}  # fmt: skip


def rooms_without_tables() -> set[str]:
    there = set(connection.introspection.table_names())
    return {room for room, model in TABLES.items() if model._meta.db_table not in there}


def facts() -> dict[str, list[Any]]:
    """What these rooms hold that must survive a way down and up, by room."""

    def rows(model: Any, *fields: str) -> list[Any]:
        return list(model.objects.order_by("pk").values_list("pk", *fields))

    return {
        "gateways": [
            *rows(PaymentRequest, "type", "state", "amount_minor", "transaction_id", "error_code"),
            *rows(Attempt, "request_id"),
            *rows(Charge, "captured_minor", "payment_id"),
        ],
        "barred ways": list(BarredWay.objects.filter(ended_at=None).values_list("preference_id", flat=True)),
        "retries": [
            *rows(Retry, "state", "due_on", "decline_class", "code", "stop_reason"),
            *Retry.objects.filter(state="scheduled").order_by("pk").values_list("planned_on", flat=True),
        ],
        "runs": [*rows(Run, "state", "name", "criteria"), *rows(RunStep, "key", "outcome", "reason", "amount_minor")],
        "messages": rows(Message, "kind", "state", "recipient", "subject", "body"),
        "promises": [*rows(Promise, "state", "promised_minor"), *rows(Instalment, "agreed_on", "minor")],
        "dunning": rows(DunningRecord, "document_id", "level_name", "outcome", "recorded_on"),
        "documents": rows(Copy, "record", "number", "language", "format", "file__sha256"),
        "webhooks": rows(WebhookDelivery, "endpoint_id", "event_id", "state", "done_at"),
    }
