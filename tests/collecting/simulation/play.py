"""A simulated world in which money is collected by itself: runs, retries, dunning, promises and disputes; and in which
credit goes back through a bank, and what nobody pays is written off.

Beside what gateways do (`tests.gateways.simulation`), with its faults and its sudden deaths. After every step the
product is held against the ledger of `books`, which is told of what people did and of what the gateway moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch

from tests.collecting.outbox import told_wrongly
from tests.dunning.conftest import levels_of, plan_of_levels
from tests.gateways.generic.office import DETAILS, Office
from tests.gateways.simulation import actors
from tests.gateways.simulation.actors import Step, Worker
from tests.gateways.simulation.running import Play
from tests.gateways.simulation.world import Stage, World, stage

from subledger.accounts.models import Account, AccountClassification, AccountPaymentPreference, Customer
from subledger.accounts.preferences import make_preference_default, set_payment_preference
from subledger.accounts.preferences import set_recurring as set_way_recurring
from subledger.companies.entries import save_entry
from subledger.dunning.listeners import LISTENERS
from subledger.dunning.models import DunningClaim, DunningLevel, DunningPlan, DunningRecord
from subledger.gateways import due_work
from subledger.gateways.claims import is_page
from subledger.gateways.jobs import take_back_batch
from subledger.gateways.kept_facts import all_doubts
from subledger.gateways.models import Attempt, BarredWay, Claim, Instrument, PaymentRequest, Provider
from subledger.gateways.services import submission
from subledger.gateways.services.instruments import set_recurring
from subledger.gateways.states import OPEN, ClaimKind, RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.ids import decode
from subledger.platform.models import Event
from subledger.platform.scope import current_company_id
from subledger.promises.models import InvoiceDispute, Promise
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, break_promises, make_promise, withdraw_promise
from subledger.retries.listeners import LISTENERS as OF_RETRIES
from subledger.retries.models import Retry, RetryPlan
from subledger.retries.services.retries import make_due
from subledger.runs import registry
from subledger.runs.models import Run, RunDefinition, RunStep
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run, pause_run, resume_run
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition, start_due, submit_schedule
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Post, Posted
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C

from .bank import Bank
from .books import Asked, Books, Credit, Decision, Invoice, Open, Promised

BATCH = 2  # of any run, so that it takes several
FEE = 5  # major units
# Number, name, days, message, fee, what is done then.
LEVELS = (
    (1, "Notice", -2, "dunning_notice", None, "go_on"),
    (2, "Reminder", 1, "dunning_reminder", None, "go_on"),
    (3, "Second reminder", 4, "dunning_reminder", FEE, "go_on"),
    (4, "Final", 8, "dunning_final", None, "go_on"),
    (5, "End", 12, None, None, "hand_over"),
)
# Of customers who are given up sooner.
STRICT = (
    (1, "Notice", -2, "dunning_notice", None, "go_on"),
    (2, "Reminder", 1, "dunning_reminder", FEE, "go_on"),
    (3, "Written off", 4, "dunning_final", None, "write_off"),
)
DAILY = {"every": "day", "count": 1, "start": "2026-05-21T06:00"}
MINIMUM = 2_000
# Name, and what it collects beside the rest: days before the due date, smallest amount, only what was rejected.
# What a bank says of an account for good, of a refund as of a debit.
OF_THE_ACCOUNT = ("AC01", "AC03", "AC04", "AC06", "CNOR", "MD07", "RC01")
DEFINITIONS: dict[str, dict[str, Any]] = {
    "Everything": {},
    "What is due": {"days_before_due": 1},
    "Large amounts": {"minimum_minor": MINIMUM, "currency": "eur"},
    "Once more": {"only_rejected": True},
}
DEBITS = "Direct debits"
REFUNDS = "refund-credit-balances"
LEAVING = (RequestState.UNDER_PROCESSING, RequestState.UNKNOWN)
DAYS_TO_WAIT = (1, 1, 2, 3)
MOST_OPEN_RUNS = 3
TOLD = ("sent", "to_print", "silent")
ENDED = (*TOLD, "lapsed")  # nobody prints what was written off
RETRY_DAYS = [1, 2, 3]
REASONS = ["retry_scheduled", "before_retry_day", "retries_exhausted"]  # the first that holds is said


def _charged_since(row: Retry) -> bool:
    later = PaymentRequest.objects.filter(preference=row.preference_id, pk__gt=row.failed_request_id)
    return later.filter(type=RequestType.PAYMENT, state=RequestState.POSTED).exists()


@contextmanager
def collecting_stage() -> Iterator[Stage]:
    """A stage whose company has dunning plans, a bank beside its gateway, definitions with schedules in force, and runs
    of small batches."""
    small = {name: replace(kind, batch=BATCH) for name, kind in registry._kinds().items()}
    with patch.object(registry, "_kinds", lambda: small), stage("Cid") as found:
        customer = found.accounts[0].customer_id  # the other one has no address: letters are to be printed
        Customer.objects.filter(pk=customer).update(email="ana@example.com")
        plan_of_levels(LEVELS, percent=9)
        _strict_plan(found.accounts[1:])
        office = Office.opened(found.desk.ledger)
        _sign(office, found.accounts[0], is_recurring=False, is_default=False)
        _sign(office, found.accounts[2], is_recurring=True, is_default=True)
        plan = RetryPlan.objects.get(code="standard")
        RetryPlan.objects.filter(pk=plan.pk).update(days=RETRY_DAYS)
        plan.providers.set([found.desk.provider, office.provider])
        said = {"provider": found.desk.provider.public_id}
        for name, criteria in DEFINITIONS.items():
            _in_force("payments", name, {**said, **criteria})
        _in_force("payments", DEBITS, {"provider": office.provider.public_id})
        _in_force(REFUNDS, "Credit back", {"provider": office.provider.public_id})
        _in_force("dunning", "Reminders", {})
        yield found


def _strict_plan(accounts: Sequence[Account]) -> None:
    """Another plan for these, by their classification, at whose end what is open is written off."""
    named = {"code": "strict", "name": "Strict"}
    strict = save_entry(model=AccountClassification, ident=None, values=named, actor="test")
    values = {**named, "classifications": [strict], "interest_percent": Decimal(9)}
    levels_of(save_entry(model=DunningPlan, ident=None, values=values, actor="test"), STRICT)
    Account.objects.filter(pk__in=[account.pk for account in accounts]).update(classification=strict)


def _sign(office: Office, account: Account, *, is_recurring: bool, is_default: bool) -> None:
    set_payment_preference(
        account_id=account.pk,
        preference=office.preference,
        details=dict(DETAILS),
        is_default=is_default,
        is_recurring=is_recurring,
        actor="test",
    )


def _in_force(kind: str, name: str, criteria: dict[str, Any]) -> None:
    made = create_definition(kind=kind, name=name, criteria=criteria, schedule=DAILY, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    submit_schedule(definition_id=made.pk, actor="test")


def spared(step: Callable[..., str | None]) -> Callable[..., str | None]:
    """A deed of people, whom the ledger is told of: it is not killed halfway. In the gateways' play it is."""
    step.spared = True  # type: ignore[attr-defined]
    return step


