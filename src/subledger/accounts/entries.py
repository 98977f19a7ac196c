"""What guards the account definition and the preferences when they are configured."""

from __future__ import annotations

from subledger.companies.entries import Default, Kept, Words

from .models import AccountDefinition, PaymentPreference, PresentmentPreference

KEPT = (
    Kept(
        model=AccountDefinition,
        words={
            "account_definition_one_active": Words(
                "One account definition is in force at a time. Put this one in force instead of changing it.",
                field="is_active",
            )
        },
    ),
    Kept(model=PaymentPreference, default=Default()),
    Kept(model=PresentmentPreference, default=Default()),
)
