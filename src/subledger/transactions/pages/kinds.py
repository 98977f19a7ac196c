"""What transactions keep under Configuration: types, methods, accounting defaults, posting rules."""

from __future__ import annotations

from typing import Any

from subledger.page_kit.columns import Column, NameColumn, WordColumn, YesColumn
from subledger.page_kit.kinds import IN_USE, NAMED, PLAIN, Kind, active, words
from subledger.transactions.models import (
    Category,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.items import TaxRounding
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

METHOD_COLUMNS = (*NAMED, NameColumn("ledger_account", "Ledger account"), active())


class MethodColumn(Column):
    """One side of a posting rule; an empty one is the ledger account of the payment or refund method."""

    def show(self, row: Any) -> str:
        return str(self.value(row) or "that of the method")


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

POSTING_RULES = (
    Kind(
        "posting-rules",
        "Posting rules",
        "posting rule",
        PostingRule,
        "Which ledger accounts each part of a transaction debits and credits. The most specific rule goes first.",
        ("classification", "role", "type", "product", "product_group", "component", "debit", "credit"),
        (
            WordColumn("classification", "Type", sort="classification", strong=True),
            WordColumn("role", "On an account of", sort="role"),
            NameColumn("type", "Only type"),
            NameColumn("product", "Only product"),
            NameColumn("product_group", "Only group"),
            WordColumn("component", "Part", sort="component"),
            MethodColumn("debit", "Debit"),
            MethodColumn("credit", "Credit"),
        ),
        choices={
            "classification": words(Classification),
            "role": words(AccountRole),
            "component": words(Component),
        },
        labels={
            "role": "On an account of",
            "type": "Only for the type",
            "product": "Only for the product",
            "product_group": "Only for the product group",
            "component": "Part",
        },
        helps={
            "debit": "Defaults to the ledger account of the method.",
            "credit": "Defaults to the ledger account of the method.",
        },
        related=("type", "product", "product_group", "debit", "credit"),
        sort="classification",
    ),
)
