"""Something in every room that has a list: some hundred accounts of which each has been dunned, promised, disputed or
collected from, filled by the services as people and the clock would.

It is done before the large books are posted: a dunning run takes all that is open.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench import books
from subledger.accounts import services
from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.companies.entries import save_entry
from subledger.desk.services import NewContact, record_contact
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import execution
from subledger.gateways.services.bank_files import export_requests
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.reports import Element
from subledger.gateways.states import ProviderState, RequestState
from subledger.imports.services import import_file
from subledger.platform import clock
from subledger.platform.listeners import hear_events
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.retries.models import RetryPlan
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.runs.services.worker import work
from subledger.segments.services import create_segment
from subledger.transactions.models import PaymentMethod, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services import actions, drafts
from subledger.transactions.states import Classification

MARK = {"room": "collected"}  # of the accounts of which something is to be seen
DUE = (60, 33, 12)  # days ago; an invoice of each account for each
SEGMENTS, FILES = 60, 60
OUR_IBAN, THEIR_IBAN = "IT60X0542811101000000123456", "DE89370400440532013000"  # examples of registers
NO_MONEY = "AM04"  # how banks call it


def fill(count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is done, by its name, in this order; ``count`` accounts take part, each in one way or another."""
    rooms = _Rooms(count)
    yield "accounts that are collected from, and their invoices", rooms.invoices
    yield "direct debits, some of which come back", rooms.debits
    yield "promises, disputes and contacts", rooms.people
    yield "a dunning run", rooms.dunning
    yield "drafts, segments and imports", rooms.rest
    yield "what listeners do about it", hear_events


class _Rooms:
    def __init__(self, count: int) -> None:
        self.count, self.today = max(count, 60), clock.today("UTC")
        self.accounts: Sequence[Account] = ()

    def invoices(self) -> None:
        hear_events()  # listeners hear what comes from now on
        customers = services.create_customers(
            new=[{"name": f"Debtor {n:04}", "email": f"d{n}@example.com"} for n in range(self.count)],
            actor=books.ACTOR,
        )
        self.accounts = services.open_accounts(
            new=[{"customer": customer, "metadata": MARK} for customer in customers], actor=books.ACTOR
        )
        new = [self._invoice(account, self.today - timedelta(days=days)) for account in self.accounts for days in DUE]
        actions.post_new(new=new, actor=books.ACTOR)

    def debits(self) -> None:
        """A third of the accounts pay by debit: a run asks, some come back and are tried again, some wait still."""
        provider = _debits()
        preference = PaymentPreference.objects.get(code="direct_debit")
        for account in self.accounts[::3]:
            details = {
                "iban": THEIR_IBAN,
                "mandate_reference": f"M-{account.pk}",
                "mandate_signed_on": "2026-01-15",
            }
            set_payment_preference(
                account_id=account.pk, preference=preference, details=details, is_default=True, actor=books.ACTOR
            )
        segment = create_segment(
            name="Collected from", about="accounts", criteria={"metadata": MARK}, actor=books.ACTOR
        )
        _carry_out("payments", {"provider": provider.public_id, "segment": segment.public_id}, self.today)
        export_requests(provider_id=provider.pk, file_format="csv", mark=True, actor=books.ACTOR)
        asked = list(PaymentRequest.objects.filter(state=RequestState.UNDER_PROCESSING).order_by("pk"))
        paid = [_element(row, reference=f"BANK-{row.pk}") for row in asked[::3]]
        bounced = [_element(row, error_code=NO_MONEY) for row in asked[1::3]]
        execution.post(elements=paid, actor=books.ACTOR)
        execution.reject(elements=bounced, actor=books.ACTOR)

    def people(self) -> None:
        """Of the others one promises and one objects, in turns; both were called."""
        first = _invoices_of(self.accounts, due_on=self.today - timedelta(days=DUE[0]))
        for n, account in enumerate(self.accounts):
            if n % 3 == 1:
                parts = (Instalment(self.today + timedelta(days=7 + n % 20), None),)
                make_promise(new=NewPromise(document_id=first[account.pk], instalments=parts), actor=books.ACTOR)
            if n % 3 == 2:
                open_dispute(document_id=first[account.pk], reason="The hours were never worked.", actor=books.ACTOR)
            if n % 3:
                follow_up_on = self.today + timedelta(days=n % 9)
                said = NewContact(account_id=account.pk, kind="call", text="Called.", follow_up_on=follow_up_on)
                record_contact(new=said, actor=books.ACTOR)

    def dunning(self) -> None:
        _carry_out("dunning", {}, self.today)

    def rest(self) -> None:
        new = [self._invoice(account, self.today + timedelta(days=14)) for account in self.accounts]
        drafts.save_drafts(new=[replace(one, posted_on=None) for one in new], actor=books.ACTOR)
        for days in range(1, SEGMENTS + 1):
            criteria = {"classifications": ["invoice"], "overdue_days_from": days}
            create_segment(name=f"Late by {days} days", about="transactions", criteria=criteria, actor=books.ACTOR)
        for n in range(FILES):
            file = io.BytesIO(f"customer,name\nim-{n},Imported {n}\n".encode())
            import_file("customers", file, name=f"customers-{n}.csv", actor=books.ACTOR)

    def _invoice(self, account: Account, due_on: date) -> NewTransaction:
        return NewTransaction(
            classification=Classification.INVOICE,
            account_id=account.pk,
            items=(NewItem(unit_amount=Decimal(75_00), description="Services"),),
            posted_on=min(due_on - timedelta(days=14), self.today),
            due_on=due_on,
            accept_due_date=True,
            confirm_posted_on=True,
        )


