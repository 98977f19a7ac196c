"""A company with a provider of the toy kind, a registered card, and short verbs for what tests do."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection
from tests.factories import Ledger, company_at_work
from tests.gateways.toy import BANKS, TOY, Bank
from tests.shared import Whole, share, whole_of

from subledger.accounts.models import Account, PaymentPreference
from subledger.companies.entries import save_entry
from subledger.gateways import registry
from subledger.gateways.models import Instrument, PaymentRequest, Provider
from subledger.gateways.port import InstrumentSeen
from subledger.gateways.services import providers, submission, worker
from subledger.gateways.services.instruments import keep_customer, keep_instrument
from subledger.gateways.states import ProviderState
from subledger.journal.models import LedgerAccount
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.states import Classification as C


@pytest.fixture(autouse=True)
def _toy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(monkeypatch)


def install_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if its package were installed (test_contract.py installs it for real)."""
    known = {**registry.kinds(), TOY.name: TOY}
    monkeypatch.setattr(registry, "kinds", lambda: known)


@dataclass
class Desk:
    """One company's books with a gateway, by short verbs; amounts in minor units."""

    ledger: Ledger
    provider: Provider
    method: PaymentMethod
    refund_method: RefundMethod
    cancellation_type: TransactionType
    card: Instrument

    @property
    def bank(self) -> Bank:
        return BANKS.setdefault(self.provider.public_id, Bank())

    def new(self, amount: int, *, to: Sequence[Any] = (), **fields: Any) -> NewTransaction:
        return NewTransaction(
            classification=C.PAYMENT,
            account_id=fields.pop("account_id", self.ledger.account.pk),
            amount_minor=amount,
            payment_method_id=self.method.pk,
            intended_ids=tuple(one.id for one in to),
            confirm_in_advance=fields.pop("confirm_in_advance", True),
            **fields,
        )

    def ask(self, amount: int, *, to: Sequence[Any] = (), **fields: Any) -> submission.Requested:
        [answer] = submission.post(orders=[Post(new=self.new(amount, to=to, **fields))], actor="user:ana")
        assert isinstance(answer, submission.Requested)
        return answer

    def pay(self, amount: int, *, to: Sequence[Any] = (), **fields: Any) -> PaymentRequest:
        answer = self.ask(amount, to=to, **fields)
        return self.work(answer.request_id)

    def work(self, *request_ids: int) -> PaymentRequest:
        worker.work_off(self.provider.pk, request_ids=request_ids or None)
        return self.row(request_ids[0]) if request_ids else None  # type: ignore[return-value]

    def refund(self, amount: int, payment_id: int, *, account_id: int = 0) -> submission.Requested:
        new = NewTransaction(
            classification=C.REFUND,
            account_id=account_id or self.ledger.account.pk,
            refund_method_id=self.refund_method.pk,
            amount_minor=amount,
        )
        return submission.refund_payment(payment_id=payment_id, amount=amount, new=new, actor="user:ana")

    def cancel(self, payment_id: int, type_id: int | None = None) -> Any:
        order = Cancel(target_id=payment_id, amount=ALL, type_id=type_id or self.cancellation_type.pk)
        return submission.post(orders=[order], actor="user:ana")[0]

    def row(self, ident: int) -> PaymentRequest:
        row: PaymentRequest = PaymentRequest.objects.select_related("provider").get(pk=ident)
        return row

    def transaction(self, ident: int | None) -> Transaction:
        return Transaction.objects.get(pk=ident)

    def register(self, account: Account, token: str, **fields: Any) -> Instrument:
        seen = InstrumentSeen(account.public_id, token, "card", f"cus-{token}", "visa", "4242", 12, 2030, "DE", "fp")
        keep_customer(self.provider, account.pk, f"cus-{token}")
        instrument = keep_instrument(provider=self.provider, seen=seen, actor="test")
        assert instrument is not None
        return instrument


def make_desk(ledger: Ledger, **fields: Any) -> Desk:
    """A provider with everything it needs, and a card of the ledger's account."""
    clearing = LedgerAccount.objects.filter(kind="asset").order_by("code").first()
    fees = LedgerAccount.objects.filter(kind="expense").order_by("code").first()
    method = save_entry(
        model=PaymentMethod,
        ident=None,
        values={"code": "online-card", "name": "Online card", "ledger_account": clearing},
        actor="test",
    )
    refund_method = save_entry(
        model=RefundMethod,
        ident=None,
        values={"code": "online-refund", "name": "To the card", "ledger_account": clearing},
        actor="test",
    )
    cancelling = save_entry(
        model=TransactionType,
        ident=None,
        values={"code": "gateway-refund", "name": "Gateway refund", "classification": C.PAYMENT_CANCELLATION},
        actor="test",
    )
    TransactionType.objects.get(classification=C.PAYMENT, is_default=True).payment_methods.add(method)
    TransactionType.objects.get(classification=C.REFUND, is_default=True).refund_methods.add(refund_method)
    preference = PaymentPreference.objects.get(code="card")
    values = {
        "kind": "toy",
        "code": "toy",
        "name": "Toy bank",
        "payment_methods": [method],
        "refund_methods": [refund_method],
        "cancellation_types": [cancelling],
        "preferences": [preference],
        "payment_method": method,
        "refund_method": refund_method,
        "fee_account": fees,
        "test_key": "toy-secret-key",
        "webhook_secrets": ["toy-webhook-secret"],
        **fields,
    }
    provider = providers.save_provider(ident=None, values=values, actor="test")
    provider = providers.set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="test")
    desk = Desk(ledger, provider, method, refund_method, cancelling, None)  # type: ignore[arg-type]
    desk.card = desk.register(ledger.account, f"card-{provider.pk}")
    return desk


@pytest.fixture(scope="module")
def full_desk(module_db: None) -> Whole:
    with pytest.MonkeyPatch.context() as patches, company_at_work() as company:
        install_toy(patches)
        found = make_desk(Ledger())
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return Whole(company, found.ledger, found)


@pytest.fixture
def desk(request: pytest.FixtureRequest, ledger: Ledger) -> Desk:
    whole = whole_of(request)
    if whole is None:
        return make_desk(ledger)
    found = copy.deepcopy(whole.made)
    BANKS.pop(found.provider.public_id, None)
    return replace(found, ledger=ledger)  # type: ignore[no-any-return]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, desk, "full_desk")
