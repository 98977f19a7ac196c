"""What people configure of accounts: payment terms, labels, ways to pay and to be written to."""

from __future__ import annotations

from subledger.platform.configuration import (
    CODE,
    DESCRIPTION,
    NAME,
    PLAIN,
    ConfigurationField,
    ConfigurationTable,
    Default,
    Words,
)

from .models import AccountClassification, AccountDefinition, CreditRating, PaymentPreference, PresentmentPreference
from .rules import CreditRuleKind, Operator
from .states import Principle

PRESELECTED = ConfigurationField(name="is_default", label="Preselected")
IN_LISTS = ("name", "code", "is_active")

DEFINITIONS = ConfigurationTable(
    model=AccountDefinition,
    name="account_definitions",
    title="Payment terms",
    noun="set of payment terms",
    about="When invoices are due, and how payments are applied. One set is in force at a time.",
    note="How accounts behave. A new one is not in force until it is activated; ``is_active`` says which one is.",
    group="Accounts",
    position=10,
    fields=(
        NAME,
        CODE,
        DESCRIPTION,
        ConfigurationField(
            name="allocation_principle",
            label="Payments are applied",
            choices=Principle,
            spoken={
                Principle.AGAINST_ITEM_FIFO: "As chosen, then oldest first",
                Principle.FIFO: "Oldest first",
            },
        ),
        ConfigurationField(
            name="credit_rule",
            label="Invoices are due",
            short="Due",
            choices=CreditRuleKind,
            spoken={CreditRuleKind.DAYS: "Net days", CreditRuleKind.NTH_DAY: "On a day of a later month"},
        ),
        ConfigurationField(name="days", label="Net days"),
        ConfigurationField(name="nth", label="Day of the month"),
        ConfigurationField(name="months", label="Months later"),
        ConfigurationField(name="proximity_days", label="Due-date tolerance in days"),
        ConfigurationField(name="proximity_operator", label="Due-date tolerance", choices=Operator),
        ConfigurationField(name="is_multi_currency", label="Several currencies"),
        ConfigurationField(name="is_active", label="In force", initial=False),
    ),
    columns=("name", "code", "allocation_principle", "credit_rule", "is_active"),
    words={
        "account_definition_one_active": Words(
            "One account definition is in force at a time. Put this one in force instead of changing it.",
            field="is_active",
        )
    },
)

CLASSIFICATIONS = ConfigurationTable(
    model=AccountClassification,
    name="account_classifications",
    slug="classifications",
    title="Account classifications",
    noun="classification",
    about="Labels that treat groups of accounts differently.",
    group="Accounts",
    position=11,
    fields=PLAIN,
    columns=IN_LISTS,
)

CREDIT_RATINGS = ConfigurationTable(
    model=CreditRating,
    name="credit_ratings",
    title="Credit ratings",
    noun="rating",
    about="Ratings an account may have.",
    group="Accounts",
    position=12,
    fields=PLAIN,
    columns=IN_LISTS,
)

PAYMENT_PREFERENCES = ConfigurationTable(
    model=PaymentPreference,
    name="payment_preferences",
    title="Account payment methods",
    noun="account payment method",
    about="How an account may pay: its kinds of cards, mandates and bank accounts.",
    group="Accounts",
    position=13,
    fields=(*PLAIN, PRESELECTED),
    columns=IN_LISTS,
    default=Default(),
)

PRESENTMENT_PREFERENCES = ConfigurationTable(
    model=PresentmentPreference,
    name="presentment_preferences",
    title="Delivery methods",
    noun="delivery method",
    about="How documents reach the customer.",
    group="Accounts",
    position=14,
    fields=(*PLAIN, PRESELECTED),
    columns=IN_LISTS,
    default=Default(),
)

TABLES = (DEFINITIONS, CLASSIFICATIONS, CREDIT_RATINGS, PAYMENT_PREFERENCES, PRESENTMENT_PREFERENCES)
