"""Events reach the endpoints that listen: signed, whole, in order per object, at least once."""

from __future__ import annotations

import contextvars
import itertools
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.db.transaction import atomic
from standardwebhooks import WebhookVerificationError
from tests.api.client import ApiClient
from tests.factories import NOW, Ledger, company_at_work

from subledger.kernel import ids
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.webhooks.models import WebhookCursor, WebhookEndpoint
from subledger.webhooks.services import delivery, event_queue, sender
from subledger.webhooks.services import endpoints as services
from subledger.webhooks.services.endpoints import create_endpoint

from .conftest import deliveries, endpoint_at, tell, work
from .receiver import answering, receiving


def test_a_posted_invoice_is_delivered_as_the_api_shows_its_event_and_verified_by_the_library(at_work, receiver):
    endpoint, secret = endpoint_at(receiver.url, "invoice.posted")
    Ledger().invoice(119)
    assert work().delivered == 1
    [got] = receiver.got
    told = got.verified_by(secret)
    shown = ApiClient(at_work).get(f"events/{got.id}")
    assert told == {**shown, "api_version": "v1"}
    assert told["type"] == "invoice.posted"
    assert got.headers["content-type"] == "application/json"
    [kept] = deliveries(endpoint)
    assert (kept.state, kept.status, kept.attempts) == ("delivered", 200, 1)
    assert ids.encode("evt", kept.event_id) == got.id


def test_another_secret_and_a_changed_body_are_refused_by_the_library(at_work, receiver):
    _, secret = endpoint_at(receiver.url)
    _, other = endpoint_at(receiver.url, "nothing.at_all")
    tell(1, 1)
    work()
    got = receiver.got[-1]
    got.verified_by(secret)
    with pytest.raises(WebhookVerificationError):
        got.verified_by(other)
    got.raw += b" "
    with pytest.raises(WebhookVerificationError):
        got.verified_by(secret)


def test_what_happened_before_an_endpoint_came_is_not_for_it(at_work, receiver):
    tell(1, 1)
    endpoint_at(receiver.url, "toy.*")
    tell(1, 2)
    work()
    assert [number for _, number in receiver.objects()] == [2]


def test_filters_choose(at_work, receiver):
    endpoint_at(receiver.url, "invoice.*", "*.broken", "run_x.done")
    for type in ("invoice.posted", "toy.moved", "toy.broken", "runxx.done", "run_x.done", "invoices.posted"):
        tell(1, 1, type=type)
    work()
    assert [one.body["type"] for one in receiver.got] == ["invoice.posted", "toy.broken", "run_x.done"]


def test_events_of_another_company_are_not_delivered(at_work, receiver):
    endpoint_at(receiver.url)
    with company_at_work() as other:
        tell(1, 1)
        assert other.pk != at_work.pk
    with company_scope(at_work.pk):
        tell(2, 7)
    work()
    assert [number for _, number in receiver.objects() if number] == [7]


