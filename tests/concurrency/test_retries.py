"""Retries at once: two that learn of a failure, two workers, a person and the clock. With its guard off first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from tests.collecting.house import make_house
from tests.concurrency.conftest import take_off
from tests.concurrency.gates import patience
from tests.factories import Ledger, at_once, company_at_work
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed
from tests.gateways.toy import decline
from tests.retries.conftest import Retrying

from subledger.collecting.services import asking
from subledger.collecting.services.asking import DocumentAsked
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import outcomes
from subledger.platform import clock
from subledger.retries.models import Retry
from subledger.retries.services import retries
from subledger.retries.services import schedule as schedules
from subledger.retries.services.retries import make_due, make_retry, stop_retry
from subledger.retries.services.schedule import schedule
from subledger.transactions.rules.orders import Posted

pytestmark = pytest.mark.sampled(2)

BOTH = pytest.mark.parametrize("guard", ["guard off", "guard on"])


@pytest.fixture
def books(request: pytest.FixtureRequest) -> Iterator[Retrying]:
    """A committed company with a retry plan; a scratch database's when its guard is to be taken off."""
    off = "guard" in request.fixturenames and request.getfixturevalue("guard") == "guard off"
    request.getfixturevalue("scratch_db" if off else "committed_db")
    with company_at_work():
        found = Retrying(make_house(Ledger()))
        found.plan()
        yield found


def failed(books: Retrying) -> tuple[Posted, PaymentRequest]:
    """An invoice whose payment failed, as it is before anything follows from that."""
    invoice = books.ledger.invoice(75)
    return invoice, books.collect(invoice, decline)


@BOTH
def test_two_that_learn_of_one_failure_schedule_one_retry(books: Retrying, guard: str, monkeypatch):
    """Without the locks under which outcomes are taken in, the key on the failed request is what holds."""
    monkeypatch.setattr(outcomes, "tell", lambda rows: None)
    _, row = failed(books)
    if guard == "guard off":
        take_off(
            "DROP INDEX retry_one_a_failure",
            "DROP INDEX retry_one_live",
        )
    gate, keep = threading.Barrier(2), schedules._keep

    def late(made: list[Retry]) -> None:
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(guard == "guard on"))
        keep(made)

    monkeypatch.setattr(schedules, "_keep", late)
    answers = at_once(*[lambda: schedule([PaymentRequest.objects.select_related("provider").get(pk=row.pk)])] * 2)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert Retry.objects.filter(failed_request=row).count() == (2 if guard == "guard off" else 1)
    assert len(refused) == (0 if guard == "guard off" else 1)


@BOTH
def test_two_workers_make_a_retry_once(books: Retrying, guard: str, monkeypatch):
    invoice, _ = failed(books)
    if guard == "guard off":
        take_off("DROP INDEX payment_request_one_open", "ALTER TABLE retries_retry DISABLE TRIGGER retry_stays")
        gate, asked = threading.Barrier(2), retries.ask

        def unlocked(self: QuerySet, **_options: object) -> QuerySet:
            return self.all()

        def neither_is_first(**named: Any) -> list[DocumentAsked]:
            found = asked(**named)
            with suppress(threading.BrokenBarrierError):
                gate.wait(timeout=patience(guarded=False))  # until both have asked, and neither's is committed
            return found

        monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
        monkeypatch.setattr(retries, "lock_accounts", lambda ids: None)
        monkeypatch.setattr(asking, "lock_accounts_of", lambda accounts, *_: None)
        monkeypatch.setattr(retries, "ask", neither_is_first)
    with clock.frozen(clock.now() + timedelta(days=4)):
        at_once(make_due, make_due)
        requests = PaymentRequest.objects.filter(claims__object_id=invoice.id, claims__kind="transaction")
        assert requests.count() == (3 if guard == "guard off" else 2)


def test_a_person_and_the_clock(books: Retrying):
    """Whoever stops it, makes it by hand or by the clock: it is made once or stopped, and asked for once at most."""
    invoice, _ = failed(books)
    row = books.retry()
    with clock.frozen(clock.now() + timedelta(days=4)):
        answers = at_once(
            make_due,
            lambda: stop_retry(retry_id=row.pk, actor="user:ana"),
            lambda: make_retry(retry_id=row.pk, actor="user:bob"),
            make_due,
        )
        assert not [answer for answer in answers if isinstance(answer, Exception) and not hasattr(answer, "code")], (
            answers
        )
        row.refresh_from_db()
        assert row.state in ("made", "stopped")
        requests = PaymentRequest.objects.filter(claims__object_id=invoice.id, claims__kind="transaction")
        assert requests.count() == (2 if row.state == "made" else 1)
        assert books.broken() == {}
