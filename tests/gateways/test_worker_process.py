"""Real workers: started, told to end, killed, cut off from their database, and two at once."""

from __future__ import annotations

import signal

import pytest
import stripe
from django.db import connection
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import Ledger, make_company
from tests.gateways.conftest import make_desk
from tests.gateways.worker import eventually, told, worker_process

from stripe_sandbox.server import running_sandbox
from subledger.gateways.models import GatewayCustomer, Instrument, PaymentRequest
from subledger.platform import clock, jobs
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.sampled(3)

KEY = "sk_test_desk"


@pytest.fixture
def company(scratch_db):
    from tests.platform import sample_jobs  # noqa: F401  # so that they can be woken from here

    company = make_company()
    with company_scope(company.pk):
        yield company


@pytest.fixture
def log(tmp_path):
    return tmp_path / "worker.log"


def left() -> int:
    """Jobs that wait or are being done, the sweeps apart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE lock IS NOT NULL")
        return cursor.fetchone()[0]


@pytest.mark.wide
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_finishes_the_batch_in_hand(company, log, how):
    with worker_process(log) as worker:
        jobs.wake("sample_until_stopped", ident=1)
        eventually(lambda: told("begun", 1))
        jobs.wake("sample_until_stopped", ident=1)  # for whoever comes next
        assert worker.end(how) == 0, worker.said()
        assert told("ended", 1) == [worker.pid]
        assert left() == 1
        assert f"sample_until_stopped company={company.pk} ident=1 done=1 in " in worker.said()
        assert "Traceback" not in worker.said()


@pytest.mark.wide
def test_a_batch_that_does_not_end_is_not_waited_for_for_ever(company, log):
    with worker_process(log) as worker:
        jobs.wake("sample_dawdle", ident=1, milliseconds=60_000)
        eventually(lambda: told("begun", 1))
        assert worker.end() == -signal.SIGALRM
        assert left() == 1, "somebody will do it again"


@pytest.mark.wide
def test_what_a_killed_worker_was_doing_is_done_by_another(company, log):
    with worker_process(log) as first:
        jobs.wake("sample_dawdle", ident=1, milliseconds=60_000)
        jobs.wake("sample_dawdle", ident=2, milliseconds=300)
        eventually(lambda: told("begun", 1) and told("ended", 2))
        first.kill()
    jobs.wake("sample_dawdle", ident=1, milliseconds=60_000)  # the same again: it waits for the one that stalled
    with worker_process(log) as second:
        eventually(lambda: told("begun", 1) == [first.pid, second.pid])
        assert told("ended", 2) == [first.pid], "what was done is not done again"
        assert "rescue_stalled rescued=" in second.said()


def test_two_workers_share_and_never_do_the_same_at_once(company, log):
    with worker_process(log, "--jobs", "1") as one, worker_process(log, "--jobs", "1") as two:
        with connection.cursor() as cursor:
            eventually(lambda: cursor.execute("SELECT count(*) = 2 FROM procrastinate_workers") or cursor.fetchone()[0])
        for ident in range(1, 11):
            jobs.wake("sample_dawdle", ident=ident, milliseconds=100)
        eventually(lambda: left() == 0)
        done_by = [told("ended", ident) for ident in range(1, 11)]
        assert all(len(each) == 1 for each in done_by), done_by
        assert {pid for each in done_by for pid in each} == {one.pid, two.pid}


@pytest.mark.wide
def test_a_worker_outlives_its_connections_and_a_job_that_fails(company, log):
    with worker_process(log) as worker:
        jobs.wake("sample_fail", ident=1)
        eventually(lambda: told("begun", 1) and left() == 0)
        assert "RuntimeError: a sample of trouble" in worker.said()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 2
        jobs.wake("sample_dawdle", ident=2, milliseconds=0)
        eventually(lambda: told("ended", 2) == [worker.pid])
        assert worker.process.poll() is None


@pytest.fixture
def shop(company):
    """A desk whose provider is a Stripe account of the sandbox, with a card that works."""
    with running_sandbox() as sandbox:
        desk = make_desk(Ledger(), kind="stripe", base_url=sandbox.url, test_key=KEY)
        client = stripe.StripeClient(KEY, base_addresses={"api": sandbox.url}).v1
        customer = client.customers.create()
        card = client.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        GatewayCustomer.objects.update(token=customer.id)
        Instrument.objects.update(token=card.id)
        yield desk, sandbox


def asked_by_a_card_of_its_own(desk, sandbox, amount: int) -> int:
    """One call at a time is under way by one card: of several, all are."""
    client = stripe.StripeClient(KEY, base_addresses={"api": sandbox.url}).v1
    customer = client.customers.create()
    card = client.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    account = desk.ledger.open(f"Owner {amount}")
    desk.register(account, card.id)
    GatewayCustomer.objects.filter(account=account).update(token=customer.id)
    return desk.ask(amount, account_id=account.pk).request_id


@pytest.mark.wide
def test_payments_whose_worker_is_killed_in_the_middle_are_made_once(shop, log):
    desk, sandbox = shop
    asked = [asked_by_a_card_of_its_own(desk, sandbox, 1000 + number) for number in range(12)]
    # From the fourth on, the money moves and the answer does not come while anybody waits for it.
    slow = {"action": "slow", "method": "POST", "path": "payment_intents", "seconds": 60, "times": 0, "nth": 4}
    sandbox.control("POST", "faults", [slow])
    with worker_process(log) as first:
        eventually(lambda: len(sandbox.control("GET", "moved")) == 12)
        first.kill()
    sandbox.control("POST", "faults", [])
    assert PaymentRequest.objects.filter(state="under_processing").count() >= 9
    PaymentRequest.objects.filter(state="under_processing").update(check_at=clock.now())  # five minutes pass
    with worker_process(log):
        eventually(lambda: {desk.row(ident).state for ident in asked} == {"posted"})
    moved = sandbox.control("GET", "moved")
    assert sorted(each["amount"] for each in moved) == [1000 + number for number in range(12)]
    assert Transaction.objects.filter(classification="payment", state="posted").count() == 12
    assert KEY not in log.read_text()


FAIL_TO_END = """
    CREATE FUNCTION fail_to_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no end is taken'; END $$;
    CREATE TRIGGER fail_to_end BEFORE DELETE ON procrastinate_jobs
        FOR EACH ROW WHEN (OLD.task_name = 'sample_dawdle') EXECUTE FUNCTION fail_to_end();
