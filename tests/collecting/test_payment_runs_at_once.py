"""Payment runs under two schedulers, three workers and kills: nothing is asked for twice, and nothing left out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.collecting.dying import POINTS
from tests.collecting.house import House, make_house
from tests.factories import Ledger, at_once, make_company
from tests.gateways.worker import ROOT, database_environment

from subledger.gateways.models import Claim
from subledger.platform import clock
from subledger.platform.scope import company_scope, current_company_id
from subledger.reports.proof import prove
from subledger.runs import registry
from subledger.runs.models import Run
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_due, submit_schedule
from subledger.transactions.rules.orders import Posted
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.sampled(3)

NUMBER = 10
DOCUMENTS = int(os.environ.get("SUBLEDGER_KILLED_DOCUMENTS", "200000"))
POSTED_AT_ONCE = 5_000


@pytest.fixture
def house(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    small = {**registry._kinds(), "payments": replace(registry.kind_named("payments"), batch=4)}
    monkeypatch.setattr(registry, "_kinds", lambda: small)
    with company_scope(make_company().pk):
        yield make_house(Ledger())


def invoices(house: House) -> list[Posted]:
    accounts = [house.debtor(str(n)) for n in range(NUMBER // 2)]
    return [house.ledger.invoice(10, account=accounts[n // 2]) for n in range(NUMBER)]


def assert_once_each(house: House, run: Run, posted: list[Posted]) -> None:
    run = house.now(run)
    assert run.state == "completed"
    claimed = Counter(Claim.objects.filter(request__batch__payment_run__run=run).values_list("object_id", flat=True))
    assert claimed == Counter(one.id for one in posted)
    assert run.steps.filter(outcome="succeeded").count() == len(posted)
    assert {f.invariant.name: f.rows for f in prove(everywhere=False) if f.broken} == {}


def test_two_schedulers_and_three_workers_ask_once(house: House):
    posted = invoices(house)
    due = (clock.now() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    made = create_definition(
        kind="payments", name="Scheduled", criteria={"provider": house.generic.public_id},
        schedule={"every": "once", "at": due}, actor="test",
    )  # fmt: skip
    activate_definition(definition_id=made.pk, actor="test")
    submit_schedule(definition_id=made.pk, actor="test")
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        started = at_once(*[lambda: start_due(definition_id=made.pk)] * 2)
        [run] = [one for one in started if isinstance(one, Run)]
        at_once(*[lambda: worker.work(run.pk)] * 3)
        while house.now(run).state in ("waiting", "running"):
            worker.work(run.pk)
    assert_once_each(house, run, posted)


def work_until(run: Run, point: str, batch: int) -> None:
    company = str(current_company_id())
    program = [sys.executable, "-m", "tests.collecting.dying", company, str(run.pk), point, str(batch)]
    environment = database_environment("tests.settings")
    ended = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.few(2)
@pytest.mark.parametrize("point", POINTS)
def test_killed_when(house: House, point: str):
    posted = invoices(house)
    run = house.started(provider=house.generic)
    work_until(run, point, batch=4)
    worker.carry_out(run.pk)  # the server may take a moment to notice that whoever held the run is dead
    assert_once_each(house, run, posted)


@pytest.mark.slow
def test_a_large_run_killed_at_every_point(house: House):
    """One run over 200,000 documents dies five times, and completes; `SUBLEDGER_KILLED_DOCUMENTS` says of how many."""
    accounts = [house.debtor(str(n)) for n in range(max(DOCUMENTS // 1_000, 1))]
    posted: list[Posted] = []
    for start in range(0, DOCUMENTS, POSTED_AT_ONCE):
        wanted = range(start, min(start + POSTED_AT_ONCE, DOCUMENTS))
        posted += house.ledger.post(
            *(house.ledger.new(C.INVOICE, 10, account=accounts[n % len(accounts)]) for n in wanted)
        )
    run = house.started(provider=house.generic)
    for point in POINTS:
        work_until(run, point, batch=DOCUMENTS // 8)
    worker.carry_out(run.pk)
    assert_once_each(house, run, posted)
