"""What people configure of accounts: payment terms, labels, ways to pay and to be written to."""

from __future__ import annotations

from subledger.kernel.sentences import say
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

PRESELECTED = ConfigurationField(name="is_default", label=say("Preselected"))
IN_LISTS = ("name", "code", "is_active")

DEFINITIONS = ConfigurationTable(
    model=AccountDefinition,
    name="account_definitions",
    title=say("Payment terms"),
    noun=say("set of payment terms"),
    about=say("When invoices are due, and how payments are applied. One set is in force at a time."),
    note=say("How accounts behave. A new one is not in force until it is activated; ``is_active`` says which one is."),
    group=say("Accounts"),
    position=10,
    fields=(
        NAME,
        CODE,
        DESCRIPTION,
        ConfigurationField(
            name="allocation_principle",
            label=say("Payments are applied"),
            choices=Principle,
            spoken={
                Principle.AGAINST_ITEM_FIFO: say("As chosen, then oldest first"),
                Principle.FIFO: say("Oldest first"),
            },
        ),
        ConfigurationField(
            name="credit_rule",
            label=say("Invoices are due"),
            short=say("Due"),
            choices=CreditRuleKind,
            spoken={CreditRuleKind.DAYS: say("Net days"), CreditRuleKind.NTH_DAY: say("On a day of a later month")},
        ),
        ConfigurationField(name="days", label=say("Net days")),
        ConfigurationField(name="nth", label=say("Day of the month")),
        ConfigurationField(name="months", label=say("Months later")),
        ConfigurationField(name="proximity_days", label=say("Due-date tolerance in days")),
        ConfigurationField(name="proximity_operator", label=say("Due-date tolerance"), choices=Operator),
        ConfigurationField(name="is_multi_currency", label=say("Several currencies")),
        ConfigurationField(name="is_active", label=say("In force"), initial=False),
    ),
    columns=("name", "code", "allocation_principle", "credit_rule", "is_active"),
    words={
        "account_definition_one_active": Words(
            say("One set of payment terms is in force at a time. Put this one in force instead of changing it."),
            field="is_active",
        )
    },
)

CLASSIFICATIONS = ConfigurationTable(
    model=AccountClassification,
    name="account_classifications",
    slug="classifications",
    title=say("Account classifications"),
    noun=say("classification"),
    about=say("Labels that treat groups of accounts differently."),
    group=say("Accounts"),
    position=11,
    fields=PLAIN,
    columns=IN_LISTS,
)

CREDIT_RATINGS = ConfigurationTable(
    model=CreditRating,
    name="credit_ratings",
    title=say("Credit ratings"),
    noun=say("rating"),
    about=say("Ratings an account may have."),
    group=say("Accounts"),
    position=12,
    fields=PLAIN,
    columns=IN_LISTS,
)

PAYMENT_PREFERENCES = ConfigurationTable(
    model=PaymentPreference,
    name="payment_preferences",
    title=say("Account payment methods"),
    noun=say("account payment method"),
    about=say("How an account may pay: its kinds of cards, mandates and bank accounts."),
    group=say("Accounts"),
    position=13,
    fields=(*PLAIN, PRESELECTED),
    columns=IN_LISTS,
    default=Default(),
)

PRESENTMENT_PREFERENCES = ConfigurationTable(
    model=PresentmentPreference,
    name="presentment_preferences",
    title=say("Delivery methods"),
    noun=say("delivery method"),
    about=say("How documents reach the customer."),
    group=say("Accounts"),
    position=14,
    fields=(*PLAIN, PRESELECTED),
    columns=IN_LISTS,
    default=Default(),
)

TABLES = (DEFINITIONS, CLASSIFICATIONS, CREDIT_RATINGS, PAYMENT_PREFERENCES, PRESENTMENT_PREFERENCES)
