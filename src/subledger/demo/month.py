"""A month of collections, day by day: what runs ask for, what the bank answers, what customers say and pay.

What is seen of it: payment runs every Monday by direct debit, one of which bounces and is collected by the next; a
promise that is kept and one that is broken; a dispute that ends with a credit note; money that was paid twice and goes
back; and the reminders in between, which `reminders` sends on the same days.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.services import create_customers, open_accounts
from subledger.companies.entries import save_entry
from subledger.desk.models import CollectionContact
from subledger.desk.services import NewContact, assign_collector, follow_up_done, record_contact
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import execution
from subledger.gateways.services.bank_files import export_requests
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.reports import Element
from subledger.gateways.states import ProviderState, RequestState, RequestType
from subledger.platform.events import add_note
from subledger.promises.models import InvoiceDispute
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, break_promises, make_promise
from subledger.runs.models import RunDefinition
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition, submit_schedule
from subledger.runs.services.worker import work
from subledger.segments.services import create_segment
from subledger.transactions.models import PaymentMethod, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C

__all__ = ["Month"]

OF_MONTH = {"month": "april"}
OUR_IBAN, THEIR_IBAN = "IT60X0542811101000000123456", "DE89370400440532013000"  # examples of registers
NO_MONEY = "AM04"  # how banks call it
# Code, name, amount in minor units, due day.
CUSTOMERS = (
    ("10-1", "Zita Zorzi", 90_00, date(2026, 4, 24)),
    ("10-2", "Yuri Vitale", 120_00, date(2026, 4, 25)),
    ("10-3", "Xenia Sala", 200_00, date(2026, 4, 20)),
    ("10-4", "Walter Weiss", 260_00, date(2026, 4, 21)),
    ("10-5", "Viola Verdi", 150_00, date(2026, 4, 22)),
    ("10-6", "Ulla Unger", 80_00, date(2026, 4, 23)),
)
BY_DEBIT = ("10-1", "10-2")


def _day(month: int, day: int) -> date:
    return date(2026, month, day)


class Month:
    """Customers with an invoice each, and what is done about them: `on` plays one day."""

    def __init__(self, *, collector: str, actor: str) -> None:
        self.actor, self.collector = actor, collector
        self.today = _day(4, 15)
        self.debits, self.bank = self._debits(), Provider.objects.get(code="bank")
        self.accounts = self._customers()
        self.collects, self.refunds = self._definitions()
        self.deeds: dict[date, list[Callable[[], object]]] = {
            _day(4, 24): [lambda: self.says("10-3", "Wants to pay in two parts.", _day(4, 27))],
            _day(4, 27): [self.runs, lambda: self.promises("10-3", (_day(5, 4), 100_00), (_day(5, 11), 100_00))],
            _day(4, 28): [self.bank_answers, lambda: self.promises("10-4", (_day(5, 1), 260_00))],
            _day(4, 29): [lambda: self.objects("10-5", "Half of the hours were never worked.", _day(5, 6))],
            _day(5, 4): [self.runs, lambda: self.pays("10-3", 100_00)],
            _day(5, 5): [self.bank_answers, lambda: self.says("10-4", "Broken: call him.", _day(5, 6))],
            _day(5, 6): [lambda: self.done("10-4", "Nobody answered."), lambda: self.agrees("10-5", 50_00)],
            _day(5, 7): [lambda: self.pays("10-6", 80_00)],
            _day(5, 8): [lambda: self.pays("10-6", 80_00)],
            _day(5, 11): [lambda: self.pays("10-3", 100_00)],
            _day(5, 12): [lambda: self.pays("10-5", 100_00), self.refunds_credit],
            _day(5, 13): [self.bank_answers],
        }  # fmt: skip

    def on(self, day: date) -> None:
        """What happens on a day, and what the clock does by itself."""
        self.today = day
        break_promises()
        for deed in self.deeds.get(day, ()):
            deed()

    def ends(self) -> None:
        told = {
            "10-1": "Collected by the Monday run of 27 April: the bank paid on the next day.",
            "10-2": "The debit of 27 April came back for want of money; the run of 4 May collected it.",
            "10-3": "She promised two parts on 27 April and paid both on their days: the promise is kept.",
            "10-4": "He promised all of it for 1 May and paid nothing: broken on 4 May, reminded again since.",
            "10-5": "She objected to half; 50.00 were credited, and she paid the rest.",
            "10-6": "She paid twice: the second payment went back to her by bank transfer.",
        }
        for code, text in told.items():
            add_note(object_type="account", object_id=self.accounts[code].pk, text=text, actor=self.actor)

    # -- what people and banks do

    def runs(self) -> None:
        work(start_definition(definition_id=self.collects.pk, as_of=self.today, actor=self.actor).pk)

    def refunds_credit(self) -> None:
        work(start_definition(definition_id=self.refunds.pk, as_of=self.today, actor=self.actor).pk)

    def bank_answers(self) -> None:
        """The bank was sent what waits, and answers: the first debit of one customer comes back."""
        for provider in (self.debits, self.bank):
            export_requests(provider_id=provider.pk, file_format="csv", mark=True, actor=self.actor)
        ours = PaymentRequest.objects.filter(account__in=self.accounts.values())
        waiting = list(ours.filter(state=RequestState.UNDER_PROCESSING))
        first = self.accounts["10-2"]
        bounced = [
            row for row in waiting
            if row.account_id == first.pk and row.type == RequestType.PAYMENT
            and not PaymentRequest.objects.filter(account=first, state=RequestState.REJECTED).exists()
        ]  # fmt: skip
        paid = [row for row in waiting if row not in bounced]
        if paid:
            elements = [self._element(row, reference=f"BANK-{row.number[-5:]}") for row in paid]
            execution.post(elements=elements, actor=self.actor)
        if bounced:
            elements = [self._element(row, error_code=NO_MONEY) for row in bounced]
            execution.reject(elements=elements, actor=self.actor)

    def _element(self, row: PaymentRequest, *, reference: str = "", error_code: str = "") -> Element:
        return Element(row.number, row.public_id, reference=reference, error_code=error_code)

    def says(self, code: str, text: str, follow_up_on: date) -> None:
        new = NewContact(account_id=self.accounts[code].pk, kind="call", text=text, follow_up_on=follow_up_on)
        record_contact(new=new, actor=self.actor)

    def done(self, code: str, note: str) -> None:
        row = CollectionContact.objects.get(account=self.accounts[code], done_at=None)
        follow_up_done(contact_id=row.pk, note=note, actor=self.actor)

    def promises(self, code: str, *parts: tuple[date, int]) -> None:
        for row in CollectionContact.objects.filter(account=self.accounts[code], done_at=None):
            follow_up_done(contact_id=row.pk, note="Promised.", actor=self.actor)
        instalments = [Instalment(day, minor) for day, minor in parts]
        new = NewPromise(document_id=self.invoice(code).pk, instalments=instalments, note="Agreed by phone.")
        make_promise(new=new, actor=self.actor)

    def objects(self, code: str, reason: str, follow_up_on: date) -> None:
        open_dispute(document_id=self.invoice(code).pk, reason=reason, follow_up_on=follow_up_on, actor=self.actor)

    def agrees(self, code: str, minor: int) -> None:
        """A part of it is credited, and the dispute closed."""
        row = InvoiceDispute.objects.get(account=self.accounts[code])
        close_dispute(dispute_id=row.pk, outcome="partly_accepted", resolution="50.00 are credited.", actor=self.actor)
        item = NewItem(unit_amount=Decimal(minor), description="Hours that were not worked")
        self.post(C.CREDIT_NOTE, code, items=(item,), intended_ids=(self.invoice(code).pk,))

    def pays(self, code: str, minor: int) -> None:
        self.post(C.PAYMENT, code, amount_minor=minor)

    def post(self, classification: C, code: str, **fields: Any) -> None:
        new = NewTransaction(
            classification=classification, account_id=self.accounts[code].pk, posted_on=self.today, **fields
        )
        actions.post_new(new=[new], actor=self.actor)

    def invoice(self, code: str) -> Transaction:
        row: Transaction = Transaction.objects.filter(account=self.accounts[code], classification=C.INVOICE).earliest(
            "pk"
        )
        return row

    # -- what is there to begin with

    def _debits(self) -> Provider:
        ledger_account = PaymentMethod.objects.get(code="bank_transfer").ledger_account
        values = {"code": "bank_debit", "name": "Direct debit by bank file", "ledger_account": ledger_account}
        method = save_entry(model=PaymentMethod, ident=None, values=values, actor=self.actor)
        usual = TransactionType.objects.get(classification=C.PAYMENT, is_default=True)
        methods = [*usual.payment_methods.all(), method]
        save_entry(model=TransactionType, ident=usual.pk, values={"payment_methods": methods}, actor=self.actor)
        values = {
            "kind": "generic",
            "code": "debits",
            "name": "Direct debits",
            "payment_methods": [method],
            "payment_method": method,
            "preferences": [PaymentPreference.objects.get(code="direct_debit")],
            "creditor": {"name": "Scenario stories", "iban": OUR_IBAN, "creditor_id": "IT66ZZZA1B2C3D4E5F6G7H8"},
        }
        provider = save_provider(ident=None, values=values, actor=self.actor)
        return set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor=self.actor)

    def _customers(self) -> dict[str, Account]:
        customers = create_customers(
            new=[
                {"name": name, "code": code, "email": f"{name.lower().replace(' ', '.')}@example.com",
                 "phone": f"+39 045 555 {100 + place}", "city": "Verona", "country": "IT"}
                for place, (code, name, _, _) in enumerate(CUSTOMERS)
            ],
            actor=self.actor,
        )  # fmt: skip
        opened = open_accounts(
            new=[{"customer": one, "code": one.code, "metadata": OF_MONTH} for one in customers], actor=self.actor
        )
        accounts = {account.code: account for account in opened}
        actions.post_new(
            new=[
                NewTransaction(
                    classification=C.INVOICE,
                    account_id=accounts[code].pk,
                    items=(NewItem(unit_amount=Decimal(minor), description="Services"),),
                    posted_on=due_on - timedelta(days=10),
                    due_on=due_on,
                    accept_due_date=True,
                )
                for code, _, minor, due_on in CUSTOMERS
            ],
            actor=self.actor,
        )
        debit, transfer = (PaymentPreference.objects.get(code=code) for code in ("direct_debit", "bank_transfer"))
        for code in BY_DEBIT:
            details = {"iban": THEIR_IBAN, "mandate_reference": f"M-{code}", "mandate_signed_on": "2026-01-15"}
            set_payment_preference(
                account_id=accounts[code].pk, preference=debit, details=details, is_default=True, actor=self.actor
            )
        set_payment_preference(
            account_id=accounts["10-6"].pk, preference=transfer, details={"iban": THEIR_IBAN}, is_default=True,
            actor=self.actor,
        )  # fmt: skip
        if self.collector:
            for code in ("10-3", "10-4", "10-5"):
                assign_collector(account_id=accounts[code].pk, collector=self.collector, actor=self.actor)
        return accounts

    def _definitions(self) -> tuple[RunDefinition, RunDefinition]:
        criteria = {"metadata": OF_MONTH}
        segment, credit = (
            create_segment(name=name, about="accounts", criteria={**criteria, **more}, actor=self.actor)
            for name, more in (("The month's customers", {}), ("Paid twice", {"standing": "in_credit"}))
        )
        found = []
        for kind, name, said, cron in (
            ("payments", "Direct debits on Mondays", {"provider": self.debits.public_id, "segment": segment.public_id},
             "0 6 * * 1"),
            ("refund-credit-balances", "Refund of what was paid twice",
             {"provider": self.bank.public_id, "segment": credit.public_id, "currency": "eur", "minimum_minor": 1_00},
             "0 7 12 * *"),
        ):  # fmt: skip
            made = create_definition(
                kind=kind, name=name, criteria=said, schedule={"every": "cron", "cron": cron}, actor=self.actor
            )
            activate_definition(definition_id=made.pk, actor=self.actor)
            submit_schedule(definition_id=made.pk, actor=self.actor)
            found.append(made)
        return found[0], found[1]
