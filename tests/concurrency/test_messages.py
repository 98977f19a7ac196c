"""The same at once: a message sent and sent again, of which one goes; an address that two bounces suppress, once."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError
from tests.concurrency.gates import patience
from tests.factories import Ledger, at_once, make_company
from tests.messages.conftest import address_of, has_gone, send

from subledger.kernel.errors import DomainError
from subledger.messages.models import Message, Suppression
from subledger.messages.rules.delivery import MailReply, Verdict
from subledger.messages.services import delivery, next_tries, outbox, suppressions
from subledger.messages.states import MessageState, SuppressionReason
from subledger.platform.scope import company_scope


@pytest.mark.usefixtures("committed_db")
def test_who_sends_it_again_waits_for_who_sends_it(monkeypatch):
    company = make_company()
    gate, check = threading.Barrier(2), outbox._refuse_suppressed

    def late(*arguments):
        check(*arguments)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(guarded=True))

    with company_scope(company.pk):
        ledger = Ledger()
        address_of(ledger)
        invoice = ledger.invoice(100, on="04/05", due="01/06").id
        old = send(invoice)
        has_gone()
        monkeypatch.setattr(outbox, "_refuse_suppressed", late)
        answers = at_once(lambda: outbox.resend(message_id=old.pk, actor="test"), lambda: send(invoice, again=True))
        refused = [one for one in answers if isinstance(one, Exception)]
        assert all(isinstance(one, DomainError) for one in refused), refused
        chain = Message.objects.exclude(pk=old.pk).order_by("pk")
        assert chain[0].resends_id == old.pk
        assert len(chain) == 2 - len(refused)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_two_bounces_of_one_address_suppress_it_once(guard: str, monkeypatch: pytest.MonkeyPatch):
    gate, look = threading.Barrier(2), suppressions.suppressed
    own = threading.local()

    def both(addresses):
        found = look(addresses)
        if not getattr(own, "has_looked", False):
            own.has_looked = True
            gate.wait(timeout=patience(guarded=False))
        return found

    monkeypatch.setattr(suppressions, "suppressed", both)
    if guard == "guard off":
        monkeypatch.setattr(suppressions, "_kept", lambda row: row.save(force_insert=True))

    def bounce() -> Suppression:
        reason = SuppressionReason.BOUNCED
        return suppressions.suppress_address(address="ann@example.com", reason=reason, twice=True, actor="test")

    with company_scope(make_company().pk):
        answers = at_once(bounce, bounce)
        assert Suppression.objects.count() == 1
        failed = [one for one in answers if isinstance(one, IntegrityError)]
        assert len(failed) == (1 if guard == "guard off" else 0)
        if guard == "guard on":
            assert answers[0].pk == answers[1].pk


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_a_message_that_is_tried_now_while_a_worker_has_it_goes_once(guard: str, monkeypatch: pytest.MonkeyPatch):
    is_guarded, handed = guard == "guard on", []
    with_worker, pressed = threading.Event(), threading.Event()

    def hand_over(server, message, **_):
        handed.append(message.pk)
        with_worker.set()
        pressed.wait(patience(guarded=False))
        return MailReply(Verdict.SENT)

    def careless(rows, at):
        found = [row.pk for row in rows.filter(state=MessageState.QUEUED)]
        seen.set()
        with_worker.wait(patience(guarded=False))
        return Message.objects.filter(pk__in=found).update(state=MessageState.QUEUED, send_at=at)

    def press():
        if is_guarded:
            with_worker.wait(patience(guarded=False))
        try:
            return next_tries.try_now(message_id=made.pk)
        finally:
            pressed.set()

    def work():
        if not is_guarded:
            seen.wait(patience(guarded=False))
        return delivery.deliver()

    seen = threading.Event()
    monkeypatch.setattr(delivery, "_hand_over", hand_over)
    if not is_guarded:
        monkeypatch.setattr(next_tries, "_hurry", careless)
    with company_scope(make_company().pk):
        ledger = Ledger()
        address_of(ledger)
        made = send(ledger.invoice(100, on="04/05", due="01/06").id)
        answer, _ = at_once(press, work)
        delivery.deliver()
        assert len(handed) == (1 if is_guarded else 2)
        assert not is_guarded or getattr(answer, "code", answer) == "message_not_waiting"