def test_of_one_object_everything_comes_in_order_and_over_kept_connections(at_work, receiver):
    endpoint_at(receiver.url, "toy.*")
    for number in range(1, 11):
        for toy in range(1, 21):
            tell(toy, number)
    assert work().delivered == 200
    came = receiver.objects()
    for _, numbers in itertools.groupby(sorted(came, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        assert [number for _, number in numbers] == list(range(1, 11))
    assert len({got.connection for got in receiver.got}) <= 64


def test_an_event_that_fails_holds_up_its_object_and_no_other(at_work):
    def behave(handler, got):
        handler.answer(500 if got.body["data"].get("number") == 1 and got.body["object_id"].endswith("1") else 200)

    with receiving(behave) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1, 2, 3)
        tell(2, 1, 2, 3)
        work()
        assert [number for toy, number in receiver.objects() if toy.endswith("2")] == [1, 2, 3]
        assert [number for toy, number in receiver.objects() if toy.endswith("1")] == [1]
        waits = deliveries(endpoint, state="pending")
        assert [one.attempts for one in waits] == [1, 0, 0]
        assert waits[0].status == 500
        assert timedelta(seconds=4) <= waits[0].next_at - clock.now() <= timedelta(seconds=6)
        receiver.behave = answering(200)
        assert work().delivered == 0  # not yet
        with clock.frozen(NOW + timedelta(seconds=7)):
            assert work().delivered == 3
        assert [number for toy, number in receiver.objects() if toy.endswith("1")] == [1, 1, 2, 3]


def test_what_was_written_early_and_committed_late_is_delivered(at_work, receiver):
    endpoint_at(receiver.url, "toy.*")
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with clock.frozen(NOW), company_scope(at_work.pk), atomic():
                tell(1, 1)
                written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(20)
    tell(2, 1)
    work()
    assert receiver.got == []  # nothing may come before what is still being written
    may_commit.set()
    thread.join()
    work()
    assert len(receiver.got) == 2


def test_of_one_object_the_earlier_event_goes_first_whatever_transaction_wrote_it(at_work, receiver, monkeypatch):
    """A transaction that began to write early may come to an object late; it is read first, and sent second."""
    endpoint, _ = endpoint_at(receiver.url, "toy.*")
    began, second_done = threading.Event(), threading.Event()

    def early() -> None:
        try:
            with clock.frozen(NOW), company_scope(at_work.pk), atomic():
                tell(9, 1)  # its number is taken here
                began.set()
                second_done.wait(20)
                tell(1, 2)
        finally:
            connection.close()

    thread = threading.Thread(target=early)
    thread.start()
    began.wait(20)
    tell(1, 1)
    second_done.set()
    thread.join()
    read = list(Event.objects.filter(object_type="toy", object_id=1).order_by("recorded_in", "pk"))
    assert [one.data["number"] for one in read] == [2, 1], "this is what the order of transactions alone would send"
    monkeypatch.setattr(event_queue, "AT_ONCE", 2)  # the other one is in the next set
    work()
    assert [number for toy, number in receiver.objects() if toy.endswith("1")] == [1, 2]


def test_a_test_reaches_its_own_endpoint_alone_whatever_the_filters(at_work, receiver):
    endpoint, secret = endpoint_at(receiver.url, "invoice.posted")
    with receiving() as other:
        endpoint_at(other.url, "*")
        services.send_test(endpoint_id=endpoint.pk, actor="test")
        work()
        assert [one.body["type"] for one in receiver.got] == ["webhook_endpoint.tested"]
        assert "webhook_endpoint.tested" not in [one.body["type"] for one in other.got]


def test_while_a_secret_is_rotated_both_sign(at_work, receiver):
    endpoint, old = endpoint_at(receiver.url, "toy.*")
    _, new = services.rotate_secret(endpoint_id=endpoint.pk, actor="test")
    tell(1, 1)
    work()
    [got] = receiver.got
    got.verified_by(old)
    got.verified_by(new)
    assert len(got.headers["webhook-signature"].split()) == 2
    with clock.frozen(NOW + timedelta(hours=24, seconds=1)):
        tell(1, 2)
        work()
    receiver.got[-1].verified_by(new)
    with pytest.raises(WebhookVerificationError):
        receiver.got[-1].verified_by(old)


def test_secrets_are_sealed(at_work, receiver):
    endpoint, secret = endpoint_at(receiver.url)
    row = WebhookEndpoint.objects.filter(pk=endpoint.pk).values().get()
    assert secret.startswith("whsec_")
    assert not [name for name, value in row.items() if secret[6:-5] in str(value)]


def test_one_that_does_not_answer_holds_up_no_other_endpoint(at_work, receiver, monkeypatch):
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 30)
    monkeypatch.setattr(delivery, "CHAINS_OF_ALL", 100)  # which the first three of them could take
    served = threading.Event()

    def not_before(handler, got):
        served.wait(25)
        handler.answer(200)

    def watch() -> None:
        until = time.monotonic() + 20
        while len(receiver.got) < 30 and time.monotonic() < until:
            time.sleep(0.01)
        came.append(len(receiver.got))
        served.set()

    came: list[int] = []
    with receiving(not_before) as bad:
        for _ in range(5):
            endpoint_at(bad.url, "toy.*")
        endpoint_at(receiver.url, "toy.*")
        for toy in range(1, 31):
            tell(toy, 1)
        thread = threading.Thread(target=watch)
        thread.start()
        assert work().delivered == 6 * 30
        thread.join()
        assert came == [30]  # while none of the others had answered


def test_while_a_slow_one_is_waited_for_at_the_end_of_a_turn_the_others_go_on(at_work, receiver, monkeypatch):
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 30)
    monkeypatch.setattr(delivery, "TIRED_SECONDS", 0.05)
    monkeypatch.setattr(delivery, "LOOK_SECONDS", 0.05)
    has_it, served, came = threading.Event(), threading.Event(), []

    def not_before(handler, got):
        has_it.set()
        served.wait(20)
        handler.answer(200)

    def later() -> None:
        has_it.wait(20)
        time.sleep(1.1)  # by now the turn is over
        with closing(connection):
            tell(2, 1, type="box.moved")
        until = time.monotonic() + 15
        while not receiver.got and time.monotonic() < until:
            time.sleep(0.01)
        came.append(len(receiver.got))
        served.set()

    with receiving(not_before) as slow:
        endpoint_at(slow.url, "toy.*")
        endpoint_at(receiver.url, "box.*")
        tell(1, 1, 2, 3)
        thread = threading.Thread(target=contextvars.copy_context().run, args=[later])
        thread.start()
        assert work(1).delivered == 2
        thread.join()
        assert came == [1]  # while the slow one had not answered
        assert [number for _, number in slow.objects()] == [1]  # and nothing more is asked of it in this turn


def test_a_queue_is_read_on_from_where_it_stood_and_the_cursor_is_never_ahead(at_work, receiver, monkeypatch):
    from subledger.platform.invariants import examine
    from subledger.webhooks.invariants import WEBHOOKS

    monkeypatch.setattr(event_queue, "AT_ONCE", 3)
    endpoint, _ = create_endpoint(url=receiver.url, filters=["toy.*"], actor="test")
    for toy in range(1, 12):
        tell(toy, 1)
    assert work().delivered == 11
    with clock.frozen(clock.now() + timedelta(days=300)):  # the invariant asks the database's clock
        tell(99, 1)
    assert [examine(one).broken for one in WEBHOOKS] == [0, 0]
    WebhookCursor.objects.filter(endpoint=endpoint).update(recorded_in=2**62)
    assert [(examine(one).invariant.name, examine(one).broken) for one in WEBHOOKS] == [
        ("webhooks-heard", 1),
        ("webhooks-in-order", 0),
    ]
