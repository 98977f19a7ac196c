"""A company whose bank transfers and direct debits are executed by somebody outside, by short verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.factories import Ledger

from subledger.accounts.models import AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.companies.entries import save_entry
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import bank_files, execution, providers, results, submission
from subledger.gateways.services.reports import Element, ReportAnswer
from subledger.gateways.states import ProviderState
from subledger.platform.models import Event
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction, TransactionType
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.states import Classification as C

IBAN = "DE89370400440532013000"
DETAILS = {
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "mandate_reference": "M-2026-0001",
    "mandate_signed_on": "2026-01-15",
    "account_holder": "Änne Groß & Söhne",
}
CREDITOR = {"name": "Seller AG", "iban": "FR1420041010050500013M02606", "creditor_id": "DE98ZZZ09999999999"}


@dataclass
class Office:
    ledger: Ledger
    provider: Provider
    method: PaymentMethod
    refund_method: RefundMethod
    cancellation_type: TransactionType
    preference: PaymentPreference

    @classmethod
    def opened(cls, ledger: Ledger, **fields: Any) -> Office:
        def entry(model: Any, code: str, name: str, **more: Any) -> Any:
            return save_entry(model=model, ident=None, values={"code": code, "name": name, **more}, actor="test")

        code = fields.pop("code", "bank")
        bank = PaymentMethod.objects.get(code="bank_transfer").ledger_account
        method = entry(PaymentMethod, f"{code}-debit", "Direct debit", ledger_account=bank)
        refund_method = entry(RefundMethod, f"{code}-transfer", "Transfer back", ledger_account=bank)
        cancelling = entry(TransactionType, f"{code}-back", "Pay back", classification=C.PAYMENT_CANCELLATION)
        TransactionType.objects.get(classification=C.PAYMENT, is_default=True).payment_methods.add(method)
        TransactionType.objects.get(classification=C.REFUND, is_default=True).refund_methods.add(refund_method)
        preference = entry(PaymentPreference, f"{code}-mandate", "Direct debit mandate")
        values = {
            "kind": "generic",
            "code": code,
            "name": code.capitalize(),
            "payment_methods": [method],
            "refund_methods": [refund_method],
            "cancellation_types": [cancelling],
            "preferences": [preference],
            "payment_method": method,
            "refund_method": refund_method,
            "creditor": CREDITOR,
            **fields,
        }
        provider = providers.save_provider(ident=None, values=values, actor="test")
        provider = providers.set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="test")
        return cls(ledger, provider, method, refund_method, cancelling, preference)

    # -- asking ----------------------------------------------------------------------------------------------------

    def signs(self, account: Any = None, **details: str) -> Any:
        """A preference of the account's, with a mandate. Other ``details`` are as rows hold them from before details
        were checked when they are entered."""
        row = set_payment_preference(
            account_id=(account or self.ledger.account).pk,
            preference=self.preference,
            details=dict(DETAILS),
            is_default=False,
            actor="test",
        )
        if details:
            row.details = {**DETAILS, **details}
            row.save(update_fields=["details"])
        return row

    def pay(self, amount: Any, **fields: Any) -> PaymentRequest:
        """A payment by the account's own mandate, signed on first need, unless another way to pay is named; for no
        invoice, it is one in advance unless ``confirm_in_advance`` says otherwise."""
        self._has_a_way(fields)
        fields.setdefault("confirm_in_advance", True)
        new = self.ledger.new(C.PAYMENT, amount, payment_method_id=self.method.pk, **fields)
        return self._asked(Post(new=new))

    def _has_a_way(self, fields: dict[str, Any]) -> None:
        account = fields.get("account") or self.ledger.account
        mine = AccountPaymentPreference.objects.filter(account=account, preference=self.preference)
        if "payment_preference_id" not in fields and not mine.exists():
            self.signs(account)

    def refund(self, amount: Any, **fields: Any) -> PaymentRequest:
        self._has_a_way(fields)
        new = self.ledger.new(C.REFUND, amount, refund_method_id=self.refund_method.pk, **fields)
        return self._asked(Post(new=new))

    def cancel(self, payment_id: int) -> PaymentRequest:
        return self._asked(Cancel(target_id=payment_id, amount=ALL, type_id=self.cancellation_type.pk))

    def _asked(self, order: Any) -> PaymentRequest:
        [answer] = submission.post(orders=[order], actor="user:ana")
        assert isinstance(answer, submission.Requested), answer
        return self.row(answer.request_id)

    # -- reporting -------------------------------------------------------------------------------------------------

    def process(self, *elements: Element) -> list[ReportAnswer]:
        return execution.process(elements=elements, actor="key:bank")

    def post(self, *elements: Element) -> list[ReportAnswer]:
        return execution.post(elements=elements, actor="key:bank")

    def reject(self, *elements: Element) -> list[ReportAnswer]:
        return execution.reject(elements=elements, actor="key:bank")

    def export(self, file_format: str, **options: Any) -> bank_files.Export:
        return bank_files.export_requests(
            provider_id=self.provider.pk, file_format=file_format, actor="user:ana", **options
        )

    def take(self, content: str | bytes, name: str = "results", **options: Any) -> results.ResultsReport:
        if isinstance(content, str):
            content = content.encode()
        return results.import_results(
            provider_id=self.provider.pk, content=content, name=name, actor="user:ana", **options
        )

    # -- what stands -----------------------------------------------------------------------------------------------

    def row(self, ident: int) -> PaymentRequest:
        return PaymentRequest.objects.select_related("provider").get(pk=ident)

    def state(self, row: PaymentRequest) -> str:
        return str(self.row(row.pk).state)

    def transaction(self, row: PaymentRequest) -> Transaction:
        return Transaction.objects.get(pk=self.row(row.pk).transaction_id)


def said(row: PaymentRequest, *, id: str = "", **fields: Any) -> Element:
    """An element on a request, with what every verb needs."""
    fields = {"reference": f"REF-{row.pk}", "error_code": "AM04", **fields}
    return Element(request_unique_identifier=id or f"mine-{row.pk}", request=row.public_id, **fields)


def code_of(answer: ReportAnswer) -> str | None:
    return answer.error.code if answer.error else None


def footprint() -> tuple[int, list[Any]]:
    """What must be the same when nothing changed."""
    rows = PaymentRequest.objects.order_by("pk").values_list("pk", "state", "reference", "error_code")
    return Event.objects.count(), list(rows)
