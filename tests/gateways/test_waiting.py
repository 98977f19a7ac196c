"""A gateway that says nothing holds up nobody: who waits is answered in time, and the look-up finishes the rest."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from tests.factories import NOW
from tests.gateways.toy import ToyGateway

from subledger.gateways import errors, interactive
from subledger.gateways.port import GatewayUnavailable
from subledger.gateways.services import instruments, reconciliation
from subledger.platform import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(monkeypatch):
    """It takes the money at once and answers after half a minute."""
    monkeypatch.setattr(interactive, "SECONDS", 0.3)
    charge = ToyGateway.charge

    async def late(self, order):
        outcome = await charge(self, order)
        await asyncio.sleep(30)
        return outcome

    async def never(self, order):
        await asyncio.sleep(30)

    monkeypatch.setattr(ToyGateway, "charge", late)
    monkeypatch.setattr(ToyGateway, "register", never)


def test_who_waits_for_a_charge_is_answered_in_time_and_the_look_up_finishes_it(desk, silent):
    asked, began = desk.ask(7500), time.monotonic()
    with interactive.waiting():
        row = desk.work(asked.request_id)
    assert time.monotonic() - began < 25
    assert (row.state, row.check_at is not None) == ("under_processing", True)
    with clock.frozen(NOW + timedelta(minutes=6)):
        reconciliation.look_up(desk.provider.pk)
    assert (desk.row(row.pk).state, desk.bank.captured) == ("posted", 7500)


def test_who_waits_for_a_page_is_told(desk, silent):
    order = {"provider": desk.provider, "account_id": desk.ledger.account.pk, "success_url": "", "cancel_url": ""}
    with interactive.waiting(), pytest.raises(errors.GatewayRefused, match="too long"):
        instruments.begin_registration(**order)


def test_beyond_two_at_once_a_charge_is_left_to_the_worker(desk):
    asked = desk.ask(7500)
    with interactive.waiting(), interactive.turn(), interactive.turn():
        with pytest.raises(GatewayUnavailable), interactive.turn():
            pass
        assert desk.work(asked.request_id).state == "pending"
    with interactive.waiting():
        assert desk.work(asked.request_id).state == "posted"


def test_a_worker_takes_its_time():
    with interactive.turn() as until:
        assert until is None
