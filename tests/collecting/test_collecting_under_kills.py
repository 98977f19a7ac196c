"""Schedulers and workers that are killed every few seconds while a gateway drops answers: nothing twice, nothing left.

Payment runs and dunning are due every minute, and new invoices come in. At the end every invoice that can be charged
was charged once, over its amount; what the gateway moved is what is posted; what was declined has one retry each; and
of each document and level there is one mail in the outbox. It runs for `SUBLEDGER_COLLECTING_KILLS_SECONDS` (300):
``make slow ARGS=tests/collecting`` before a release.
"""

from __future__ import annotations

import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from django.db.models import F
from tests.collecting.outbox import told_wrongly
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.dunning.conftest import WORKED, plan_of_levels
from tests.factories import Ledger, make_company
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.worker import WorkerProcess, worker_process

from stripe_sandbox.server import Running, running_sandbox
from subledger.accounts.models import Account, Customer
from subledger.dunning.models import DunningRecord
from subledger.gateways.models import Attempt, Claim, GatewayCustomer, Instrument, PaymentRequest
from subledger.gateways.port import InstrumentSeen
from subledger.gateways.rules.outcomes import LADDER
from subledger.gateways.services.instruments import keep_customer, keep_instrument
from subledger.gateways.states import OPEN, RequestState
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.reports.proof import prove
from subledger.retries.models import Retry, RetryPlan
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import submit_schedule
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.orders import Posted
from subledger.transactions.states import Classification as C

logger = logging.getLogger(__name__)

SECONDS = int(os.environ.get("SUBLEDGER_COLLECTING_KILLS_SECONDS", "300"))
PATIENCE = 600  # seconds, until those who begin are up, and until what is left is done
SEED = 20262
KEY = "sk_test_kills"
FEWEST = SECONDS // 20  # killed
SCHEDULERS, WORKERS = 2, 3  # every worker schedules; those with one job at a time do little beside
CUSTOMERS, DECLINED = 12, 2
EVERY_MINUTE = {"every": "cron", "cron": "* * * * *"}
FAULTS = ("drop_before", "drop_after", "error_before", "error_after", "rate_limit")


