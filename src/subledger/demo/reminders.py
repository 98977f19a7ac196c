"""A month of reminding, day by day by the clock: who is told what when, who pays what in between, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from subledger.accounts.models import Account
from subledger.accounts.services import create_customers, open_accounts
from subledger.companies.entries import save_entry
from subledger.dunning.models import DunningClaim, DunningLevel, DunningPlan, DunningRate
from subledger.dunning.services.claims import draft_interest
from subledger.platform import clock
from subledger.platform.events import add_note
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.runs.services.worker import work
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

from .month import Month

FIRST, LAST = date(2026, 4, 15), date(2026, 5, 19)
# Code, name, e-mail, language, amount in minor units, due day.
CUSTOMERS = (
    ("9-1", "Sara Sanna", "sara.sanna@example.com", "it", 100_00, date(2026, 4, 20)),
    ("9-2", "Tobias Thaler", "tobias.thaler@example.com", "de", 480_00, date(2026, 4, 15)),
    ("9-3", "Ugo Urso", "", "", 75_00, date(2026, 4, 18)),  # nobody can write to him
    ("9-4", "Vera Villa", "vera.villa@example.com", "it", 1_000_00, date(2026, 4, 5)),
)


def play_reminders(*, collector: str = "", actor: str) -> None:
    """Play the month into the company in scope: the standard plan with interest, and a fee for the second reminder. Of
    its other customers some are ``collector``'s, who is one of the company's people."""
    plan = DunningPlan.objects.get(is_default=True)
    rate = DunningRate.objects.get(plan=plan, from_on=None)
    save_entry(model=DunningRate, ident=rate.pk, values={"percent": Decimal(9)}, actor=actor)
    second = DunningLevel.objects.get(plan=plan, number=3)
    save_entry(model=DunningLevel, ident=second.pk, values={"fee": Decimal(5_00), "currency": "eur"}, actor=actor)
    accounts = _customers(actor)
    with clock.frozen(datetime.combine(FIRST, time(6), UTC)):
        month = Month(collector=collector, actor=actor)
    definition = create_definition(
        kind="dunning", name="Daily dunning", criteria={}, schedule={"every": "cron", "cron": "0 6 * * *"}, actor=actor
    )
    activate_definition(definition_id=definition.pk, actor=actor)
    paid = {date(2026, 5, 5): (accounts[0], 60_00), date(2026, 5, 12): (accounts[1], 480_00)}
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        with clock.frozen(datetime.combine(day, time(6), UTC)):
            work(start_definition(definition_id=definition.pk, as_of=day, actor=actor).pk)
            month.on(day)
            if day in paid:
                _pay(*paid[day], day, actor)
            if day == date(2026, 5, 6):
                _claim_fees(accounts[0], actor)
    month.ends()
    told = {
        0: "Reminded on 23 April and, with a fee of 5.00, on 4 May; she has paid 60.00 since. The fee was claimed.",
        1: "Paid after the second reminder: interest up to that day is a draft, to be claimed or waived.",
        2: "He has no e-mail address: his reminders wait to be printed.",
        3: "Overdue longest: the final reminder went on 5 May, the end of dunning comes after 45 days.",
    }
    for place, text in told.items():
        add_note(object_type="account", object_id=accounts[place].pk, text=text, actor=actor)


def _customers(actor: str) -> Sequence[Account]:
    customers = create_customers(
        new=[
            {"name": name, "code": code, "email": email, "language": language, "phone": f"+39 0471 555 {100 + place}",
             "city": "Bolzano", "country": "IT"}
            for place, (code, name, email, language, _, _) in enumerate(CUSTOMERS)
        ],
        actor=actor,
    )  # fmt: skip
    accounts = open_accounts(new=[{"customer": one, "code": one.code} for one in customers], actor=actor)
    invoices = [
        NewTransaction(
            classification=C.INVOICE,
            account_id=account.pk,
            items=(NewItem(unit_amount=Decimal(minor), description="Services"),),
            posted_on=due_on - timedelta(days=30),
            due_on=due_on,
            accept_due_date=True,
        )
        for account, (*_, minor, due_on) in zip(accounts, CUSTOMERS, strict=True)
    ]
    actions.post_new(new=invoices, actor=actor)
    return accounts


def _pay(account: Account, minor: int, day: date, actor: str) -> None:
    payment = NewTransaction(classification=C.PAYMENT, account_id=account.pk, amount_minor=minor, posted_on=day)
    actions.post_new(new=[payment], actor=actor)
    # A listener does that where a worker runs; the demo is played before the first one starts.
    invoices = Transaction.objects.filter(account=account, classification=C.INVOICE, state=TransactionState.POSTED)
    draft_interest(document_ids=list(invoices.values_list("pk", flat=True)), up_to=None, actor=actor)


def _claim_fees(account: Account, actor: str) -> None:
    fees = DunningClaim.objects.filter(account=account, kind="late_fee")
    actions.post_drafts(drafts=[Post(draft_id=fee.invoice_id) for fee in fees], actor=actor)
