"""Accounts and transactions: definitions, labels, types, methods."""

from __future__ import annotations

from subledger.accounts.models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.rules import CreditRuleKind, Operator
from subledger.accounts.states import Principle
from subledger.backoffice.columns import Column, NameColumn, WordColumn, YesColumn
from subledger.transactions.models import (
    Category,
    PaymentMethod,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.items import TaxRounding
from subledger.transactions.states import Classification

from .kind import IN_USE, NAMED, PLAIN, Kind, active, words

METHOD_COLUMNS = (*NAMED, NameColumn("ledger_account", "Ledger account"), active())

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
            WordColumn("classification", "Type", sort="classification"),
            YesColumn("is_default", "Preselected"),
            active(),
        ),
        choices={"classification": words(Classification)},
        labels={**IN_USE, "is_default": "Preselected"},
        sort="classification",
    ),
    Kind(
        "transaction-definition",
        "Accounting defaults",
        "set of accounting defaults",
        TransactionDefinition,
        "The write-off product, the refund check, how taxes are rounded, and the control accounts.",
        (
            "write_off_product",
            "refund_needs_credit_balance",
            "tax_rounding",
            "default_tax_rate",
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
            "tax_rounding": "Round taxes",
            "default_tax_rate": "Default tax",
        },
        choices={
            "tax_rounding": [(TaxRounding.ITEM.value, "On every item"), (TaxRounding.RATE.value, "Once per rate")]
        },
        helps={
            "tax_rounding": "Of documents that are entered from now on. What is entered keeps its taxes.",
            "default_tax_rate": "Chosen beforehand on new lines; a product brings its own.",
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
        (*NAMED, NameColumn("parent", "Part of"), active()),
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
        (*NAMED, active()),
        labels=IN_USE,
    ),
)
