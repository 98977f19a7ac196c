"""Credit that goes back once a month through the bank: a segment, a run by schedule, and what the bank answers."""

from __future__ import annotations

from collections.abc import Mapping

from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.companies.entries import save_entry
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import execution
from subledger.gateways.services.bank_files import export_requests
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.reports import Element
from subledger.gateways.states import ProviderState
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition, submit_schedule
from subledger.runs.services.worker import work
from subledger.segments.services import create_segment
from subledger.transactions.models import RefundMethod, TransactionType
from subledger.transactions.states import Classification

__all__ = ["ANNAS_IBAN", "BRUNOS_IBAN", "refund_credit"]

# The examples of two countries' registers; nobody has them.
OUR_IBAN, ANNAS_IBAN, BRUNOS_IBAN = (
    "IT60X0542811101000000123456", "DE89370400440532013000", "FR1420041010050500013M02606",
)  # fmt: skip
SEGMENTS = (
    ("Credit balances", "Customers to whom money is due", "accounts", {"standing": "in_credit"}),
    ("Late by a month", "Invoices that are thirty days late or more", "transactions",
     {"classifications": ["invoice"], "overdue_days_from": 30}),
)  # fmt: skip


def refund_credit(*, paid_to: Mapping[Account, str], refused: Account, actor: str) -> None:
    """Refund the credit of some accounts through a bank, which pays all but one of them."""
    transfer = RefundMethod.objects.get(code="bank_transfer")
    values = {"code": "bank_file", "name": "Transfer by bank file", "ledger_account": transfer.ledger_account}
    method = save_entry(model=RefundMethod, ident=None, values=values, actor=actor)
    usual = TransactionType.objects.get(classification=Classification.REFUND, is_default=True)
    methods = [*usual.refund_methods.all(), method]
    save_entry(model=TransactionType, ident=usual.pk, values={"refund_methods": methods}, actor=actor)
    way = PaymentPreference.objects.get(code="bank_transfer")
    values = {
        "kind": "generic",
        "code": "bank",
        "name": "House bank",
        "refund_methods": [method],
        "refund_method": method,
        "preferences": [way],
        "creditor": {"name": "Scenario stories", "iban": OUR_IBAN},
    }
    bank = save_provider(ident=None, values=values, actor=actor)
    bank = set_state(provider_id=bank.pk, state=ProviderState.EFFECTIVE, actor=actor)
    for account, iban in paid_to.items():
        set_payment_preference(
            account_id=account.pk, preference=way, details={"iban": iban}, is_default=True, actor=actor
        )
    credit, _ = [
        create_segment(name=name, description=says, about=about, criteria=criteria, actor=actor)
        for name, says, about, criteria in SEGMENTS
    ]
    definition = create_definition(
        kind="refund-credit-balances",
        name="Monthly refund of credit",
        criteria={"provider": bank.public_id, "segment": credit.public_id, "currency": "eur", "minimum_minor": 1_00},
        schedule={"every": "cron", "cron": "0 7 1 * *"},
        actor=actor,
    )
    activate_definition(definition_id=definition.pk, actor=actor)
    submit_schedule(definition_id=definition.pk, actor=actor)
    work(start_definition(definition_id=definition.pk, actor=actor).pk)
    export_requests(provider_id=bank.pk, file_format="pain.001", mark=True, actor=actor)
    asked = PaymentRequest.objects.filter(provider=bank)
    paid = [
        Element(request_unique_identifier=row.number, request=row.public_id, reference=f"BANK-{row.number[-5:]}")
        for row in asked.exclude(account=refused)
    ]
    closed = [
        Element(request_unique_identifier=row.number, request=row.public_id, error_code="AC04")
        for row in asked.filter(account=refused)
    ]
    execution.post(elements=paid, actor=actor)
    execution.reject(elements=closed, actor=actor)
