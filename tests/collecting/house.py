"""Payment runs by short verbs: definitions of either provider, run here and now, and what became of each document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import Ledger
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import Bank

from subledger.accounts.models import Account, AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.companies.entries import save_entry
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import providers
from subledger.gateways.states import ProviderState
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.transactions.models import PaymentMethod, TransactionType
from subledger.transactions.rules.orders import Posted
from subledger.transactions.states import Classification as C


@dataclass
class House:
    desk: Desk
    generic: Provider

    @property
    def ledger(self) -> Ledger:
        return self.desk.ledger

    @property
    def bank(self) -> Bank:
        return self.desk.bank

    def customer(self, name: str = "Ann", *, card: bool = True, **fields: Any) -> Account:
        """Another customer, with a card of the gateway's."""
        account = self.ledger.open(name, **fields)
        if card:
            self.desk.register(account, f"card-{account.pk}")
        return account

    def debtor(self, name: str = "Dan", *, is_recurring: bool = True) -> Account:
        """A customer who pays by direct debit."""
        account = self.ledger.open(name)
        self.mandate(account, is_recurring=is_recurring)
        return account

    def mandate(self, account: Account, *, is_recurring: bool = True, is_default: bool = False) -> Any:
        return set_payment_preference(
            account_id=account.pk,
            preference=PaymentPreference.objects.get(code="direct_debit"),
            details={"iban": "DE89370400440532013000", "mandate_reference": "M1", "mandate_signed_on": "2026-01-01"},
            is_default=is_default,
            is_recurring=is_recurring,
            actor="test",
        )

    def definition(
        self, name: str = "Month", *, provider: Provider | None = None, active: bool = True, **criteria: Any
    ) -> RunDefinition:
        said = {"provider": (provider or self.desk.provider).public_id, **criteria}
        made = create_definition(kind="payments", name=name, criteria=said, schedule={}, actor="test")
        return activate_definition(definition_id=made.pk, actor="test") if active else made

    def started(self, name: str = "Month", *, as_of: date | None = None, **said: Any) -> Run:
        return start_definition(definition_id=self.definition(name, **said).pk, as_of=as_of, actor="test")

    def run(self, name: str = "Month", **said: Any) -> Run:
        """A run whose requests are recorded, and none of them carried out."""
        run = self.started(name, **said)
        worker.work(run.pk)
        return self.now(run)

    def again(self, run: Run) -> Run:
        assert run.definition is not None
        again = start_definition(definition_id=run.definition.pk, actor="test")
        worker.work(again.pk)
        return self.now(again)

    def now(self, run: Run) -> Run:
        run.refresh_from_db()
        return run

    def charge(self, run: Run) -> Run:
        """Have the gateway's worker carry out what waits, and the run see that."""
        self.desk.work()
        worker.work(run.pk)
        return self.now(run)

    @staticmethod
    def outcome(run: Run, posted: Posted) -> tuple[Any, ...] | None:
        """What became of a document: (outcome, amount) or (outcome, reason); None where it was no candidate."""
        step = run.steps.filter(subject_id=posted.id).first()
        if step is None:
            return None
        return (step.outcome, step.reason or step.amount_minor)

    @staticmethod
    def requests(run: Run) -> list[PaymentRequest]:
        return list(PaymentRequest.objects.filter(batch__payment_run__run=run).order_by("pk"))

    def request_for(self, posted: Posted) -> PaymentRequest:
        row: PaymentRequest = PaymentRequest.objects.filter(
            claims__object_id=posted.id, claims__kind="transaction"
        ).latest("pk")
        return row


def make_house(ledger: Ledger) -> House:
    desk = make_desk(ledger)
    debits = save_entry(
        model=PaymentMethod,
        ident=None,
        values={"code": "debit", "name": "Debit", "ledger_account": desk.method.ledger_account},
        actor="test",
    )
    TransactionType.objects.get(classification=C.PAYMENT, is_default=True).payment_methods.add(debits)
    generic = providers.save_provider(
        ident=None,
        values={
            "kind": "generic",
            "code": "debits",
            "name": "Direct debits",
            "payment_methods": [debits],
            "preferences": [PaymentPreference.objects.get(code="direct_debit")],
        },
        actor="test",
    )
    generic = providers.set_state(provider_id=generic.pk, state=ProviderState.EFFECTIVE, actor="test")
    return House(desk, generic)


def way_of(account: Account) -> AccountPaymentPreference:
    way: AccountPaymentPreference = account.payment_preferences.order_by("pk").first()
    return way