def _was_under_way(invoice: int) -> bool:
    """Whether something collects an invoice, or did so for longer than a day: its reminders come later."""
    asked = PaymentRequest.objects.filter(claims__kind="transaction", claims__object_id=invoice)
    ends = [(row.created_at, row.executed_at or row.created_at) for row in asked if row.state not in OPEN]
    return len(ends) < len(asked) or any(end.date() > begun.date() for begun, end in ends)


@dataclass
class Seen:
    """How things stood at the last look."""

    attempts: int = 0
    begun: set[int] = field(default_factory=set)  # by the bank
    steps: set[int] = field(default_factory=set)  # recorded
    done: set[int] = field(default_factory=set)
    records: int = 0
    retries: set[int] = field(default_factory=set)  # made
    open: dict[int, Open] = field(default_factory=dict)


class Collecting(Play):
    module = "tests.collecting.simulation"
    shortest, longest = 20, 40

    def __init__(self, world: World, random: Random) -> None:
        super().__init__(world, random)
        self.books, self.seen = Books(), Seen()
        self.heard = 0
        self.before: dict[int, dict[int, Decision]] = {}  # by run: how its open steps were to be decided
        self.paused: set[int] = set()
        self.wrong: list[str] = []  # found while all came to rest
        self.bank = Bank(Provider.objects.get(kind="generic"))

    @property
    def today(self) -> date:
        return self.world.now.date()

    def begin(self) -> None:
        stripe, bank = self.world.provider_id, self.bank.provider_id
        rows = AccountPaymentPreference.objects.values_list("pk", "is_recurring")
        self.books.by_themselves = dict(rows)
        for chosen, account in Instrument.objects.filter(is_default=True).values_list("pk", "account_id"):
            self.books.ways[account, stripe] = chosen
        self.usual = dict(self.books.ways)
        for account, mandate in self.bank.mandates.items():
            self.books.ways[account, bank] = mandate.pk
        names = ("good", "good", "debit", "declined", "3ds", "debit fails")
        for one in self.world.accounts[:2]:
            self._prefer(one.pk, self.random.choice(names))
        for _ in range(3):
            self.new_invoice(self.world, self.random)
        self.seen.attempts = max(Attempt.objects.values_list("pk", flat=True), default=0)
        self.seen.open = self.open()

    def steps(self, workers: Sequence[Worker]) -> list[tuple[Step, int]]:
        ours: list[tuple[Step, int]] = []
        for at_work in workers:
            ours += [(at_work.claim, 4), (at_work.call, 6), (at_work.take_in, 5)]
        return [
            *ours,
            (self.work_on_run, 22),
            (self.schedule, 8),
            (self.start_by_hand, 4),
            (self.pause, 2),
            (self.resume, 3),
            (self.cancel, 1),
            (self.take_back, 2),
            (self.look_at_the_clock, 3),
            (self.listen, 3),
            (self.make_retries, 5),
            (self.new_invoice, 3),
            (self.pay_cash, 3),
            (self.pay_in_advance, 2),
            (self.cancel_cash, 2),
            (self.cancel_invoice, 1),
            (self.claim_late_charge, 1),
            (self.promise, 4),
            (self.withdraw, 1),
            (self.dispute, 3),
            (self.settle_dispute, 2),
            (self.prefer, 1),
            (self.leave_to_people, 1),
            (self.bank.begins, 4),
            (self.bank.answers, 6),
            (self.bank.returns, 1),
            (actors.charge_card, 2),
            (actors.open_page, 1),
            (actors.fill_in_page, 2),
            (actors.answer_bank, 2),
            (actors.authenticate, 2),
            (actors.come_back, 1),
            (actors.deliver, 5),
            (actors.break_something, 3),
            (actors.work_inbox, 3),
            (actors.reconcile, 4),
            (actors.close_pages, 1),
            (actors.wait, 5),
            (self.wait_days, 5),
        ]

    # -- people ------------------------------------------------------------------------------------------------------

    @spared
    def new_invoice(self, world: World, random: Random) -> str | None:
        account = random.choice(world.accounts)
        due = self.today + timedelta(days=random.randint(0, 4))
        new = world.desk.ledger.new(C.INVOICE, random.randint(5, 90), account=account, due=due)
        [posted] = actions.post_new(new=[new], actor="user:ana")
        assert isinstance(posted, Posted)
        row = Transaction.objects.get(pk=posted.id)
        self.books.invoices[row.pk] = Invoice(row.pk, account.pk, row.amount_minor, self.today, due)
        return f"invoice {row.pk % 10_000} over {row.amount_minor} is due on {due}"

    @spared
    def pay_cash(self, world: World, random: Random) -> str | None:
        one = self._any_open(random)
        if one is None:
            return None
        minor = one.minor if random.random() < 0.6 else random.randint(1, one.minor)
        new = NewTransaction(
            classification=C.PAYMENT, account_id=one.account, amount_minor=minor, intended_ids=(one.ident,)
        )
        [answer] = submission.post(orders=[Post(new=new)], actor="user:ben")
        if isinstance(answer, Posted):
            self.books.cash[answer.id] = (one.account, minor)
        return f"cash pays {minor} on invoice {one.ident % 10_000}"

    @spared
    def pay_in_advance(self, world: World, random: Random) -> str | None:
        """A customer pays more than anybody asked for: what is left of it is credit."""
        account, minor = random.choice(world.accounts).pk, random.randint(500, 6_000)
        new = NewTransaction(classification=C.PAYMENT, account_id=account, amount_minor=minor)
        [answer] = submission.post(orders=[Post(new=new)], actor="user:ben")
        if not isinstance(answer, Posted):
            return f"{minor} in advance are refused"
        self.books.cash[answer.id] = (account, minor)
        return f"account {account % 10_000} pays {minor} in advance"

    @spared
    def cancel_cash(self, world: World, random: Random) -> str | None:
        if not self.books.cash:
            return None
        ident = random.choice(sorted(self.books.cash))
        if not isinstance(self._cancelled(ident), DomainError):
            del self.books.cash[ident]
        return f"cash payment {ident % 10_000} is cancelled"

    @spared
    def cancel_invoice(self, world: World, random: Random) -> str | None:
        standing = sorted(one.ident for one in self.books.invoices.values() if one.stands)
        if not standing:
            return None
        ident = random.choice(standing)
        answer = self._cancelled(ident)
        if isinstance(answer, DomainError):
            return f"invoice {ident % 10_000} cannot be cancelled: {answer.code}"
        self.books.invoices[ident].stands = False
        return f"invoice {ident % 10_000} is cancelled"

    @staticmethod
    def _cancelled(ident: int) -> object:
        [answer] = submission.post(orders=[Cancel(target_id=ident, amount=ALL)], actor="user:ben")
        return answer

    @spared
    def claim_late_charge(self, world: World, random: Random) -> str | None:
        """An agent posts a draft of a late charge."""
        drafts = DunningClaim.objects.filter(invoice__state="draft", superseded_at=None).order_by("pk")
        chosen = drafts.first()
        if chosen is None:
            return None
        [answer] = submission.post(orders=[Post(draft_id=chosen.invoice_id)], actor="user:ana")
        if not isinstance(answer, Posted):
            return f"late charge of {chosen.amount_minor} is not posted"
        row = Transaction.objects.get(pk=answer.id)
        self.books.invoices[row.pk] = Invoice(
            row.pk, row.account_id, chosen.amount_minor, self.today, row.due_on, is_late_charge=True
        )
        return f"late charge {row.pk % 10_000} of {chosen.amount_minor} is posted"

    @spared
    def promise(self, world: World, random: Random) -> str | None:
        one = self._any_open(random)
        if one is None:
            return None
        days = sorted(random.sample(range(6), random.choice([1, 1, 2])))
        parts = [one.minor] if len(days) == 1 or one.minor < 2 else [one.minor // 2, one.minor - one.minor // 2]
        said = [(self.today + timedelta(days=day), minor) for day, minor in zip(days, parts, strict=False)]
        grace = random.randint(0, 2)
        new = NewPromise(
            document_id=one.ident,
            instalments=[Instalment(day, minor) for day, minor in said],
            grace_days=grace,
            waives_interest=random.random() < 0.3,
        )
        row = make_promise(new=new, actor="user:ana")
        self.books.promises[row.pk] = Promised(row.pk, one.ident, said, grace)
        self.books.invoices[one.ident].was_held = True
        return f"invoice {one.ident % 10_000} is promised: {[(str(day), minor) for day, minor in said]}"

    @spared
    def withdraw(self, world: World, random: Random) -> str | None:
        standing = sorted(one.ident for one in self.books.promises.values() if one.state == "open")
        if not standing:
            return None
        ident = random.choice(standing)
        withdraw_promise(promise_id=ident, actor="user:ana")
        self.books.promises[ident].state = "withdrawn"
        return f"promise {ident % 10_000} is withdrawn"

    @spared
    def dispute(self, world: World, random: Random) -> str | None:
        one = self._any_open(random)
        if one is None or one.ident in self.books.disputed:
            return None
        open_dispute(document_id=one.ident, reason="The hours of May.", actor="user:ana")
        self.books.disputed.add(one.ident)
        self.books.invoices[one.ident].was_held = True
        return f"invoice {one.ident % 10_000} is disputed"

    @spared
    def settle_dispute(self, world: World, random: Random) -> str | None:
        if not self.books.disputed:
            return None
        ident = random.choice(sorted(self.books.disputed))
        row = InvoiceDispute.objects.get(document_id=ident, state="open")
        close_dispute(dispute_id=row.pk, outcome=random.choice(["rejected", "settled"]), actor="user:ana")
        self.books.disputed.remove(ident)
        return f"the dispute of invoice {ident % 10_000} is closed"

    @spared
    def prefer(self, world: World, random: Random) -> str | None:
        """A customer would rather be charged by another card, or by direct debit, through the gateway or the bank."""
        mandates = [(account, "mandate") for account in sorted(self.bank.mandates)]
        account, name = random.choice([*sorted(world.cards), *mandates])
        self._prefer(account, name)
        return f"account {account % 10_000} pays by the {name} one"

    def _prefer(self, account: int, name: str) -> None:
        stripe = self.world.provider_id
        if name == "mandate":
            chosen = self.bank.mandates[account].pk
            set_way_recurring(account_id=account, chosen_id=chosen, is_recurring=True, actor="user:ana")
            self.books.ways[account, stripe] = self.usual[account, stripe]  # what the gateway charges by default
        else:
            chosen = self.world.cards[account, name].chosen_id
            set_recurring(chosen_id=chosen, is_recurring=True, actor="user:ana")
            self.books.ways[account, stripe] = chosen
        make_preference_default(account_id=account, chosen_id=chosen, actor="user:ana")
        self.books.by_themselves[chosen] = True

    @spared
    def leave_to_people(self, world: World, random: Random) -> str | None:
        account = random.choice(world.accounts).pk
        for (of, _), card in sorted(world.cards.items()):
            if of == account:
                set_recurring(chosen_id=card.chosen_id, is_recurring=False, actor="user:ana")
                self.books.by_themselves[card.chosen_id] = False
        if account in self.bank.mandates:
            chosen = self.bank.mandates[account].pk
            set_way_recurring(account_id=account, chosen_id=chosen, is_recurring=False, actor="user:ana")
            self.books.by_themselves[chosen] = False
        return f"account {account % 10_000} is not to be charged automatically"

    @spared
    def pause(self, world: World, random: Random) -> str | None:
        run = actors._pick(random, Run.objects.filter(state__in=("waiting", "running")))
        if run is None:
            return None
        pause_run(run_id=run.pk, actor="user:ana")
        self.paused.add(run.pk)
        return f"run {run.pk % 10_000} is paused"

    @spared
    def resume(self, world: World, random: Random) -> str | None:
        run = actors._pick(random, Run.objects.filter(state="paused"))
        if run is None:
            return None
        resume_run(run_id=run.pk, actor="user:ana")
        self.paused.discard(run.pk)
        return f"run {run.pk % 10_000} goes on"

    @spared
    def cancel(self, world: World, random: Random) -> str | None:
        run = actors._pick(random, Run.objects.filter(state__in=("waiting", "running", "paused")))
        if run is None:
            return None
        cancel_run(run_id=run.pk, actor="user:ana")
        self.paused.add(run.pk)  # for good
        return f"run {run.pk % 10_000} ({run.name}) is cancelled"

    def start_by_hand(self, world: World, random: Random) -> str | None:
        if Run.objects.filter(state__in=("waiting", "running", "paused")).count() >= MOST_OPEN_RUNS:
            return None
        definition = actors._pick(random, RunDefinition.objects.all())
        run = start_definition(definition_id=definition.pk, actor="user:ana")
        return f"run {run.pk % 10_000} of {definition.name!r} is started"

    @spared
    def wait_days(self, world: World, random: Random) -> str | None:
        days = random.choice(DAYS_TO_WAIT)
        world.advance(timedelta(days=days))
        return f"{days} days pass"

    # -- what runs by itself -----------------------------------------------------------------------------------------

    def schedule(self, world: World, random: Random) -> str | None:
        """Two schedulers look one after another: the second finds nothing."""
        due = actors._pick(random, RunDefinition.objects.filter(is_submitted=True, next_at__lte=world.now))
        if due is None:
            return None
        started = [start_due(definition_id=due.pk) for _ in range(2)]
        assert started[1] is None, "both schedulers started it"
        return f"schedulers at {due.name!r}: {'a run' if started[0] else 'nothing'}"

    def work_on_run(self, world: World, random: Random) -> str | None:
        """One turn: a stage, or a batch."""
        run = actors._pick(random, Run.objects.filter(state__in=("waiting", "running")))
        if run is None:
            return None
        self._turn_of(run)
        run.refresh_from_db()
        return f"run {run.pk % 10_000} ({run.name}) is at {run.stage}, {run.state}"

    def _turn_of(self, run: Run) -> bool:
        """Whether there is more to do at once."""
        run.refresh_from_db()
        if run.kind == "payments":
            self.before[run.pk] = self._expected(run)
        elif run.kind == REFUNDS:
            self.before[run.pk] = self._refunded(run)
        return worker.work(run.pk, seconds=0)

    def take_back(self, world: World, random: Random) -> str | None:
        batches = [batch for company, batch in due_work.with_batches_to_take_back() if company == current_company_id()]
        if not batches:
            return None
        return f"taken back: {[take_back_batch(batch_id=batch) for batch in batches]}"

    def look_at_the_clock(self, world: World, random: Random) -> str | None:
        open_now = self.open()
        self.books.follow(open_now)
        broken = break_promises()
        self.books.dawn(open_now, self.today)
        return f"{broken} promises are broken"

    def make_retries(self, world: World, random: Random) -> str | None:
        made = make_due()
        return f"{made} retries are due" if made else None

    def listen(self, world: World, random: Random) -> str | None:
        """Interest up to the day of payment: delivered again where whoever listened died."""
        listeners = (*LISTENERS, *OF_RETRIES)
        hears = frozenset[str]().union(*(one.hears for one in listeners))
        events = list(Event.objects.filter(pk__gt=self.heard, type__in=hears).order_by("pk"))
        if not events:
            return None
        for listener in listeners:
            if heard := [event for event in events if event.type in listener.hears]:
                listener.handle(heard)
        self.heard = events[-1].pk
        return f"{len(events)} events are heard"

    def turn(self) -> bool:
        """Everything that waits is carried on: runs that are paused, too. Whether some run has not ended."""
        for run in Run.objects.filter(state="paused"):
            resume_run(run_id=run.pk, actor="user:ana")
            self.paused.discard(run.pk)
        self.take_back(self.world, self.random)
        self.bank.settle_all(self.random)
        self.look_at_the_clock(self.world, self.random)
        self.listen(self.world, self.random)
        self.wrong += self.look()
        for run in Run.objects.filter(state__in=("waiting", "running")).order_by("pk"):
            while self._turn_of(run):
                self.wrong += self.look()
            self.wrong += self.look()
        return bool(Run.objects.filter(state__in=("waiting", "running")).exists())

    # -- what the books say ------------------------------------------------------------------------------------------

    def open(self) -> dict[int, Open]:
        rows = OpenItem.objects.filter(
            account__in=self.world.accounts, is_debit=True, open_minor__gt=0, transaction__classification=C.INVOICE
        )
        return {
            ident: Open(ident, account, minor)
            for ident, account, minor in rows.values_list("transaction_id", "account_id", "open_minor")
        }

    def _any_open(self, random: Random) -> Open | None:
        found = sorted(self.open().items())
        return random.choice(found)[1] if found else None

    def _asked(self) -> list[Asked]:
        claims: dict[int, set[int]] = {}
        for request, kind, ident in Claim.objects.filter(is_open=True).values_list("request_id", "kind", "object_id"):
            claims.setdefault(request, set()).update({ident} if kind == ClaimKind.TRANSACTION else ())
        rows = PaymentRequest.objects.filter(pk__in=claims, type=RequestType.PAYMENT)
        return [
            Asked(
                row.account_id,
                row.amount_minor,
                frozenset(claims[row.pk]),
                is_page(row),
            )
            for row in rows
        ]

    def _withheld(self, on: date) -> dict[tuple[int, int], str]:
        """What runs leave alone of invoices by the way to pay that failed, from the history of their retries."""
        last = {(row.document_kind, row.document_id): row.pk for row in Retry.objects.order_by("pk")}
        found: dict[tuple[int, int], str] = {}
        for row in Retry.objects.order_by("pk"):
            reason = ""
            if row.state == "scheduled":
                reason = "retry_scheduled"
            elif last[(row.document_kind, row.document_id)] != row.pk:
                continue
            elif row.stop_reason in ("promised", "disputed") and row.planned_on and row.planned_on > on:
                reason = "before_retry_day"
            elif row.stop_reason == "exhausted" and row.decline_class != "gateway_error" and not _charged_since(row):
                reason = "retries_exhausted"
            claims = Claim.objects.filter(request=row.failed_request_id, kind=ClaimKind.TRANSACTION) if reason else ()
            for claim in claims:
                key = (claim.object_id, row.preference_id)
                found[key] = min(found.get(key, reason), reason, key=REASONS.index)
        return found

    def _expected(self, run: Run) -> dict[int, Decision]:
        """How a run has to decide now: of all that its criteria name, or of its next batch."""
        everything = self.open()
        self.books.withheld = self._withheld(run.as_of)
        self.books.barred = set(BarredWay.objects.filter(ended_at=None).values_list("preference_id", flat=True))
        if run.stage == "select":
            documents = [one for one in everything.values() if self._is_named(run, self.books.invoices[one.ident])]
        else:
            steps = RunStep.objects.filter(run=run, outcome="open").order_by("position")[:BATCH]
            documents = [everything[step.subject_id] for step in steps if step.subject_id in everything]
        return self.books.decided(
            documents,
            provider=decode(Provider.PREFIX, run.criteria["provider"]),
            everything=everything.values(),
            asked=self._asked(),
            on=run.as_of,
            minimum=run.criteria.get("minimum_minor") or 0,
        )

    def _refunded(self, run: Run) -> dict[int, Decision]:
        """Likewise, of all accounts that are in credit, or of the next batch."""
        rows = OpenItem.objects.filter(open_minor__gt=0, account__in=self.world.accounts)
        owes: dict[int, int] = {}
        credits: list[Credit] = []
        for account, is_debit, minor, on in rows.values_list("account_id", "is_debit", "open_minor", "posted_on"):
            if is_debit:
                owes[account] = owes.get(account, 0) + minor
            else:
                credits.append(Credit(account, minor, on))
        bank = self.bank.provider_id
        refused = PaymentRequest.objects.filter(
            provider=bank, type=RequestType.REFUND, state=RequestState.REJECTED, error_code__in=OF_THE_ACCOUNT
        )
        barred = BarredWay.objects.filter(ended_at=None, failed_request__error_code__in=OF_THE_ACCOUNT)
        self.books.refused = {row["preference_id"] for of in (refused, barred) for row in of.values("preference_id")}
        asked = set(PaymentRequest.objects.filter(state__in=sorted(OPEN)).values_list("account_id", flat=True))
        found = self.books.refunded(credits, owes=owes, asked=asked, bank=bank, on=run.as_of)
        if run.stage == "select":
            return found
        steps = RunStep.objects.filter(run=run, outcome="open").order_by("position")[:BATCH]
        return {step.subject_id: found[step.subject_id] for step in steps if step.subject_id in found}

    @staticmethod
    def _is_named(run: Run, invoice: Invoice) -> bool:
        said = DEFINITIONS.get(run.name, {})
        if invoice.on > run.as_of:
            return False
        if "days_before_due" in said and invoice.due > run.as_of + timedelta(days=said["days_before_due"]):
            return False
        if said.get("only_rejected"):
            return Claim.objects.filter(
                object_id=invoice.ident, request__type=RequestType.PAYMENT, request__state="rejected"
            ).exists()
        return True

    # -- what has to be true -----------------------------------------------------------------------------------------

    def look(self) -> Iterator[str]:
        wrong, self.wrong = [*self.wrong, *self.bank.wrong], []
        self.bank.wrong.clear()
        yield from wrong
        open_now = self.open()
        yield from self._written_off(open_now)
        self.books.follow(open_now)
        everything = list(PaymentRequest.objects.all())
        requests = [row for row in everything if row.type == RequestType.PAYMENT]
        captured = self._captured(everything)
        owed = {}
        for account in self.world.accounts:
            rows = [row for row in everything if row.account_id == account.pk and row.state == RequestState.POSTED]
            signs = [1 if row.type == RequestType.PAYMENT else -1 for row in rows]
            posted = sum(sign * captured.get(row.public_id, 0) for sign, row in zip(signs, rows, strict=True))
            owed[account.pk] = self.books.owed(account.pk, posted)
        yield from self._balances(owed)
        yield from self._promises()
        yield from self._asked_once()
        yield from self._retries()
        yield from self._runs()
        yield from self._leaving(open_now, owed, requests, captured)
        yield from self._paid_back(owed)
        yield from self._reminders()
        self.seen.open = open_now
        self.before.clear()

    def _captured(self, requests: list[PaymentRequest]) -> dict[str, int]:
        """What the gateway captured and the bank carried out, by request."""
        moved = self.bank.moved()
        return {
            one["metadata"].get("subledger_request", ""): one["amount"]
            for one in self.world.control("GET", "moved")
            if one["type"] == "captured"
        } | {row.public_id: moved[row.pk] for row in requests if row.pk in moved}

    def _written_off(self, open_now: dict[int, Open]) -> Iterator[str]:
        """The end of a strict plan: all that was open of a document is written off, and of the late charges for it."""
        ends = DunningRecord.objects.filter(pk__gt=self.seen.records, level__after="write_off", outcome__in=ENDED)
        for row in ends:
            if row.document_id in open_now:
                yield f"invoice {row.document_id % 10_000} is written off, and {open_now[row.document_id]} is open"
            claimed = DunningClaim.objects.filter(document_id=row.document_id, invoice__posted_on__isnull=False)
            for ident in (row.document_id, *claimed.values_list("invoice_id", flat=True)):
                if ident in self.seen.open and ident not in open_now:
                    minor = self.seen.open[ident].minor
                    self.books.written_off[ident] = self.books.written_off.get(ident, 0) + minor

    def _balances(self, owed: dict[int, int]) -> Iterator[str]:
        here = dict.fromkeys(owed, 0)
        items = OpenItem.objects.filter(account__in=owed).values_list("account_id", "is_debit", "open_minor")
        for account, is_debit, minor in items:
            here[account] += minor if is_debit else -minor
        for account, minor in here.items():
            if minor != owed[account]:
                yield f"account {account % 10_000} owes {owed[account]}, and the books say {minor}"

    def _promises(self) -> Iterator[str]:
        if not self.books.promises:
            return
        for ident, state in Promise.objects.values_list("pk", "state"):
            if state != self.books.promises[ident].state:
                yield f"promise {ident % 10_000} is {state}, and has to be {self.books.promises[ident].state}"

    def _asked_once(self) -> Iterator[str]:
        claims = Claim.objects.filter(is_open=True, kind=ClaimKind.TRANSACTION).values_list("object_id", flat=True)
        for ident, times in Counter(claims).items():
            if times > 1:
                yield f"{times} open requests for invoice {ident % 10_000}"

    def _retries(self) -> Iterator[str]:
        """What was tried again since the last look: owed, and not held; one retry a failure, one payment a retry."""
        rows = Retry.objects.exclude(made_request=None).exclude(pk__in=self.seen.retries).select_related("made_request")
        for row in rows:
            self.seen.retries.add(row.pk)
            for ident in row.made_request.order.get("intended_ids") or ():
                if self.books.is_held(ident) and not self.books.collectable(
                    self.seen.open.get(ident, Open(ident, row.account_id, 0)), self.today
                ):
                    yield f"invoice {ident % 10_000} is tried again while it is promised or disputed"

    def _runs(self) -> Iterator[str]:
        """What a run selected and recorded, beside what it had to decide."""
        if not self.before:
            return
        is_doubtful = bool(all_doubts())
        for step in RunStep.objects.filter(run__in=self.before).exclude(pk__in=self.seen.done):
            is_new = step.pk not in self.seen.steps
            self.seen.steps.add(step.pk)
            is_done = step.outcome not in ("open", "cancelled")
            if not is_new and not is_done:
                continue
            if is_done or step.outcome == "cancelled":
                self.seen.done.add(step.pk)
            expected = self.before.get(step.run_id, {}).get(step.subject_id)
            name = f"run {step.run_id % 10_000}: {step.prefix} {(step.subject_id or 0) % 10_000}"
            if is_doubtful or step.outcome == "cancelled":
                continue
            if step.prefix == Account.PREFIX and not is_new:
                if said := self._refunded_wrongly(step, expected):
                    yield f"{name} {said}"
                continue
            if is_new:
                wanted = ("open" if expected and not expected.reason else "not_taken", expected)
                if expected is None or (step.outcome, step.reason, step.amount_minor) != (
                    wanted[0], expected.reason, expected.minor,
                ):  # fmt: skip
                    yield f"{name} is selected as {step.outcome} {step.reason} {step.amount_minor}, not as {expected}"
            elif step.outcome == "succeeded" and (
                expected is None or expected.reason or expected.minor != step.amount_minor
            ):
                yield f"{name} is asked for over {step.amount_minor}, and has to be {expected}"
            elif step.outcome == "skipped":
                reason = "settled" if expected is None else expected.reason or "amount_changed"
                changed = expected is not None and expected.minor != step.amount_minor
                if step.reason != reason or (reason == "amount_changed" and not changed):
                    yield f"{name} is skipped as {step.reason}, and has to be {expected}"
            elif step.outcome == "failed":
                yield f"{name} failed: {step.reason} {step.detail}"
        for run_id, expected in self.before.items():
            steps = RunStep.objects.filter(run=run_id).values_list("subject_id", flat=True)
            if steps and not is_doubtful and expected.keys() - set(steps):
                yield f"run {run_id % 10_000} left out {sorted(expected.keys() - set(steps))}"

    @staticmethod
    def _refunded_wrongly(step: RunStep, expected: Decision | None) -> str:
        """Of credit that was selected, the amount goes back as it was if it is there still, and nothing else does."""
        minor = step.amount_minor or 0
        reason = "credit_used" if expected is None or (not expected.reason and expected.minor < minor) else ""
        reason = reason or (expected.reason if expected else "")
        outcome = "skipped" if reason else "succeeded"
        if (step.outcome, step.reason) == (outcome, reason):
            return ""
        return f"is {step.outcome} {step.reason} over {minor}, and has to be {outcome} {reason}: {expected}"

    def _paid_back(self, owed: dict[int, int]) -> Iterator[str]:
        """Transfers back that the bank began since the last look: of credit that was there, and of no account twice."""
        under_way = PaymentRequest.objects.filter(
            provider=self.bank.provider_id, type=RequestType.REFUND, state=RequestState.UNDER_PROCESSING
        )
        by_account: dict[int, list[PaymentRequest]] = {}
        for row in under_way:
            by_account.setdefault(row.account_id, []).append(row)
        for account, rows in by_account.items():
            minor = sum(row.amount_minor for row in rows)
            is_new = any(row.pk not in self.seen.begun for row in rows)
            if is_new and minor > max(-owed[account], 0):
                yield f"account {account % 10_000} is paid back {minor}, and its credit is {-owed[account]}"
            if is_new and any(row.batch.payment_run.run_id in self.paused for row in rows if row.batch_id):
                yield f"account {account % 10_000} is paid back, and its run is paused or cancelled"
            self.seen.begun.update(row.pk for row in rows)

    def _leaving(
        self, open_now: dict[int, Open], owed: dict[int, int], requests: list[PaymentRequest], captured: dict[str, int]
    ) -> Iterator[str]:
        """What was sent to the gateway since the last look: owed, and neither held nor withdrawn."""
        attempts = list(Attempt.objects.filter(pk__gt=self.seen.attempts).values_list("pk", "request_id"))
        self.seen.attempts = max([self.seen.attempts, *(ident for ident, _ in attempts)])
        sent = {request for _, request in attempts}
        begun = [row for row in requests if row.provider_id == self.bank.provider_id and row.state in LEAVING]
        left = [row for row in requests if row.pk in sent]
        left += [row for row in begun if row.pk not in self.seen.begun]
        self.seen.begun.update(row.pk for row in begun)
        for account in {row.account_id for row in left}:
            under_way = [
                row
                for row in requests
                if row.account_id == account
                and (
                    row.state in LEAVING
                    or (row.state == RequestState.REQUIRES_ACTION and row.preference_id)
                    or (
                        row.public_id in captured
                        and row.state != RequestState.POSTED
                        and row.pk not in self.bank.returned
                    )
                )
            ]
            asked = sum(row.amount_minor for row in under_way)
            if asked > max(owed[account], 0):
                yield f"account {account % 10_000} owes {owed[account]}, and is charged {asked}"
        for row in left:
            if row.batch_id is None:
                continue
            run = row.batch.payment_run.run_id
            if run in self.paused:
                yield f"{row.public_id} left, and its run is paused or cancelled"
            for ident in row.order["intended_ids"]:
                may = self.books.collectable(open_now[ident], self.today) if ident in open_now else 0
                if row.state in LEAVING and may < row.amount_minor:
                    yield f"{row.public_id} over {row.amount_minor} left, and of {ident % 10_000} {may} may"

    def _reminders(self) -> Iterator[str]:
        """What was reached since the last look: due, owed, not held, and told in one message an account and run."""
        new = list(DunningRecord.objects.filter(pk__gt=self.seen.records).order_by("pk"))
        if not new:
            return
        self.seen.records = new[-1].pk
        for row in new:
            invoice = self.books.invoices[row.document_id]
            name = f"invoice {row.document_id % 10_000}, {row.level_name}:"
            if self.books.is_held(row.document_id):
                yield f"{name} reminded of while it is promised or disputed"
            if invoice.is_late_charge:
                yield f"{name} a late charge is reminded of"
            if row.document_id not in self.seen.open:
                yield f"{name} reminded of, and nothing is open"
            elif row.open_minor != self.seen.open[row.document_id].minor:
                yield f"{name} {row.open_minor} is said to be open, not {self.seen.open[row.document_id].minor}"
            if invoice.due + timedelta(days=row.days) > row.recorded_on:
                yield f"{name} reached on {row.recorded_on}, due on {invoice.due}"
        yield from self._told()

    def _told(self) -> Iterator[str]:
        yield from told_wrongly()
        rows = list(DunningRecord.objects.order_by("pk"))
        told: dict[int, int] = {}
        for row in rows:
            if (row.outcome == "sent") != (row.message_id is not None):
                yield f"invoice {row.document_id % 10_000}: {row.outcome}, message {row.message_id}"
            if row.level_number >= told.get(row.document_id, 0) or row.outcome == "overtaken":
                told[row.document_id] = max(row.level_number, told.get(row.document_id, 0))
            else:
                yield f"invoice {row.document_id % 10_000}: level {row.level_number} after {told[row.document_id]}"

    def faults(self) -> Iterator[str]:
        """At rest: every run came to its end, asked for what it says, and nothing is left to remind of."""
        for run in Run.objects.all():
            if run.state not in ("completed", "cancelled"):
                yield f"run {run.pk % 10_000} ({run.name}) is {run.state}: {run.error}"
            if run.kind not in ("payments", REFUNDS):
                continue
            said = Counter(run.steps.filter(outcome="succeeded").values_list("subject_id", "amount_minor"))
            made = Counter(
                (row.account_id if run.kind == REFUNDS else row.order["intended_ids"][0], row.amount_minor)
                for row in PaymentRequest.objects.filter(batch__payment_run__run=run)
            )
            if said != made:
                yield f"run {run.pk % 10_000} says that it asked for {sorted(said)}, and requests are {sorted(made)}"
        yield from self._nobody_is_left_out()
        for row in PaymentRequest.objects.filter(provider=self.bank.provider_id, state__in=sorted(OPEN)):
            yield f"{row.public_id} ({row.type}) is still {row.state} at the bank"
        yield from super().faults()

    def _nobody_is_left_out(self) -> Iterator[str]:
        """A last run of this day reminds of everything that is due; whoever comes after it finds nothing."""
        definition = RunDefinition.objects.get(kind="dunning")
        for times in range(2):
            run = start_definition(definition_id=definition.pk, actor="user:ana")
            worker.work(run.pk)
            if times and DunningRecord.objects.filter(run_id=run.pk).exists():
                yield "a second run of the day reminds again"
            yield from self.look()
        reached: dict[int, int] = {}
        for row in DunningRecord.objects.all():
            reached[row.document_id] = max(row.level_number, reached.get(row.document_id, 0))
        for ident in self.open():
            invoice = self.books.invoices[ident]
            if invoice.is_late_charge or self.books.is_held(ident) or invoice.was_held or _was_under_way(ident):
                continue
            levels = LEVELS if invoice.account == self.world.accounts[0].pk else STRICT
            over = [n for n, _, days, *_ in levels if invoice.due + timedelta(days=days) <= self.today]
            level = max(over, default=0)
            if reached.get(ident, 0) != level:
                yield f"invoice {ident % 10_000}, due on {invoice.due}: level {reached.get(ident, 0)}, not {level}"
        if DunningLevel.objects.filter(is_active=True).count() != len(LEVELS) + len(STRICT):
            yield "the plans are others"
