"""Everything that is kept under Configuration: which rows, which fields, how they are listed and typed.

A `Kind` is one page of entries and the form of one of them; `views/configuration.py` shows all of them alike, and
every change goes through `companies.entries.save_entry`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from subledger.accounts.models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.rules import CreditRuleKind, Operator
from subledger.accounts.states import Principle
from subledger.catalog.models import Product, TaxRate
from subledger.companies.models import Role
from subledger.companies.permissions import PERMISSIONS
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.kernel.currencies import normalise
from subledger.transactions.models import (
    Category,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

from .columns import Column, CurrencyColumn, NameColumn, WordColumn, YesColumn
from .reading import price_of, price_text
from .templatetags.subledger_tags import word

__all__ = ["GROUPS", "KINDS", "Kind"]

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """``fields`` of the form in order; ``choices`` of those that are a few words; ``labels`` where the name is none.

    ``to_values`` and ``to_initial`` translate what cannot be typed as it is stored.
    """

    slug: str
    title: str
    noun: str
    model: type[models.Model]
    about: str
    fields: tuple[str, ...]
    columns: tuple[Column, ...]
    choices: Mapping[str, Choices] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)
    permission: str = "configuration.edit"
    related: tuple[str, ...] = ()
    sort: str = "name"
    is_single: bool = False  # there is always exactly one row
    at_first: Mapping[str, Any] = field(default_factory=dict)  # what is no field of the form, when it is created
    to_values: Callable[[dict[str, Any]], dict[str, Any]] = dict
    to_initial: Callable[[Any], dict[str, Any]] = lambda row: {}


def _words(values: Any) -> Choices:
    return [(value.value, word(value)) for value in values]


def _active() -> Column:
    return YesColumn("is_active", "In use", sort="is_active", lead=True)


NAMED = (Column("name", "Name", sort="name", strong=True), Column("code", "Code", sort="code"))
PLAIN = ("name", "code", "description", "is_active")
IN_USE = {"is_active": "In use"}
METHOD_COLUMNS = (*NAMED, NameColumn("ledger_account", "Ledger account"), _active())


def _price_typed(typed: dict[str, Any]) -> dict[str, Any]:
    """A product's price in minor units of its currency, which may have more decimals."""
    values = dict(typed)
    text = values.pop("price")
    currency = normalise(values["currency"]) if values["currency"] or text.strip() else ""
    return {
        **values,
        "currency": currency,
        "unit_amount": price_of(text, currency, param="/price") if text.strip() else None,
    }


def _price_shown(row: Product) -> dict[str, Any]:
    price = price_text(row.unit_amount, row.currency) if row.unit_amount is not None else ""
    return {"price": price, "currency": row.currency.upper()}


class PriceColumn(Column):
    """A unit price, which may have more decimals than its currency."""

    def show(self, row: Any) -> str:
        return price_text(row.unit_amount, row.currency) if row.unit_amount is not None else "–"


class MethodColumn(Column):
    """One side of a posting rule; an empty one is the ledger account of the payment or refund method."""

    def show(self, row: Any) -> str:
        return str(self.value(row) or "that of the method")


ACCOUNTS = (
    Kind(
        "account-definitions",
        "Account definition",
        "definition",
        AccountDefinition,
        "How credits find invoices, when invoices are due. One is in force at a time.",
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
            WordColumn("allocation_principle", "Principle"),
            WordColumn("credit_rule", "Due"),
            YesColumn("is_active", "In force", lead=True),
        ),
        at_first={"is_active": False},
        choices={
            "allocation_principle": [
                (Principle.AGAINST_ITEM_FIFO, "Against item & FIFO"),
                (Principle.FIFO, "FIFO"),
            ],
            "credit_rule": [
                (CreditRuleKind.DAYS, "So many days after posting"),
                (CreditRuleKind.NTH_DAY, "On a day of a later month"),
            ],
            "proximity_operator": [("", "None"), *_words(Operator)],
        },
        labels={
            "nth": "Day of the month",
            "months": "Months later",
            "days": "Days after posting",
            "proximity_days": "Proximity in days",
            "proximity_operator": "Proximity",
            "is_multi_currency": "Several currencies",
            "credit_rule": "Invoices are due",
            "allocation_principle": "Allocation principle",
        },
    ),
    Kind(
        "classifications",
        "Account classifications",
        "classification",
        AccountClassification,
        "Labels that treat groups of accounts differently.",
        PLAIN,
        (*NAMED, _active()),
        labels=IN_USE,
    ),
    Kind(
        "credit-ratings",
        "Credit ratings",
        "rating",
        CreditRating,
        "Ratings an account may have.",
        PLAIN,
        (*NAMED, _active()),
        labels=IN_USE,
    ),
    Kind(
        "payment-preferences",
        "Payment preferences",
        "preference",
        PaymentPreference,
        "Ways to pay an account may prefer.",
        (*PLAIN, "is_default"),
        (*NAMED, _active()),
        labels={**IN_USE, "is_default": "Preselected"},
    ),
    Kind(
        "presentment-preferences",
        "Presentment preferences",
        "preference",
        PresentmentPreference,
        "How documents reach the customer.",
        (*PLAIN, "is_default"),
        (*NAMED, _active()),
        labels={**IN_USE, "is_default": "Preselected"},
    ),
)

