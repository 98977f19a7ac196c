"""Events that are written while others are read: none is passed over, by listeners or by webhooks.

A transaction that is running when the horizon is asked for commits before the events are read, and so does one that
begins between the two.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import ModuleType

import pytest
from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic
from tests.factories import at_once
from tests.platform.test_listeners import Ear, record
from tests.webhooks.conftest import _loopback_is_allowed as _loopback_is_allowed
from tests.webhooks.conftest import _toys_are_declared as _toys_are_declared
from tests.webhooks.conftest import at_work as at_work
from tests.webhooks.conftest import deliveries, endpoint_at, tell

from subledger.platform import event_order, listeners
from subledger.platform.models import ListenerCursor
from subledger.webhooks.models import WebhookCursor, WebhookEndpoint
from subledger.webhooks.services import event_queue

EARLY, LATE = 1, 2
TYPE = "toy.moved"
Commit = Callable[[], None]


@contextmanager
def writer() -> Iterator[Commit]:
    """A transaction that has written its event and is running still; called, it commits."""
    written, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        with closing(connection), atomic():
            record(EARLY, type=TYPE)
            written.set()
            may_commit.wait(30)

    def commit() -> None:
        may_commit.set()
        thread.join()

    thread = threading.Thread(target=contextvars.copy_context().run, args=[write])
    thread.start()
    assert written.wait(30)
    yield commit
    commit()


@pytest.fixture
def early(at_work) -> Iterator[Commit]:
    with writer() as commit:
        yield commit


def meet(monkeypatch: pytest.MonkeyPatch, reader: ModuleType, early: Commit, *, guard: bool) -> None:
    """Right after the reader's first look at the horizon the early one commits, and a late one begins and commits."""
    looked, queue, met = event_order.horizon, event_queue.QUEUE, []

    def horizon() -> event_order.Horizon:
        at = looked()
        if not guard:  # what is above every number of the cluster is asked of the horizon, a moment before the reading
            monkeypatch.setattr(event_order, "_of_another_cluster", lambda: Q(recorded_in__gte=at.coming))
            monkeypatch.setattr(event_queue, "QUEUE", queue.replace(event_order.COMING, str(at.coming)))
        if not met:
            met.append(at)
            early()
            at_once(lambda: tell(LATE, 1, type=TYPE))
        return at

    monkeypatch.setattr(reader, "horizon", horizon)


def heard_by_a_listener(company, monkeypatch, early: Commit, *, guard: bool) -> list[int]:
    ear = Ear(company, "meets", hears=frozenset({TYPE}))
    ear.hear()
    meet(monkeypatch, event_order, early, guard=guard)
    for _ in range(3):
        ear.hear()
    return ear.heard


def queued_for(endpoint: WebhookEndpoint, monkeypatch, early: Commit, *, guard: bool) -> list[int]:
    meet(monkeypatch, event_queue, early, guard=guard)
    WebhookCursor.objects.filter(endpoint=endpoint).update(lease="ours")
    for _ in range(3):
        event_queue.queue_events(endpoint, "ours")
    return [one.object_id for one in deliveries(endpoint)]


@pytest.mark.parametrize(("guard", "heard"), [(False, [LATE]), (True, [EARLY, LATE])])
def test_a_listener_waits_for_what_ran_at_its_horizon(at_work, early, monkeypatch, guard, heard):
    assert heard_by_a_listener(at_work, monkeypatch, early, guard=guard) == heard


@pytest.mark.parametrize(("guard", "queued"), [(False, [LATE]), (True, [EARLY, LATE])])
def test_a_webhook_waits_for_what_ran_at_its_horizon(at_work, early, monkeypatch, guard, queued):
    endpoint, _ = endpoint_at("http://127.0.0.1:9/", "toy.*")
    assert queued_for(endpoint, monkeypatch, early, guard=guard) == queued


def test_a_reader_whose_number_is_above_an_open_writers_does_not_pass_it_over(at_work):
    """Nothing has ended since the writer began, so no snapshot lists it among what is running."""
    endpoint, _ = endpoint_at("http://127.0.0.1:9/", "toy.*")
    WebhookCursor.objects.filter(endpoint=endpoint).update(lease="ours")
    tell(LATE, 1, type=TYPE)
    with writer() as commit:
        event_queue.queue_events(endpoint, "ours")
        commit()
    event_queue.queue_events(endpoint, "ours")
    assert {one.object_id for one in deliveries(endpoint)} == {EARLY, LATE}


def test_a_writer_that_holds_no_lock_on_its_number_yet_is_not_passed_over(at_work, early, monkeypatch):
    """Snapshots list it from a moment before it takes that lock, which waits while somebody looks at the locks."""
    ear = Ear(at_work, "waits", hears=frozenset({TYPE}))
    ear.hear()
    tell(LATE, 1, type=TYPE)
    with monkeypatch.context() as patch:
        unlocked = event_order.HORIZON.replace("FROM pg_locks l", "FROM (SELECT * FROM pg_locks LIMIT 0) l")
        assert unlocked != event_order.HORIZON
        patch.setattr(event_order, "HORIZON", unlocked)
        ear.hear()
    early()
    ear.hear()
    assert ear.heard == [EARLY, LATE]


def test_a_cursor_that_another_worker_has_moved_is_not_taken_for_one_of_another_cluster(at_work, monkeypatch):
    """It would begin anew above events whose transactions are running."""
    ear = Ear(at_work, "moved", hears=frozenset({TYPE}))
    ear.hear()
    looked, met = event_order.horizon, []

    def horizon() -> event_order.Horizon:
        at = looked()
        if not met:
            met.append(at)
            at_once(lambda: tell(LATE, 1, type=TYPE), lambda: record(EARLY, type="toy.broken"))
            at_once(ear.hear)
        return at

    monkeypatch.setattr(listeners, "horizon", horizon)
    ear.hear()
    ear.hear()
    assert ear.heard == [LATE]
    assert ListenerCursor.objects.get(pk=ear.listener.name).floor == 0
