"""Listeners hear every event at least once, in order, whatever commits late, fails, or was restored elsewhere."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.transaction import atomic
from tests.factories import company_at_work, make_company

from subledger.platform import clock, events, listeners
from subledger.platform.events import NewEvent, record_events
from subledger.platform.listeners import Listener, hear, waiting
from subledger.platform.models import Event, ListenerBacklog, ListenerCursor
from subledger.platform.rooms import RoomsInvalid, event_types
from subledger.platform.scope import company_scope, current_company_id


class Ear:
    """A listener of one company's events that keeps what it hears; events of other tests pass by."""

    def __init__(self, company, name: str, **fields) -> None:
        self.company, self.heard, self.fails = company, [], 0
        self.listener = Listener(name=f"{name}-{company.pk}", about="hears", handle=self.handle, **fields)

    def handle(self, events) -> None:
        assert {event.company_id for event in events} == {current_company_id()}
        if self.fails and current_company_id() == self.company.pk:
            self.fails -= 1
            raise RuntimeError("not now")
        self.heard += [event.object_id for event in events if event.company_id == self.company.pk]

    def hear(self) -> list[int]:
        hear(self.listener)
        return self.heard


TOLD = ("toy.made", "toy.broken", "toy.heard")


@pytest.fixture(autouse=True)
def _toys_are_declared(monkeypatch):
    monkeypatch.setattr(events, "event_types", lambda: {**event_types(), **dict.fromkeys(TOLD, "a test")})


@pytest.fixture
def company(committed_db):
    with company_at_work() as made:
        yield made


def record(*idents: int, type: str = "toy.made") -> None:
    record_events([NewEvent(type, "toy", ident, {}) for ident in idents], actor="test")


def test_events_are_heard_once_in_order_from_the_day_a_listener_comes(company):
    record(1)
    ear = Ear(company, "order", hears=frozenset({"toy.made"}))
    assert ear.hear() == []  # what happened before it came is not for it
    record(2, 3)
    record(4, type="toy.broken")
    record(5)
    assert waiting(ear.listener) >= 4
    assert ear.hear() == [2, 3, 5]
    assert ear.hear() == [2, 3, 5]
    assert waiting(ear.listener) == 0


def test_sets_are_of_one_company_in_its_scope(company):
    other = make_company()
    ear = Ear(company, "companies")
    ear.hear()
    record(1)
    with company_scope(other.pk):
        record(2)
    record(3)
    assert ear.hear() == [1, 3]


def test_what_was_numbered_early_and_committed_late_is_not_passed_over(company):
    ear = Ear(company, "late")
    ear.hear()
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with company_scope(company.pk), atomic():
                record(1)
                written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(30)
    record(2)
    by_id = list(Event.objects.filter(type="toy.made").order_by("pk").values_list("pk", "object_id"))
    assert [ident for _, ident in by_id] == [2]  # a cursor by id would stand here, above what is to come
    last_by_id = by_id[-1][0]
    assert ear.hear() == []
    may_commit.set()
    thread.join()
    assert not Event.objects.filter(object_id=1, pk__gt=last_by_id, type="toy.made").exists()  # and would lose it
    assert ear.hear() == [1, 2]


def test_what_runs_in_another_database_of_the_cluster_holds_up_nobody(company):
    ear = Ear(company, "elsewhere")
    ear.hear()
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname="postgres",
    ) as other:
        other.execute("SELECT txid_current()")
        record(1)
        assert ear.hear() == [1]


def test_what_fails_is_heard_again_and_holds_up_no_other_listener(company, monkeypatch):
    one, other = Ear(company, "fails"), Ear(company, "goes-on")
    for ear in (one, other):
        ear.hear()
    record(1)
    one.fails = 1
    monkeypatch.setattr(listeners, "listeners", lambda: (one.listener, other.listener))
    listeners.hear_events()
    assert (one.heard, other.heard) == ([], [1])
    assert ListenerBacklog.objects.get(listener=one.listener.name).failed_at is not None
    assert waiting(one.listener) == 1
    listeners.hear_events()
    assert one.heard == []  # two seconds have not passed
    with clock.frozen(clock.now() + timedelta(seconds=3)):
        listeners.hear_events()
    assert (one.heard, other.heard) == ([1], [1])
    assert not ListenerBacklog.objects.filter(listener=one.listener.name).exists()


def test_what_fails_of_one_company_holds_up_no_other_and_keeps_its_order(company):
    other = make_company()
    heard: list[tuple[int, int]] = []
    broken = {company.pk}

    def handle(events) -> None:
        if current_company_id() in broken:
            raise RuntimeError("not these")
        heard.extend((event.company_id, event.object_id) for event in events)

    listener = Listener(name=f"tenants-{company.pk}", about="", handle=handle, hears=frozenset({"toy.made"}), at_once=2)
    hear(listener)
    record(1, 2)
    with company_scope(other.pk):
        record(3)
    record(4, 5, 6)
    with company_scope(other.pk):
        record(7)
    hear(listener)
    assert heard == [(other.pk, 3), (other.pk, 7)]
    assert waiting(listener) == 5
    broken.clear()
    record(8)
    hear(listener)  # not yet the time of the others of its company, and so not its own
    assert heard == [(other.pk, 3), (other.pk, 7)]
    with clock.frozen(clock.now() + timedelta(hours=2)):
        hear(listener)
    assert heard[2:] == [(company.pk, ident) for ident in (1, 2, 4, 5, 6, 8)]
    assert waiting(listener) == 0


def test_what_fails_for_long_is_tried_ever_more_rarely(company):
    ear = Ear(company, "rarely")
    ear.hear()
    record(1)
    ear.fails = 1_000
    pauses = []
    for days in range(14):
        at = clock.now() + timedelta(days=days)
        with clock.frozen(at), company_scope(company.pk):
            ear.hear()
        pauses.append((ListenerBacklog.objects.get(listener=ear.listener.name).next_at - at).total_seconds())
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600]


