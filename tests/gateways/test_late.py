"""What comes too late: a worker that slept, a customer who never authenticates. Both were found by the simulation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import NOW

from subledger.gateways.port import ActionRequired, Lost
from subledger.gateways.services import reconciliation, worker
from subledger.platform import clock

pytestmark = pytest.mark.django_db


def test_a_worker_that_slept_sends_nothing_and_the_reconciler_sends_it_once(desk):
    asked = desk.ask(7500)
    [call] = worker.claim(desk.provider, limit=1)
    with clock.frozen(NOW + timedelta(minutes=6)):
        reconciliation.look_up(desk.provider.pk)
    assert (desk.row(asked.request_id).state, desk.bank.captured) == ("posted", 7500)
    with clock.frozen(NOW + timedelta(hours=25)), worker.calls_to(desk.provider) as calls:
        desk.bank.moved.clear()  # the gateway has forgotten the key
        outcome = calls.send(call).result()
        assert isinstance(outcome, Lost)
        assert worker.take_in([(call, outcome)], {call.request_id: clock.now()}) == ["posted"]
    assert len(desk.bank.orders) == 1


def test_a_customer_who_never_authenticates_is_waited_for_as_long_as_the_provider_says(desk):
    asked = desk.ask(7500)
    desk.bank.script = [lambda bank, order: bank.settle(order, ActionRequired("pi_1"))]
    row = desk.work(asked.request_id)
    assert (row.state, row.action_expires_at) == ("requires_action", NOW + timedelta(hours=23))
    for hours in (1, 3, 30):
        with clock.frozen(NOW + timedelta(hours=hours)):
            reconciliation.look_up(desk.provider.pk)
    row = desk.row(row.pk)
    assert (row.state, row.error_code, desk.transaction(row.transaction_id).state) == (
        "rejected",
        "action_expired",
        "draft",
    )
