"""Refunds of credit balances by short verbs: a definition, its runs, what the bank is sent and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.factories import Ledger
from tests.gateways.generic.office import Office

from subledger.accounts.models import Account
from subledger.gateways.models import PaymentRequest
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.segments.models import Segment
from subledger.segments.services import create_segment

KIND = "refund-credit-balances"


@dataclass
class CreditBank:
    ledger: Ledger
    office: Office

    def segment(self, name: str = "In credit", **criteria: Any) -> Segment:
        return create_segment(name=name, about="accounts", criteria=criteria or {"standing": "in_credit"}, actor="test")

    def account(self, name: str, credit: Any = None, *, signs: bool = True, **fields: Any) -> Account:
        """An account with free credit, and bank details unless it has none."""
        account = self.ledger.open(name, **fields)
        if signs:
            self.office.signs(account)
        if credit is not None:
            self.ledger.payment(credit, account=account)
        return account

    def definition(self, name: str = "Credit back", **criteria: Any) -> RunDefinition:
        said = {"provider": self.office.provider.public_id, **criteria}
        made = create_definition(kind=KIND, name=name, criteria=said, schedule={}, actor="user:ana")
        return activate_definition(definition_id=made.pk, actor="user:ana")

    def start(self, definition: RunDefinition) -> Run:
        return start_definition(definition_id=definition.pk, actor="user:ana")

    def run(self, definition: RunDefinition) -> Run:
        run = self.start(definition)
        worker.work(run.pk)
        run.refresh_from_db()
        assert run.state in ("completed", "completed_with_errors"), run.error
        return run

    def came_to(self, run: Run) -> dict[str, tuple[str, str, int | None]]:
        """Of each account by name: outcome, reason and amount."""
        names = dict(Account.objects.values_list("pk", "name"))
        return {names[s.subject_id]: (s.outcome, s.reason, s.amount_minor) for s in run.steps.all()}

    def request_of(self, account: Account) -> PaymentRequest:
        return PaymentRequest.objects.filter(account=account).latest("pk")
