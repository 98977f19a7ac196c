"""Two integrators, or two files, at the same time: each request is settled once, and a reference names one."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError
from tests.factories import Ledger, at_once, company_at_work
from tests.gateways.generic.office import Office, code_of, said

from subledger.gateways.models import Charge, PaymentRequest
from subledger.gateways.services import execution


def test_two_integrators_at_once_post_each_request_once(committed_db):
    with company_at_work():
        office = Office.opened(Ledger())
        rows = [office.pay(10) for _ in range(12)]

        def report(name, order):
            return lambda: office.post(*[said(row, reference=f"{name}-{row.pk}") for row in order])

        answers = at_once(report("a", rows), report("b", rows[::-1]))
        states = [[answer.state for answer in each] for each in answers]
        assert sorted(map(len, map(set, states))) == [1, 1], answers
        codes = {code_of(answer) for each in answers for answer in each}
        assert codes == {None, "payment_request_settled"}
        assert office.ledger.balance() == -120
        assert Charge.objects.filter(provider=office.provider).count() == 12


def meet_between_looking_and_writing(monkeypatch):
    """Both look whose a reference is before either writes it; a lock that keeps the other out ends the wait."""
    gate, look = threading.Barrier(2), execution._taken

    def late(*arguments):
        found = look(*arguments)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=0.6)
        return found

    monkeypatch.setattr(execution, "_taken", late)


@pytest.mark.parametrize("is_guarded", [False, True])
def test_two_reports_at_once_cannot_share_a_reference(committed_db, monkeypatch, is_guarded):
    meet_between_looking_and_writing(monkeypatch)
    if not is_guarded:
        monkeypatch.setattr(execution, "ONE_AT_A_TIME", "SELECT %s::bigint")
    with company_at_work():
        office = Office.opened(Ledger())
        rows = [office.pay(10, account=office.ledger.open()) for _ in range(2)]
        works = [lambda row=row: office.post(said(row, reference="SAME"))[0] for row in rows]
        answers = at_once(*works)
        if is_guarded:
            assert sorted(str(code_of(answer)) for answer in answers) == ["None", "reference_taken"], answers
        else:
            assert [type(answer) for answer in answers].count(IntegrityError) == 1, answers
        assert PaymentRequest.objects.filter(provider=office.provider, reference="SAME").count() == 1
