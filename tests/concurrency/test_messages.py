"""The same message, sent and sent again at once: one goes, and the other is told so."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from tests.concurrency.gates import patience
from tests.factories import Ledger, at_once, make_company
from tests.messages.conftest import address_of, has_gone, send

from subledger.kernel.errors import DomainError
from subledger.messages.models import Message
from subledger.messages.services import outbox
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
