"""A company that can be worked with from the first minute: every default, all of it changeable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.transaction import atomic

from subledger.accounts.models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.catalog.errors import TaxRateInvalid
from subledger.catalog.services import create_products, create_tax_rate
from subledger.companies.models import Company
from subledger.companies.services import create_company
from subledger.journal.models import LedgerAccount
from subledger.platform.numbering import create_series
from subledger.platform.scope import company_scope
from subledger.transactions.models import (
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

CHART = [
    ("1000", "Cash", "asset"),
    ("1010", "Bank", "asset"),
    ("1020", "Card and gateway clearing", "asset"),
    ("1200", "Accounts receivable", "asset"),
    ("2100", "Unidentified receipts (suspense)", "liability"),
    ("2200", "Tax payable", "liability"),
    ("4000", "Revenue", "income"),
    ("4100", "Discounts granted", "income"),
    ("4900", "Realised exchange gains", "income"),
    ("5100", "Bad debt", "expense"),
    ("5200", "Payment gateway fees", "expense"),
    ("5900", "Realised exchange losses", "expense"),
    ("9100", "Written-off receivables", "memorandum"),
    ("9110", "Written-off receivables, contra", "memorandum"),
]

# (classification, account role) -> component: (debit, credit); None is the method's ledger account.
RULES: dict[tuple[str, str], dict[str, tuple[str | None, str | None]]] = {
    ("invoice", "customer"): {"net": ("1200", "4000"), "discount": ("4100", "1200"), "tax": ("1200", "2200")},
    ("credit_note", "customer"): {
        "net": ("4000", "1200"),
        "discount": ("1200", "4100"),
        "tax": ("2200", "1200"),
    },
    ("payment", "customer"): {"total": (None, "1200")},
    ("refund", "customer"): {"total": ("1200", None)},
    ("write_off", "customer"): {"net": ("5100", "1200"), "tax": ("2200", "1200")},
    ("payment", "suspense"): {"total": (None, "2100")},
    ("refund", "suspense"): {"total": ("2100", None)},
    ("invoice", "write_off"): {"total": ("9100", "9110")},
}

SERIES = {
    "customer": ("CUS", 8),
    "account": ("ACR", 10),
    "invoice": ("INV", 8),
    "credit_note": ("CRN", 8),
    "payment": ("PAY", 8),
    "refund": ("RFD", 8),
    "write_off": ("WOF", 8),
    "invoice_cancellation": ("ICN", 8),
    "payment_cancellation": ("PCN", 8),
    "mirror_invoice": ("MIR", 8),
}

METHODS = [
    ("cash", "Cash", "1000"),
    ("bank_transfer", "Bank transfer", "1010"),
    ("cheque", "Cheque", "1010"),
    ("card", "Card", "1020"),
]
REFUND_METHODS = [
    ("bank_transfer", "Bank transfer", "1010"),
    ("cash", "Cash", "1000"),
    ("card", "Back to the card", "1020"),
]


class Tax(NamedTuple):
    """A tax rate that a new company begins with."""

    code: str
    name: str
    percent: Decimal


def tax_written(text: str) -> Tax:
    """A tax rate as it is written in a command: "22", or "Reduced rate=10".

    Raises:
        TaxRateInvalid: there is no percentage of 0 to 100 in it.
    """
    name, _, percent = text.rpartition("=")
    try:
        number = Decimal(percent.strip().removesuffix("%"))
    except InvalidOperation:
        raise TaxRateInvalid(
            f'{text!r} is not a tax rate. Write its percentage, or its name too: "Reduced rate=10".'
        ) from None
    title = name.strip() or f"Tax {number.normalize():f} %"
    code = re.sub(r"[^a-z0-9]+", "-", (name.strip() or f"tax {number.normalize():f}").lower()).strip("-")
    return Tax(code or f"tax-{number.normalize():f}", title, number)


NO_TAX = Tax("zero", "No tax", Decimal(0))


@atomic
def set_up_company(
    *,
    code: str,
    name: str,
    base_currency: str,
    time_zone: str = "UTC",
    country: str = "",
    taxes: Sequence[Tax] = (),
    actor: str,
) -> Company:
    """A company with roles, definition, types, methods, reasons, chart, posting rules and number series.

    Its tax rates are those of ``taxes``, and one of nothing: no country's are assumed.
    """
    company = create_company(
        code=code, name=name, base_currency=base_currency, time_zone=time_zone, country=country, actor=actor
    )
    with company_scope(company.pk):
        for series, (prefix, digits) in SERIES.items():
            create_series(code=series, prefix=prefix, digits=digits)
        _accounts(company)
        ledger = _journal(company)
        for tax in (NO_TAX, *taxes):
            create_tax_rate(code=tax.code, name=tax.name, percent=tax.percent, actor=actor)
        _transactions(company, ledger, actor)
        for role in SystemRole:
            open_system_account(role=role, currency=company.base_currency, actor=actor)
    return company


def _accounts(company: Company) -> None:
    AccountDefinition.objects.create(company=company, code="standard", name="Standard", is_active=True)
    for model, entries in (
        (
            AccountClassification,
            [("standard", "Standard"), ("business", "Business"), ("residential", "Residential")],
        ),
        (CreditRating, [("a", "A"), ("b", "B"), ("c", "C")]),
    ):
        model.objects.bulk_create(model(company=company, code=entry, name=title) for entry, title in entries)
    PaymentPreference.objects.bulk_create(
        PaymentPreference(company=company, code=entry, name=title, is_default=entry == "bank_transfer")
        for entry, title in [
            ("bank_transfer", "Bank transfer"),
            ("direct_debit", "Direct debit"),
            ("cash", "Cash"),
            ("card", "Card"),
        ]
    )
    PresentmentPreference.objects.bulk_create(
        PresentmentPreference(company=company, code=entry, name=title, is_default=entry == "email")
        for entry, title in [("email", "E-mail"), ("print", "Print and post")]
    )


def _journal(company: Company) -> dict[str, LedgerAccount]:
    rows = LedgerAccount.objects.bulk_create(
        LedgerAccount(company=company, code=code, name=name, kind=kind) for code, name, kind in CHART
    )
    return {row.code: row for row in rows}


def _transactions(company: Company, ledger: dict[str, LedgerAccount], actor: str) -> None:
    def methods(model: type[PaymentMethod] | type[RefundMethod], entries: list[tuple[str, str, str]]) -> list[Any]:
        return model.objects.bulk_create(
            model(company=company, code=code, name=name, ledger_account=ledger[account])
            for code, name, account in entries
        )

    payment_methods, refund_methods = methods(PaymentMethod, METHODS), methods(RefundMethod, REFUND_METHODS)
    for classification in Classification:
        title = classification.replace("_", " ").capitalize()
        kind = TransactionType(
            company=company, code=classification, name=title, classification=classification, is_default=True
        )
        if classification is Classification.PAYMENT:
            kind.default_payment_method = payment_methods[1]
        if classification is Classification.REFUND:
            kind.default_refund_method = refund_methods[0]
        kind.save(force_insert=True)
        if classification is Classification.PAYMENT:
            kind.payment_methods.set(payment_methods)
        if classification is Classification.REFUND:
            kind.refund_methods.set(refund_methods)
    TransactionType.objects.create(
        company=company,
        code="paid_back",
        name="Paid back through the gateway",
        classification=Classification.PAYMENT_CANCELLATION,
    )
    Reason.objects.bulk_create(
        Reason(company=company, code=code, name=name)
        for code, name in [
            ("mistake", "Entered by mistake"),
            ("duplicate", "Duplicate"),
            ("withdrawn", "Withdrawn"),
        ]
    )
    [product] = create_products(new=[{"code": "write-off", "name": "Write-off"}], actor=actor)
    TransactionDefinition.objects.create(
        company=company,
        write_off_product=product,
        receivable=ledger["1200"],
        suspense=ledger["2100"],
        exchange_gain=ledger["4900"],
        exchange_loss=ledger["5900"],
    )
    PostingRule.objects.bulk_create(
        PostingRule(
            company=company,
            classification=classification,
            role=AccountRole(role),
            component=Component(component),
            debit=ledger[debit] if debit else None,
            credit=ledger[credit] if credit else None,
        )
        for (classification, role), components in RULES.items()
        for component, (debit, credit) in components.items()
    )
