"""What workers do for gateways, called as a worker calls it; and what the sweeps find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from tests.factories import Ledger, make_company
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import TOY, ToyGateway, lose_before

from subledger.gateways import jobs as gateway_jobs
from subledger.gateways import registry
from subledger.gateways.models import InboxEvent, PaymentRequest, Provider
from subledger.gateways.port import GatewayUnavailable, Notice
from subledger.gateways.services import inbox
from subledger.platform import clock, jobs
from subledger.platform.scope import company_scope


@pytest.fixture
def desk(committed_db: None) -> Iterator[Desk]:
    """Commits are real here: wake-ups are heard after them."""
    with company_scope(make_company().pk):
        _forget_all()
        yield make_desk(Ledger())
        _forget_all()
        Provider.objects.update(state="not_effective")  # whoever sweeps later in this database finds nothing here


def _forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def woken(desk: Desk) -> set[str]:
    """The jobs that wait for this provider, as a sweep leaves them."""
    _forget_all()
    gateway_jobs.sweep_gateways()
    gateway_jobs.sweep_polls()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE args = %s::jsonb",
            [json.dumps({"company_id": desk.provider.company_id, "provider_id": desk.provider.pk})],
        )
        return {name for [name] in cursor.fetchall()}


def do(name: str, desk: Desk) -> None:
    """As a worker does it: outside any company's scope."""
    jobs.app.tasks[name](company_id=desk.provider.company_id, provider_id=desk.provider.pk)


def test_a_pending_request_is_found_and_carried_out(desk):
    assert woken(desk) == set()
    asked = desk.ask(7500, to=[desk.ledger.invoice(75)])
    assert woken(desk) == {"work_requests"}
    do("work_requests", desk)
    assert desk.row(asked.request_id).state == "posted"
    assert woken(desk) == set()


def test_a_batch_leaves_the_rest_to_the_next_turn(desk, monkeypatch):
    monkeypatch.setattr(gateway_jobs, "BATCH", 2)
    for _ in range(3):
        desk.ask(100)
    _forget_all()
    do("work_requests", desk)
    assert PaymentRequest.objects.filter(state="pending").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        assert cursor.fetchall() == [("work_requests",)], "it woke the next turn itself"
    do("work_requests", desk)
    assert desk.bank.captured == 300


def test_nobody_is_woken_for_what_may_not_be_sent(desk):
    asked = desk.ask(7500)
    Provider.objects.update(mode="live")
    assert woken(desk) == set(), "made for the other mode"
    Provider.objects.update(mode="test", state="not_effective")
    assert woken(desk) == set()
    Provider.objects.update(state="effective", kind="generic")
    assert woken(desk) == set(), "an integrator's"
    Provider.objects.update(kind="toy")
    PaymentRequest.objects.filter(pk=asked.request_id).update(check_at=clock.now() + timedelta(minutes=1))
    assert woken(desk) == set(), "put off by the gateway"
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert woken(desk) == {"work_requests"}


def test_what_was_sent_and_has_no_end_is_looked_up_when_its_hour_comes(desk):
    desk.bank.script = [lose_before]
    row = desk.pay(7500)
    assert row.state == "unknown"
    assert woken(desk) == set()
    with clock.frozen(row.check_at + timedelta(days=2)):
        Provider.objects.update(state="not_effective")  # what was sent is looked up nevertheless
        assert woken(desk) == {"look_up_open"}
        do("look_up_open", desk)
        assert desk.row(row.pk).state == "rejected"
        assert woken(desk) == set()


def event(desk: Desk, external_id: str = "evt_1") -> Notice:
    return Notice(external_id, "payment", "prq_nothing", clock.now())


def test_an_event_that_waits_is_found_and_worked_off(desk):
    inbox.keep(provider=desk.provider, notices=[event(desk)])
    assert woken(desk) == {"take_notices"}
    do("take_notices", desk)
    assert InboxEvent.objects.get().state == "ignored"
    assert woken(desk) == set()


@pytest.fixture
def asked(desk, monkeypatch) -> list[str]:
    """The provider has no webhook secret, and a gateway that can be asked for its events: after which it was asked."""
    asked: list[str] = []

    class TellingGateway(ToyGateway):
        async def notices(self, *, after, since):
            asked.append(after)
            if len(asked) == 2:
                raise GatewayUnavailable("It is away.")
            known = [event(desk, f"evt_{number}") for number in range(1, 3 if len(asked) < 4 else 4)]
            return [each for each in known if each.external_id > after]

    kinds = {**registry.kinds(), TOY.name: replace(TOY, make=TellingGateway)}
    monkeypatch.setattr(registry, "kinds", lambda: kinds)
    Provider.objects.update(sealed_webhook_secrets=[])
    return asked


def test_a_provider_without_a_webhook_secret_is_asked_for_its_events(desk, asked, caplog):
    assert woken(desk) == {"poll_events"}
    do("poll_events", desk)
    assert woken(desk) == {"poll_events", "take_notices"}
    do("take_notices", desk)
    do("poll_events", desk)
    assert "It is away." in caplog.text
    do("poll_events", desk)
    assert InboxEvent.objects.count() == 2
    assert woken(desk) == {"poll_events"}, "nothing new"
    do("poll_events", desk)
    assert asked == ["", "evt_2", "evt_2", "evt_2"]
    assert list(InboxEvent.objects.order_by("pk").values_list("external_id", flat=True)) == ["evt_1", "evt_2", "evt_3"]
    Provider.objects.update(state="not_effective")
    assert woken(desk) == {"take_notices"}, "what was taken in is worked off nevertheless"


def test_a_gateway_that_cannot_be_asked_is_not(desk):
    Provider.objects.update(sealed_webhook_secrets=[])
    do("poll_events", desk)
    assert not InboxEvent.objects.exists()
