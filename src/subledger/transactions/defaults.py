"""What every company's transactions begin with: methods, types, reasons, the definition and posting rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.catalog.services import NewProduct, create_products
from subledger.journal.models import LedgerAccount
from subledger.kernel.sentences import said, say
from subledger.kernel.words import plain
from subledger.platform.rooms import RuleSeed
from subledger.platform.scope import current_company_id

from .models import (
    CreditReason,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from .ready_words import ready_names
from .rules.posting import AccountRole, Component
from .states import Classification

PAYMENT_METHODS = [
    ("cash", say("Cash"), "1000"),
    ("bank_transfer", say("Bank transfer"), "1010"),
    ("cheque", say("Cheque"), "1010"),
    ("card", say("Card"), "1020"),
]
REFUND_METHODS = [
    ("bank_transfer", say("Bank transfer"), "1010"),
    ("cash", say("Cash"), "1000"),
    ("card", say("Back to the card"), "1020"),
]
# The codes are Stripe's, and what it gives without a reason is the last of them.
CREDIT_REASONS = [
    ("duplicate", say("Duplicate")),
    ("fraudulent", say("Fraudulent")),
    ("order_change", say("Order change")),
    ("product_unsatisfactory", say("Product unsatisfactory")),
    ("other", say("Other")),
]
REASONS = [("mistake", say("Entered by mistake")), ("duplicate", say("Duplicate")), ("withdrawn", say("Withdrawn"))]


def give_rules(seeds: Sequence[RuleSeed]) -> None:
    """Posting rules of the company in scope; ledger accounts by their codes."""
    ledger = _ledger()
    PostingRule.objects.bulk_create(
        PostingRule(
            company_id=current_company_id(),
            classification=seed.classification,
            role=AccountRole(seed.role),
            component=Component(seed.component),
            debit=ledger[seed.debit] if seed.debit else None,
            credit=ledger[seed.credit] if seed.credit else None,
        )
        for seed in seeds
    )


def _ledger() -> dict[str, LedgerAccount]:
    return {row.code: row for row in LedgerAccount.objects.all()}


def _methods(model: type[PaymentMethod] | type[RefundMethod], entries: list[tuple[str, str, str]]) -> list[Any]:
    ledger = _ledger()
    return model.objects.bulk_create(
        model(
            company_id=current_company_id(),
            code=code,
            name=said(name),
            ledger_account=ledger[account],
            **ready_names(name),
        )
        for code, name, account in entries
    )


def _types(actor: str) -> None:
    """A default type of each classification, and the methods of payments and refunds."""
    payment_methods = _methods(PaymentMethod, PAYMENT_METHODS)
    refund_methods = _methods(RefundMethod, REFUND_METHODS)
    for classification in Classification:
        type = TransactionType(
            company_id=current_company_id(),
            code=classification,
            name=said(plain(classification).capitalize()),
            classification=classification,
            is_default=True,
        )
        if classification is Classification.PAYMENT:
            type.default_payment_method = payment_methods[1]
        if classification is Classification.REFUND:
            type.default_refund_method = refund_methods[0]
        type.save(force_insert=True)
        if classification is Classification.PAYMENT:
            type.payment_methods.set(payment_methods)
        if classification is Classification.REFUND:
            type.refund_methods.set(refund_methods)


def _reasons(actor: str) -> None:
    Reason.objects.bulk_create(
        Reason(company_id=current_company_id(), code=code, name=said(name)) for code, name in REASONS
    )


def _credit_reasons(actor: str) -> None:
    CreditReason.objects.bulk_create(
        CreditReason(company_id=current_company_id(), code=code, name=said(name), **ready_names(name))
        for code, name in CREDIT_REASONS
    )


def _definition(actor: str) -> None:
    name = say("Write-off")
    new: NewProduct = {"code": "write-off", "name": said(name)}
    new.update(ready_names(name))  # type: ignore[typeddict-item]
    [product] = create_products(new=[new], actor=actor)
    ledger = _ledger()
    TransactionDefinition.objects.create(
        company_id=current_company_id(),
        write_off_product=product,
        receivable=ledger["1200"],
        suspense=ledger["2100"],
        exchange_gain=ledger["4900"],
        exchange_loss=ledger["5900"],
    )


DEFAULTS = {
    "transaction types and methods": _types,
    "reasons": _reasons,
    "reasons of credit notes": _credit_reasons,
    "transaction definition": _definition,
}