def _debits() -> Provider:
    """A gateway of which the bank gets files, and whose failures are tried again by the standard plan."""
    ledger_account = PaymentMethod.objects.get(code="bank_transfer").ledger_account
    values: dict[str, Any] = {"code": "bank_debit", "name": "Direct debit", "ledger_account": ledger_account}
    method = save_entry(model=PaymentMethod, ident=None, values=values, actor=books.ACTOR)
    usual = TransactionType.objects.get(classification=Classification.PAYMENT, is_default=True)
    methods = [*usual.payment_methods.all(), method]
    save_entry(model=TransactionType, ident=usual.pk, values={"payment_methods": methods}, actor=books.ACTOR)
    values = {
        "kind": "generic", "code": "debits", "name": "Direct debits", "payment_methods": [method],
        "payment_method": method, "preferences": [PaymentPreference.objects.get(code="direct_debit")],
        "creditor": {"name": "Bench", "iban": OUR_IBAN, "creditor_id": "IT66ZZZA1B2C3D4E5F6G7H8"},
    }  # fmt: skip
    made = save_provider(ident=None, values=values, actor=books.ACTOR)
    provider = set_state(provider_id=made.pk, state=ProviderState.EFFECTIVE, actor=books.ACTOR)
    plan = RetryPlan.objects.get(code="standard")
    save_entry(model=RetryPlan, ident=plan.pk, values={"providers": [provider]}, actor=books.ACTOR)
    return provider


def _carry_out(kind: str, criteria: dict[str, Any], as_of: date) -> None:
    made = create_definition(kind=kind, name=f"Bench: {kind}", criteria=criteria, schedule={}, actor=books.ACTOR)
    activate_definition(definition_id=made.pk, actor=books.ACTOR)
    run = start_definition(definition_id=made.pk, as_of=as_of, actor=books.ACTOR)
    work(run.pk)
    run.refresh_from_db()
    if run.state != "completed":
        raise RuntimeError(f"The run {kind} ended as {run.state}: {run.error}")


def _element(row: PaymentRequest, *, reference: str = "", error_code: str = "") -> Element:
    return Element(row.number, row.public_id, reference=reference, error_code=error_code)


def _invoices_of(accounts: Sequence[Account], *, due_on: date) -> dict[int, int]:
    rows = Transaction.objects.filter(account__in=accounts, classification=Classification.INVOICE, due_on=due_on)
    return dict(rows.values_list("account_id", "pk"))