TRANSACTIONS = (
    Kind(
        "transaction-types",
        "Transaction types",
        "type",
        TransactionType,
        "Your own kinds of each classification.",
        (
            "name",
            "code",
            "classification",
            "description",
            "payment_methods",
            "default_payment_method",
            "refund_methods",
            "default_refund_method",
            "categories",
            "is_default",
            "is_active",
        ),
        (
            *NAMED,
            WordColumn("classification", "Classification", sort="classification"),
            YesColumn("is_default", "Preselected"),
            _active(),
        ),
        choices={"classification": _words(Classification)},
        labels={**IN_USE, "is_default": "Preselected"},
        sort="classification",
    ),
    Kind(
        "transaction-definition",
        "Transaction definition",
        "definition",
        TransactionDefinition,
        "The write-off product, the refund check, and the control accounts.",
        (
            "write_off_product",
            "refund_needs_credit_balance",
            "receivable",
            "suspense",
            "exchange_gain",
            "exchange_loss",
        ),
        (
            Column("write_off_product", "Write-off product", strong=True),
            YesColumn("refund_needs_credit_balance", "Refunds need a credit balance", lead=True),
        ),
        labels={
            "receivable": "Accounts receivable",
            "suspense": "Suspense",
            "refund_needs_credit_balance": "A refund needs a credit balance",
        },
        related=("write_off_product",),
        sort="id",
        is_single=True,
    ),
    Kind(
        "payment-methods",
        "Payment methods",
        "method",
        PaymentMethod,
        "How money comes in, and where it is booked.",
        (*PLAIN, "ledger_account"),
        METHOD_COLUMNS,
        labels=IN_USE,
        related=("ledger_account",),
    ),
    Kind(
        "refund-methods",
        "Refund methods",
        "method",
        RefundMethod,
        "How money goes back, and where it is booked.",
        (*PLAIN, "ledger_account"),
        METHOD_COLUMNS,
        labels=IN_USE,
        related=("ledger_account",),
    ),
    Kind(
        "categories",
        "Categories",
        "category",
        Category,
        "A tree to sort transactions by.",
        (*PLAIN, "parent"),
        (*NAMED, NameColumn("parent", "Part of"), _active()),
        labels={**IN_USE, "parent": "Part of"},
        related=("parent",),
    ),
    Kind(
        "reasons",
        "Rejection reasons",
        "reason",
        Reason,
        "Why drafts are rejected.",
        PLAIN,
        (*NAMED, _active()),
        labels=IN_USE,
    ),
)

CATALOGUE = (
    Kind(
        "products",
        "Products",
        "product",
        Product,
        "What is sold, at which price and tax rate.",
        ("name", "code", "price", "currency", "tax_rate", "description", "is_active"),
        (
            *NAMED,
            PriceColumn("unit_amount", "Unit price", css="col-number"),
            CurrencyColumn(),
            NameColumn("tax_rate", "Tax rate"),
            _active(),
        ),
        labels={**IN_USE, "price": "Unit price"},
        helps={"price": "Empty: typed on each document."},
        related=("tax_rate",),
        to_values=_price_typed,
        to_initial=_price_shown,
    ),
    Kind(
        "tax-rates",
        "Tax rates",
        "tax rate",
        TaxRate,
        "Percentages of the net amount.",
        ("name", "code", "percent", "description", "is_active"),
        (*NAMED, Column("percent", "Percent", sort="percent", css="col-number"), _active()),
        labels=IN_USE,
    ),
)

JOURNAL = (
    Kind(
        "ledger-accounts",
        "Chart of accounts",
        "ledger account",
        LedgerAccount,
        "The accounts of the general journal.",
        ("code", "name", "kind", "description", "is_active"),
        (
            Column("code", "Code", sort="code", strong=True),
            NameColumn("name", "Name", sort="name"),
            WordColumn("kind", "Kind", sort="kind"),
            _active(),
        ),
        choices={"kind": _words(LedgerKind)},
        labels=IN_USE,
        sort="code",
    ),
    Kind(
        "posting-rules",
        "Posting rules",
        "posting rule",
        PostingRule,
        "Which ledger accounts each part of a transaction debits and credits. A type's own rules go first.",
        ("classification", "role", "type", "component", "debit", "credit"),
        (
            WordColumn("classification", "Classification", sort="classification", strong=True),
            WordColumn("role", "On an account of", sort="role"),
            NameColumn("type", "Only type"),
            WordColumn("component", "Part", sort="component"),
            MethodColumn("debit", "Debit"),
            MethodColumn("credit", "Credit"),
        ),
        choices={
            "classification": _words(Classification),
            "role": _words(AccountRole),
            "component": _words(Component),
        },
        labels={"role": "On an account of", "type": "Only for the type", "component": "Part"},
        helps={
            "debit": "Empty: the ledger account of the method.",
            "credit": "Empty: the ledger account of the method.",
        },
        related=("type", "debit", "credit"),
        sort="classification",
    ),
)

PEOPLE = (
    Kind(
        "roles",
        "Roles",
        "role",
        Role,
        "What each role may do.",
        ("name", "code", "permissions"),
        (*NAMED, Column("permission_count", "Permissions", css="col-number", lead=True)),
        choices={"permissions": list(PERMISSIONS.items())},
        permission="people.edit",
    ),
)

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Accounts", ACCOUNTS),
    ("Transactions", TRANSACTIONS),
    ("Products and taxes", CATALOGUE),
    ("General journal", JOURNAL),
    ("People", PEOPLE),
)
KINDS: dict[str, Kind] = {kind.slug: kind for _, kinds in GROUPS for kind in kinds}
