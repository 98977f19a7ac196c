"""Two integrators, or two files, at the same time: each request is settled once, and a reference names one."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError
from tests.concurrency.gates import patience
from tests.factories import Ledger, at_once, company_at_work
from tests.gateways.generic.banks import booked, camt_053, entry
from tests.gateways.generic.office import Office, code_of, said

from subledger.gateways.models import Charge, PaymentRequest, UnbookedFact
from subledger.gateways.services import execution
from subledger.gateways.services.results import _Import
from subledger.platform.models import Event

pytestmark = pytest.mark.sampled(3)


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


def meet_between_looking_and_writing(monkeypatch, is_guarded):
    """Both look whose a reference is before either writes it; a lock that keeps the other out ends the wait."""
    gate, look = threading.Barrier(2), execution._taken

    def late(*arguments):
        found = look(*arguments)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(is_guarded))
        return found

    monkeypatch.setattr(execution, "_taken", late)


@pytest.mark.parametrize("is_guarded", [False, True])
def test_two_reports_at_once_cannot_share_a_reference(committed_db, monkeypatch, is_guarded):
    meet_between_looking_and_writing(monkeypatch, is_guarded)
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


def statement(row, *references):
    told = [booked(row.number, amount="10.00", reference=reference) for reference in references]
    return camt_053(*[entry(one, reference="") for one in told])


def read_before_either_writes(monkeypatch, *, is_guarded):
    """Both have read their file, and how its requests stand, before either reports on them."""
    gate, placed = threading.Barrier(2), _Import._placed

    def late(self, reported):
        rows = list(placed(self, reported))
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=60)
        return iter(rows)

    @contextmanager
    def unguarded(self, rows):
        yield
        self.before.write()

    monkeypatch.setattr(_Import, "_placed", late)
    if not is_guarded:
        monkeypatch.setattr(_Import, "_under_lock", unguarded)


@pytest.mark.few(2)
@pytest.mark.parametrize("is_guarded", [False, True])
@pytest.mark.parametrize(
    ("is_posted", "files", "lost_without", "work"),
    [
        (False, (["AAA"], ["AAA"]), 1, 0),  # the same file twice: without the guard its only booking is work as well
        (False, (["AAA", "AAA"], ["AAA", "AAA"]), 2, 1),
        (False, (["AAA"], ["BBB"]), 1, 1),
        (True, (["AAA"], ["BBB"]), 0, 1),  # and here the second is lost, for each is the first word of the bank
    ],
)  # fmt: skip
def test_two_files_at_once_are_as_one_after_the_other(
    committed_db, monkeypatch, is_guarded, is_posted, files, lost_without, work
):
    read_before_either_writes(monkeypatch, is_guarded=is_guarded)
    with company_at_work():
        office = Office.opened(Ledger())
        row = office.pay(10)
        if is_posted:
            office.post(said(row, reference="MINE"))
        contents = [statement(row, *references) for references in files]
        reports = at_once(*(lambda content=content: office.take(content) for content in contents))
        assert sum(report.posted for report in reports) == (not is_posted), reports
        assert UnbookedFact.objects.count() == (work if is_guarded else lost_without)
        assert office.ledger.balance() == -10
        if is_guarded:
            assert Event.objects.filter(type="provider.fact_unbooked").count() == work
