"""The files that accounts can be imported from."""

from __future__ import annotations

from typing import Any

from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.options import Choices
from subledger.import_kit.rules.fields import Fields
from subledger.kernel.sentences import say

from .accounts import Accounts
from .choices import AccountChoices
from .contact_persons import ContactPersons
from .customers import ADDRESS, Customers

IMPORTS: list[ImportKind[Any]] = [
    ImportKind(
        name="customers",
        title=say("Customers"),
        fields=Fields(
            ("customer",),
            ("name", "email", "phone", "tax_number", *ADDRESS, "language"),
            identity="customer",
            metadata=True,
        ),
        needed=("customers.edit",),
        importer=Customers,
        choices=Choices,
    ),
    ImportKind(
        name="contact-persons",
        title=say("Contact persons"),
        fields=Fields(
            ("customer", "name"),
            ("role", "email", "phone", "language", "receives"),
            identity="customer",
        ),
        needed=("customers.edit",),
        importer=ContactPersons,
        choices=Choices,
        is_row_a_thing=True,
    ),
    ImportKind(
        name="accounts",
        title=say("Accounts"),
        fields=Fields(
            ("account",),
            (
                *("customer", "name", "currency", "classification", "parent"),
                *("credit_limit", "credit_period_days", "opening_balance", "opening_on"),
            ),
            identity="account",
            money=frozenset({"credit_limit", "opening_balance"}),
            also_called={
                "credit_period": ("credit_period_days",),
                "proximity_days": ("credit_period_days",),
                "days": ("credit_period_days",),
                "posted_on": ("opening_on",),
                "due_on": ("opening_on",),
                "amount": ("opening_balance",),
                "base": ("currency",),
                "quote": ("currency",),
            },
            about={"exchange_rate_missing": "currency"},
        ),
        needed=("accounts.edit",),
        importer=Accounts,
        choices=AccountChoices,
    ),
]