"""


@pytest.mark.wide
def test_a_job_whose_end_could_not_be_written_is_not_held_for_as_long_as_its_worker_lives(company, log):
    with worker_process(log) as worker, connection.cursor() as cursor:
        cursor.execute(FAIL_TO_END)
        jobs.wake("sample_dawdle", ident=1, milliseconds=0)
        eventually(lambda: "Could not say that sample_dawdle is done: no end is taken" in worker.said())
        cursor.execute("DROP TRIGGER fail_to_end ON procrastinate_jobs")
        eventually(lambda: left() == 0)
        assert told("ended", 1) == [worker.pid] * 2, "idempotent, so once more does no harm"
        assert "Traceback" not in worker.said()


@pytest.mark.wide
def test_a_wake_up_is_heard_by_a_worker_that_does_not_look(company, log):
    with worker_process(log, settings="tests.listening_worker_settings"):
        for ident in (1, 2, 3):
            jobs.wake("sample_dawdle", ident=ident, milliseconds=0)
            eventually(lambda: told("ended", ident))  # noqa: B023


@pytest.mark.wide
def test_a_worker_refuses_tables_of_another_version(company, log):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'gateways'")
    with worker_process(log) as worker:
        assert worker.process.wait(30) == 1
        assert worker.said().endswith("Run `subledger migrate` first.\n")
        assert "Traceback" not in worker.said()
