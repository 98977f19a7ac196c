"""What accounts keep under Configuration: payment terms, labels, ways to pay and to be written to."""

from __future__ import annotations

from subledger.accounts.models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.pages.definitions import activation_of
from subledger.accounts.rules import CreditRuleKind, Operator
from subledger.accounts.states import Principle
from subledger.page_kit.columns import WordColumn, YesColumn
from subledger.page_kit.kinds import IN_USE, NAMED, PLAIN, Kind, active, words

ACCOUNTS = (
    Kind(
        "account-definitions",
        "Payment terms",
        "set of payment terms",
        AccountDefinition,
        "When invoices are due, and how payments are applied. One set is in force at a time.",
        (
            "name",
            "code",
            "description",
            "allocation_principle",
            "credit_rule",
            "days",
            "nth",
            "months",
            "proximity_days",
            "proximity_operator",
            "is_multi_currency",
        ),
        (
            *NAMED,
            WordColumn("allocation_principle", "Payments are applied"),
            WordColumn("credit_rule", "Due"),
            YesColumn("is_active", "In force", lead=True),
        ),
        at_first={"is_active": False},
        actions=activation_of,
        choices={
            "allocation_principle": [
                (Principle.AGAINST_ITEM_FIFO, "As chosen, then oldest first"),
                (Principle.FIFO, "Oldest first"),
            ],
            "credit_rule": [
                (CreditRuleKind.DAYS, "Net days"),
                (CreditRuleKind.NTH_DAY, "On a day of a later month"),
            ],
            "proximity_operator": [("", "None"), *words(Operator)],
        },
        labels={
            "nth": "Day of the month",
            "months": "Months later",
            "days": "Net days",
            "proximity_days": "Due-date tolerance in days",
            "proximity_operator": "Due-date tolerance",
            "is_multi_currency": "Several currencies",
            "credit_rule": "Invoices are due",
            "allocation_principle": "Payments are applied",
        },
    ),
    Kind(
        "classifications",
        "Account classifications",
        "classification",
        AccountClassification,
        "Labels that treat groups of accounts differently.",
        PLAIN,
        (*NAMED, active()),
        labels=IN_USE,
    ),
    Kind(
        "credit-ratings",
        "Credit ratings",
        "rating",
        CreditRating,
        "Ratings an account may have.",
        PLAIN,
        (*NAMED, active()),
        labels=IN_USE,
    ),
    Kind(
        "payment-preferences",
        "Account payment methods",
        "account payment method",
        PaymentPreference,
        "How an account may pay: its kinds of cards, mandates and bank accounts.",
        (*PLAIN, "is_default"),
        (*NAMED, active()),
        labels={**IN_USE, "is_default": "Preselected"},
    ),
    Kind(
        "presentment-preferences",
        "Delivery methods",
        "delivery method",
        PresentmentPreference,
        "How documents reach the customer.",
        (*PLAIN, "is_default"),
        (*NAMED, active()),
        labels={**IN_USE, "is_default": "Preselected"},
    ),
)
