"""What every company's accounts begin with; all of it can be changed."""

from __future__ import annotations

from subledger.companies.models import Company
from subledger.kernel.sentences import said, say
from subledger.platform.scope import current_company_id

from .models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from .services import open_system_account
from .states import SystemRole

CLASSIFICATIONS = {"standard": say("Standard"), "business": say("Business"), "residential": say("Residential")}
RATINGS = {"a": "A", "b": "B", "c": "C"}
PAYMENT_PREFERENCES = {
    "bank_transfer": say("Bank transfer"),
    "direct_debit": say("Direct debit"),
    "cash": say("Cash"),
    "card": say("Card"),
}
PRESENTMENT_PREFERENCES = {"email": say("E-mail"), "print": say("Print and post")}


def _definition(actor: str) -> None:
    AccountDefinition.objects.create(
        company_id=current_company_id(), code="standard", name=said(say("Standard")), is_active=True
    )


def _classifications(actor: str) -> None:
    AccountClassification.objects.bulk_create(
        AccountClassification(company_id=current_company_id(), code=code, name=said(name))
        for code, name in CLASSIFICATIONS.items()
    )


def _ratings(actor: str) -> None:
    CreditRating.objects.bulk_create(
        CreditRating(company_id=current_company_id(), code=code, name=said(name)) for code, name in RATINGS.items()
    )


def _preferences(actor: str) -> None:
    PaymentPreference.objects.bulk_create(
        PaymentPreference(
            company_id=current_company_id(), code=code, name=said(name), is_default=code == "bank_transfer"
        )
        for code, name in PAYMENT_PREFERENCES.items()
    )
    PresentmentPreference.objects.bulk_create(
        PresentmentPreference(company_id=current_company_id(), code=code, name=said(name), is_default=code == "email")
        for code, name in PRESENTMENT_PREFERENCES.items()
    )


def _system_accounts(actor: str) -> None:
    currency = Company.objects.values_list("base_currency", flat=True).get(pk=current_company_id())
    for role in SystemRole:
        open_system_account(role=role, currency=currency, actor=actor)


DEFAULTS = {
    "account definition": _definition,
    "account classifications": _classifications,
    "credit ratings": _ratings,
    "payment and delivery methods of accounts": _preferences,
    "suspense and write-off accounts": _system_accounts,
}