def test_a_database_that_is_away_is_no_fault_of_a_company(company):
    def away(events) -> None:
        raise OperationalError("the connection is lost")

    listener = Listener(name=f"away-{company.pk}", about="", handle=away)
    hear(listener)
    record(1)
    with pytest.raises(OperationalError):
        hear(listener)
    assert not ListenerBacklog.objects.filter(listener=listener.name).exists()


def test_what_a_listener_records_and_does_not_declare_is_refused(company, caplog):
    """A listener that hears what it records, and does not say so, would go on without end."""

    def echo(events) -> None:
        with company_scope(company.pk):
            record(*(event.object_id for event in events))

    listener = Listener(name=f"echo-{company.pk}", about="", handle=echo, hears=frozenset({"toy.made"}))
    hear(listener)
    record(1)
    hear(listener)
    assert Event.objects.filter(type="toy.made").count() == 1
    assert "which 'echo-" in caplog.text
    assert "hears, without declaring that it makes them" in caplog.text
    with pytest.raises(RoomsInvalid, match="wake each other without end"):
        listeners.check_cycles([replace(listener, makes=frozenset({"toy.made"}))])


def test_what_a_listener_did_is_undone_with_a_failure(company):
    def act(events) -> None:
        with company_scope(company.pk):
            record(*(100 + event.object_id for event in events if event.type == "toy.made"), type="toy.heard")
        raise RuntimeError("after the work")

    listener = Listener(
        name=f"undone-{company.pk}", about="fails", handle=act, hears=frozenset({"toy.made"}),
        makes=frozenset({"toy.heard"}),
    )  # fmt: skip
    hear(listener)
    record(1)
    hear(listener)
    assert ListenerBacklog.objects.filter(listener=listener.name).exists()
    assert not Event.objects.filter(type="toy.heard").exists()


def test_two_workers_do_not_hear_the_same(company):
    ear = Ear(company, "two")
    ear.hear()
    record(1)
    held, may_end = threading.Event(), threading.Event()

    def holder() -> None:
        try:
            with atomic():
                ListenerCursor.objects.select_for_update().get(pk=ear.listener.name)
                held.set()
                may_end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    assert held.wait(30)
    assert ear.hear() == []
    may_end.set()
    thread.join()
    assert ear.hear() == [1]


def test_books_restored_into_another_cluster_lose_and_repeat_nothing(company):
    """There transactions are counted from the start again: events and cursors of the old one are ahead."""
    ear = Ear(company, "restored")
    ear.hear()
    ahead = 2**50
    rows = [
        Event(company_id=company.pk, at=company.created_at, actor="test", type="toy.made", object_type="toy",
              object_id=ident, recorded_in=ahead + ident)
        for ident in (1, 2, 3)
    ]  # fmt: skip
    Event.unscoped.bulk_create(rows)
    ListenerCursor.objects.filter(pk=ear.listener.name).update(
        recorded_in=ahead + 1, event_id=Event.unscoped.get(recorded_in=ahead + 1).pk
    )
    record(4)  # written here, before the worker's first look
    assert ear.hear() == [2, 3, 4]
    record(5)
    assert ear.hear() == [2, 3, 4, 5]
    assert ListenerCursor.objects.get(pk=ear.listener.name).recorded_in < ahead


def test_a_backlog_that_was_restored_into_another_cluster_loses_and_repeats_nothing(company):
    ear = Ear(company, "restored-backlog", hears=frozenset({"toy.made"}))
    ear.hear()
    ahead = 2**51
    rows = [
        Event(company_id=company.pk, at=company.created_at, actor="test", type="toy.made", object_type="toy",
              object_id=ident, recorded_in=ahead + ident)
        for ident in (1, 2, 3)
    ]  # fmt: skip
    Event.unscoped.bulk_create(rows)
    ListenerCursor.objects.filter(pk=ear.listener.name).update(
        recorded_in=ahead + 1, event_id=Event.unscoped.get(recorded_in=ahead + 1).pk
    )
    ear.fails = 1
    record(4)
    assert ear.hear() == []
    record(5)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert ear.hear() == [2, 3, 4, 5]
    record(6)
    assert ear.hear() == [2, 3, 4, 5, 6]


def test_listeners_that_wake_each_other_without_end_are_refused():
    def listener(name: str, hears: set[str], makes: set[str]) -> Listener:
        return Listener(name=name, about="", handle=len, hears=frozenset(hears), makes=frozenset(makes))

    a, b, c = listener("a", {"x"}, {"y"}), listener("b", {"y"}, {"z"}), listener("c", {"z"}, set())
    listeners.check_cycles([a, b, c])
    with pytest.raises(RoomsInvalid, match="a → b → a"):
        listeners.check_cycles([a, listener("b", {"y"}, {"x"})])
    with pytest.raises(RoomsInvalid, match="c → c"):
        listeners.check_cycles([listener("c", set(), {"z"})])


@pytest.mark.parametrize(("field", "said"), [("hears", "hears toy.maed"), ("makes", "makes toy.maed")])
def test_a_listener_that_names_no_type_there_is_would_be_deaf_and_is_refused(field, said):
    listener = Listener(**{"name": "misspelt", "about": "", "handle": len, field: frozenset({"toy.maed", "toy.made"})})
    with pytest.raises(RoomsInvalid, match=f"'misspelt' {said}, which no room declares"):
        listeners.check_types([listener], {"toy.made"})


def test_the_listeners_of_the_house_wake_nobody_without_end():
    listeners.check_cycles(listeners.listeners())
