"""What guards the account definition and the preferences when they are configured."""

from __future__ import annotations

from subledger.companies.entries import defaults, words

from .models import PaymentPreference, PresentmentPreference


def register() -> None:
    words(
        "account_definition_one_active",
        "One account definition is in force at a time. Put this one in force instead of changing it.",
        field="is_active",
    )
    for model in (PaymentPreference, PresentmentPreference):
        defaults(model)
