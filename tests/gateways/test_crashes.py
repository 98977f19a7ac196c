"""A worker is killed at every point around the call, for real; another comes, and there is exactly one payment."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import timedelta

import pytest
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.contracts.houses import KEY, SECRET, StripeHouse
from tests.factories import Ledger, at_once, make_company
from tests.gateways.conftest import make_desk
from tests.gateways.crashing import POINTS
from tests.gateways.worker import ROOT, database_environment, eventually, worker_process

from stripe_sandbox.server import running_sandbox
from subledger.gateways.models import Attempt, PaymentRequest, Provider
from subledger.gateways.services import reconciliation, submission, worker
from subledger.platform import clock
from subledger.platform.scope import company_scope, current_company_id
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Post

pytestmark = pytest.mark.sampled(3)

LATER = timedelta(minutes=6)


def open_house(stack: ExitStack) -> StripeHouse:
    running = stack.enter_context(running_sandbox())
    stack.enter_context(company_scope(make_company().pk))
    desk = make_desk(
        Ledger(), kind="stripe", code="stripe", test_key=KEY, webhook_secrets=[SECRET], base_url=running.url
    )
    return StripeHouse(desk, running)


@pytest.fixture
def house(committed_db):
    with ExitStack() as stack:
        yield open_house(stack)


@pytest.fixture
def house_alone(scratch_db):
    """In a database whose jobs are nobody else's."""
    with ExitStack() as stack:
        yield open_house(stack)


def ask(house, amount=7500):
    return house.desk.ask(amount, to=[house.ledger.invoice(75)], payment_preference_id=house.card.pk)


def crashing_worker(house, point: str) -> subprocess.Popen:
    whose = [str(current_company_id()), str(house.desk.provider.pk)]
    program = [sys.executable, "-m", "tests.gateways.crashing", *whose, point]
    return subprocess.Popen(
        program, cwd=ROOT, env=database_environment("tests.settings"), stderr=subprocess.PIPE, text=True
    )


def recover(house) -> None:
    """What other workers do, six minutes later."""
    with clock.frozen(clock.now() + LATER):
        worker.work_off(house.desk.provider.pk)
        reconciliation.look_up(house.desk.provider.pk)


def assert_paid_once(house, asked) -> None:
    row = house.desk.row(asked.request_id)
    assert (row.state, bool(row.reference), row.check_at) == ("posted", True, None)
    assert [(one["type"], one["amount"]) for one in house.moved] == [("captured", 7500)]
    assert house.desk.transaction(asked.transaction_id).state == "posted"
    assert Transaction.objects.filter(classification="payment").count() == 1
    assert house.ledger.balance(as_of=(clock.now() + LATER).date()) == 0, "in the last minutes of a day it is the next"
    assert Attempt.objects.filter(request=row).count() == 1


@pytest.mark.few(1)
@pytest.mark.parametrize("point", POINTS)
def test_killed_around_the_call(house, point):
    asked = ask(house)
    worker = crashing_worker(house, point)
    assert worker.wait(240) == -signal.SIGKILL, worker.stderr.read()
    worker.stderr.close()
    moved = point in ("after the answer", "during taking in", "after taking in")
    assert house.captures == moved
    recover(house)
    assert_paid_once(house, asked)


@pytest.mark.few(1)
@pytest.mark.parametrize("moved", [False, True], ids=["before the money moved", "after the money moved"])
def test_killed_while_the_call_is_under_way(house, moved):
    asked = ask(house)
    with socket.create_server(("127.0.0.1", 0)) as nobody:  # takes the call, and neither passes it on nor answers
        provider = Provider.objects.filter(pk=house.desk.provider.pk)
        if moved:
            house.running.control("POST", "faults", [{"action": "slow", "seconds": 20, "path": "payment_intents$"}])
        else:
            provider.update(base_url=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        worker = crashing_worker(house, "nowhere")
        if moved:
            eventually(lambda: house.moved)
        else:
            nobody.settimeout(60)
            line, _ = nobody.accept()
            with line:
                assert line.recv(1), "the request is on its way"
        worker.kill()
        assert worker.wait(240) == -signal.SIGKILL
        worker.stderr.close()
    house.running.control("POST", "faults", [])
    provider.update(base_url=house.running.url)
    assert house.captures == moved
    if moved:  # the key is still in use at the gateway: asking by metadata finds the payment all the same
        assert house.desk.row(asked.request_id).state == "under_processing"
    recover(house)
    assert_paid_once(house, asked)


@pytest.mark.wide
def test_a_killed_worker_is_followed_by_another(house_alone, tmp_path):
    """The whole way with ``subledger worker``: killed in a slow call; a second one finds what became of it."""
    house = house_alone
    house.running.control("POST", "faults", [{"action": "slow", "seconds": 30, "path": "payment_intents$"}])
    asked = ask(house)
    with worker_process(tmp_path / "worker.log") as first:
        eventually(lambda: house.moved)
        first.kill()
    assert house.desk.row(asked.request_id).state == "under_processing"
    house.running.control("POST", "faults", [])
    # Five minutes later, without waiting for them.
    at = clock.now()
    PaymentRequest.objects.filter(pk=asked.request_id).update(check_at=at)
    Attempt.objects.filter(request=asked.request_id).update(sent_at=at - LATER)
    with worker_process(tmp_path / "worker.log"):
        eventually(lambda: house.desk.row(asked.request_id).state == "posted")
    assert_paid_once(house, asked)


@pytest.mark.wide
def test_a_reconciler_that_looks_all_the_time_repairs_nothing_that_is_under_way(house):
    """#3: it asks every few milliseconds during a slow charge; what it says is taken under the same lock."""
    house.running.control("POST", "faults", [{"action": "slow", "seconds": 1.5, "path": "payment_intents$"}])
    asked = ask(house)
    done = threading.Event()

    def work():
        try:
            return worker.work_off(house.desk.provider.pk)
        finally:
            done.set()

    def look():
        times = 0
        while not done.is_set():
            reconciliation.look_up(house.desk.provider.pk, request_ids=[asked.request_id])
            times += 1
            time.sleep(0.003)
        return times

    worked, times = at_once(work, look)
    assert isinstance(times, int), times
    assert times > 5
    assert (worked.sent, worked.posted) == (1, 1)
    assert_paid_once(house, asked)


@pytest.mark.few(2)
@pytest.mark.parametrize("action", ["error_before", "error_after", "drop_before", "drop_after", "timeout_after"])
def test_an_error_of_the_gateways_is_unknown_and_a_second_click_charges_nothing(house, action):
    """#5: never failed, never charged again."""
    rule = {"action": action, "method": "POST", "path": "payment_intents$", "seconds": 0.1}
    house.running.control("POST", "faults", [rule])
    asked = ask(house)
    assert house.desk.work(asked.request_id).state == "unknown"
    assert submission.post(orders=[Post(draft_id=asked.transaction_id)], actor="user:ben") == [asked]
    assert house.desk.work(asked.request_id).state == "unknown", "it is not pending, so nobody sends it"
    house.running.control("POST", "faults", [])
    recover(house)
    assert_paid_once(house, asked)