class Crew:
    """Processes of workers on the test's database; who is killed is followed by another."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.there: dict[int, WorkerProcess] = {}
        self.started = self.killed = self.at_something = 0

    def start(self, place: int) -> None:
        options = ("--jobs", "1") if place < SCHEDULERS else ()
        log = self.folder / f"{place}-{self.started}.log"
        self.there[place] = self.stack.enter_context(worker_process(log, *options))
        self.started += 1

    def at_work(self) -> list[int]:
        """Those who have come up: to kill others would be to have nobody work."""
        return [place for place, one in sorted(self.there.items()) if "is at work" in one.said()]

    def kill(self, place: int) -> None:
        self.at_something += is_under_way()
        self.there.pop(place).kill()
        self.killed += 1


@pytest.fixture
def sandbox(scratch_db: None) -> Iterator[Running]:
    with running_sandbox() as found, company_scope(make_company().pk):
        yield found


def customers_with_cards(desk: Desk, sandbox: Running) -> list[Account]:
    """The last of them have cards that are declined."""
    Instrument.objects.filter(pk=desk.card.pk).update(is_default=False, removed_at=clock.now())
    GatewayCustomer.objects.all().delete()
    client = stripe.StripeClient(KEY, base_addresses={"api": sandbox.url}).v1
    accounts = [desk.ledger.open(f"Customer {n}") for n in range(CUSTOMERS)]
    for n, account in enumerate(accounts):
        customer = client.customers.create()
        token = "pm_card_visa" if n < CUSTOMERS - DECLINED else "pm_card_chargeCustomerFail"
        card = client.payment_methods.attach(token, {"customer": customer.id})
        keep_customer(desk.provider, account.pk, customer.id)
        seen = InstrumentSeen(account.public_id, card.id, "card", customer.id, "visa", "4242", 12, 2034, "DE", f"fp{n}")
        assert keep_instrument(provider=desk.provider, seen=seen, actor="test")
        Customer.objects.filter(pk=account.customer_id).update(email=f"customer{n}@example.com")
    return accounts


def in_force(kind: str, name: str, criteria: dict[str, Any]) -> None:
    made = create_definition(kind=kind, name=name, criteria=criteria, schedule=EVERY_MINUTE, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    submit_schedule(definition_id=made.pk, actor="test")
    RunDefinition.objects.filter(pk=made.pk).update(next_at=clock.now().replace(second=0, microsecond=0))  # at once


def invoiced(ledger: Ledger, accounts: list[Account], chance: random.Random) -> list[Posted]:
    today = clock.today("UTC")
    new = []
    for _ in range(3):
        due = today - timedelta(days=chance.randint(-2, 50))
        fields = {"account": chance.choice(accounts), "on": min(due, today), "due": due}
        new.append(ledger.new(C.INVOICE, chance.randint(5, 90), **fields))
    return ledger.post(*new)


def is_under_way() -> bool:
    """Whether a run or a charge is, so that whoever is killed may have been at it."""
    return (
        Run.objects.filter(state__in=("waiting", "running")).exists()
        or PaymentRequest.objects.filter(state=RequestState.UNDER_PROCESSING).exists()
    )


def five_minutes_pass() -> None:
    """What waits to be looked up, or sent again, is so now: nobody waits for that."""
    at = clock.now()
    PaymentRequest.objects.filter(state__in=sorted(OPEN), check_at__gt=at).update(check_at=at)
    sent = Attempt.objects.filter(request__state__in=sorted(OPEN), sent_at__gt=at - LADDER[0])
    sent.update(sent_at=F("sent_at") - 2 * LADDER[0])


def is_at_rest(charged: list[Account]) -> bool:
    return not (
        OpenItem.objects.filter(open_minor__gt=0, account__in=charged).exists()
        or PaymentRequest.objects.filter(state__in=sorted(OPEN)).exists()
        or Run.objects.filter(state__in=("waiting", "running")).exists()
    )


def until(what: Callable[[], Any], meanwhile: Callable[[], Any] = lambda: None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it takes too long"
        meanwhile()
        time.sleep(1)


@pytest.mark.slow
def test_every_invoice_is_charged_once_and_every_level_told_once(sandbox: Running, tmp_path: Path):
    chance, ledger = random.Random(SEED), Ledger()
    desk = make_desk(ledger, kind="stripe", base_url=sandbox.url, test_key=KEY)
    accounts = customers_with_cards(desk, sandbox)
    plan_of_levels(WORKED, percent=9)
    RetryPlan.objects.get(code="standard").providers.set([desk.provider])
    posted = invoiced(ledger, accounts, chance)
    with ExitStack() as stack:
        crew = Crew(tmp_path, stack)
        for place in range(SCHEDULERS + WORKERS):
            crew.start(place)
        until(lambda: len(crew.at_work()) == SCHEDULERS + WORKERS)
        for name in ("Everything", "Once again"):
            in_force("payments", name, {"provider": desk.provider.public_id})
        in_force("dunning", "Reminders", {})
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends or crew.killed < FEWEST:  # on a slow machine it takes longer
            assert time.monotonic() < ends + PATIENCE, "those who follow do not come up"
            time.sleep(chance.uniform(3, 6))
            posted += invoiced(ledger, accounts, chance)
            rule = {"action": chance.choice(FAULTS), "method": "POST", "path": "payment_intents$", "times": 2}
            sandbox.control("POST", "faults", [rule])
            there = crew.at_work()
            if len(there) > 1:  # who stays carries on
                place = chance.choice(there)
                crew.kill(place)
                crew.start(place)
        sandbox.control("POST", "faults", [])
        for place in sorted(crew.there):
            crew.kill(place)
        asked_meanwhile = PaymentRequest.objects.count()
        crew.start(SCHEDULERS)
        five_minutes_pass()
        good = accounts[: CUSTOMERS - DECLINED]
        until(lambda: is_at_rest(good), five_minutes_pass)
        RunDefinition.objects.update(is_submitted=False, next_at=None)
        until(lambda: is_at_rest(good))
    assert asked_meanwhile, "nothing was done while they died"
    told_of(sandbox, posted, good, crew)


def told_of(sandbox: Running, posted: list[Posted], good: list[Account], crew: Crew) -> None:
    captured = [one for one in sandbox.control("GET", "moved") if one["type"] == "captured"]
    records = list(DunningRecord.objects.all())
    runs = list(Run.objects.order_by("due_at"))
    asked = {row.public_id: row for row in PaymentRequest.objects.all()}
    logger.warning(
        "%s invoices, %s requests, %s captures, %s retries, %s runs, %s records of levels, %s mails; %s processes of %s"
        " killed, %s of them while something was under way",
        len(posted), len(asked), len(captured), Retry.objects.count(), len(runs), len(records),
        len({row.message_id for row in records if row.message_id}), crew.killed, crew.started, crew.at_something,
    )  # fmt: skip
    by_request = Counter(one["metadata"]["subledger_request"] for one in captured)
    assert {ident: times for ident, times in by_request.items() if times > 1} == {}, "charged twice"
    invoices = Transaction.objects.filter(classification=C.INVOICE, state="posted")
    assert set(invoices.values_list("pk", flat=True)) == {one.id for one in posted}
    owed = dict(invoices.filter(account__in=good).values_list("pk", "amount_minor"))
    charged: Counter[int] = Counter()
    for one in captured:
        [document] = Claim.objects.filter(
            request=asked[one["metadata"]["subledger_request"]], kind="transaction", object_id__in=owed
        ).values_list("object_id", flat=True)
        charged[document] += one["amount"]
    assert charged == Counter(owed), "every invoice, over its amount"
    paid = Transaction.objects.filter(classification=C.PAYMENT, state="posted").values_list("amount_minor", flat=True)
    assert sorted(paid) == sorted(one["amount"] for one in captured), "what was moved is what is posted"
    failed = {row.pk for row in asked.values() if row.state == RequestState.REJECTED}
    assert failed == set(Retry.objects.values_list("failed_request_id", flat=True)), "each that failed has its retry"
    of_declined = Counter(Claim.objects.filter(request__in=failed).values_list("object_id", flat=True))
    others = {one.id for one in posted} - set(owed)
    assert of_declined == Counter(others), "what was declined is left to its retry"

    assert list(told_wrongly()) == []
    assert {run.state for run in runs} == {"completed"}
    for name in ("Everything", "Once again", "Reminders"):
        due = [run for run in runs if run.name == name]
        minutes = (due[-1].due_at - due[0].due_at) // timedelta(minutes=1)
        assert len(due) + sum(run.missed for run in due[1:]) == minutes + 1, "every minute has its run, or is missed"
    assert {f.invariant.name: f.rows for f in prove(everywhere=False) if f.broken} == {}
    assert crew.at_something, "nobody was at anything when they died"
