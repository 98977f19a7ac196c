"""Two workers at one endpoint: each object's events in order and once, by the lease; and what happens without it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import NOW, at_once, make_company
from tests.gateways.worker import eventually, worker_process
from tests.webhooks.conftest import _toys_are_declared as _toys_are_declared
from tests.webhooks.conftest import at_work as at_work
from tests.webhooks.conftest import deliveries, endpoint_at, tell
from tests.webhooks.receiver import Receiver, answering, receiving

from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.webhooks.models import WebhookCursor, WebhookDelivery
from subledger.webhooks.services import delivery, leases, sender
from subledger.webhooks.services.delivery import Turn

EVENTS = list(range(1, 9))


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings) -> None:
    settings.WEBHOOK_HOSTS = ("127.0.0.1",)


@pytest.fixture
def slow() -> Iterator[Receiver]:
    """A receiver that takes a moment, so that two who deliver to it meet."""

    def behave(handler, got):
        time.sleep(0.03)
        handler.answer(200)

    with receiving(behave) as found:
        yield found


def turn() -> None:
    with clock.frozen(NOW):
        Turn().run(time.monotonic() + 10)


def numbers(receiver: Receiver) -> list[int]:
    return [number for _, number in receiver.objects()]


def without_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes has the endpoint, whoever else has it."""

    def take(endpoints, lease):
        WebhookCursor.objects.filter(endpoint__in=endpoints).update(lease=lease, leased_until=None)
        return set(endpoints), time.monotonic() + leases.SECONDS

    monkeypatch.setattr(leases, "take", take)
    monkeypatch.setattr(leases, "release", lambda endpoints, lease: None)


def two_turns(receiver: Receiver) -> None:
    """Two workers, the second of which comes while the first is at it."""

    def second() -> None:
        until = time.monotonic() + 10
        while len(receiver.got) < 2 and time.monotonic() < until:
            time.sleep(0.005)
        turn()

    at_once(turn, second)


def test_without_leases_two_workers_deliver_an_object_twice_and_out_of_order(at_work, monkeypatch):
    """The answer to the first worker's second event waits until the other worker is two events further."""
    without_leases(monkeypatch)
    further = threading.Event()

    further, held = threading.Event(), threading.Lock()

    def behave(handler, got):
        time.sleep(0.03)
        match got.body["data"]["number"]:
            case 4:
                further.set()
            case 2 if held.acquire(blocking=False):  # the first time only
                further.wait(5)
        handler.answer(200)

    with receiving(behave) as receiver:
        endpoint_at(receiver.url, "toy.*")
        tell(1, *EVENTS)
        two_turns(receiver)
        assert len(numbers(receiver)) > len(EVENTS)
        assert numbers(receiver) != sorted(numbers(receiver)), "the race was not met"


def test_two_workers_deliver_an_object_once_and_in_order(at_work, slow):
    endpoint_at(slow.url, "toy.*")
    tell(1, *EVENTS)
    two_turns(slow)
    assert numbers(slow) == EVENTS


def test_two_workers_share_endpoints(at_work, slow):
    endpoints = [endpoint_at(slow.url, "toy.*")[0] for _ in range(4)]
    tell(1, *EVENTS)
    at_once(turn, turn)
    assert len(slow.got) == 4 * len(EVENTS)
    assert all(len(deliveries(one, state="delivered")) == len(EVENTS) for one in endpoints)


@pytest.mark.wide
def test_one_that_was_stopped_for_longer_than_its_lease_sends_nothing_more(at_work, monkeypatch):
    """Its lease ends while a message is on its way: the rest of the chain is somebody else's."""
    monkeypatch.setattr(leases, "RENEWED_BELOW", 0)
    stopped = Turn()

    def behave(handler, got):
        for lane in stopped.lanes.values():
            lane.good_until = time.monotonic() + sender.TOTAL_SECONDS  # not enough for another message
        handler.answer(200)

    with receiving(behave) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1, 2, 3)
        with clock.frozen(NOW):
            stopped.run(time.monotonic() + 2)
        assert numbers(receiver) == [1]
        assert [one.state for one in deliveries(endpoint)] == ["delivered", "pending", "pending"]
        turn_after(lambda: numbers(receiver) == [1, 2, 3])


def turn_after(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        turn()


@pytest.mark.wide
def test_a_worker_that_is_killed_delivers_again(scratch_db, tmp_path, monkeypatch):
    """What was on its way when it died comes once more, before what follows."""
    monkeypatch.setitem(os.environ, "SUBLEDGER_WEBHOOK_HOSTS", "127.0.0.1")
    has_it = threading.Event()

    def behave(handler, got):
        has_it.set()
        time.sleep(30)

    company = make_company()
    with company_scope(company.pk), receiving(behave) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1, 2)
        with worker_process(tmp_path / "first.log") as worker:
            assert has_it.wait(60), worker.said()
            worker.process.send_signal(signal.SIGKILL)
            worker.process.wait()
        assert numbers(receiver) == [1]
        assert [one.state for one in deliveries(endpoint)] == ["pending", "pending"]
        held = WebhookCursor.objects.get(endpoint=endpoint)
        assert held.lease
        receiver.behave = answering(200)
        Turn().run(time.monotonic() + 5)
        assert numbers(receiver) == [1]  # its lease stands until it ends
        WebhookCursor.objects.filter(endpoint=endpoint).update(leased_until=clock.now() - timedelta(seconds=1))
        with worker_process(tmp_path / "second.log"):
            eventually(lambda: not WebhookDelivery.objects.filter(endpoint=endpoint, state="pending").exists())
        assert numbers(receiver) == [1, 1, 2]
    connection.close()


def test_of_one_process_one_turn_goes_on_at_a_time(at_work, slow):
    endpoint_at(slow.url, "toy.*")
    tell(1, *EVENTS)
    counts = at_once(delivery.deliver, delivery.deliver)
    assert sorted(one.delivered for one in counts) in ([0, 0], [0, len(EVENTS)])
