"""What is sold, and how it is booked: products, taxes, chart of accounts, posting rules."""

from __future__ import annotations

from typing import Any

from subledger.backoffice.columns import Column, CurrencyColumn, NameColumn, WordColumn
from subledger.backoffice.reading import price_of, price_text
from subledger.catalog.errors import ProductInvalid
from subledger.catalog.models import Product, TaxRate
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.kernel.currencies import normalise
from subledger.transactions.models import PostingRule
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

from .kind import IN_USE, NAMED, Kind, active, words


def _price_typed(typed: dict[str, Any]) -> dict[str, Any]:
    """A product's price in minor units of its currency, which may have more decimals."""
    values = dict(typed)
    text = values.pop("price")
    if text.strip() and not values["currency"].strip():
        raise ProductInvalid("A price needs its currency. Give one such as EUR.", param="/currency")
    currency = normalise(values["currency"]) if values["currency"] else ""
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
            active(),
        ),
        labels={**IN_USE, "price": "Unit price"},
        helps={"price": "Typed on each document if left empty."},
        related=("tax_rate",),
        to_values=_price_typed,
        to_initial=_price_shown,
        permission="products.edit",
    ),
    Kind(
        "tax-rates",
        "Tax rates",
        "tax rate",
        TaxRate,
        "Percentages of the net amount.",
        ("name", "code", "percent", "description", "is_active"),
        (*NAMED, Column("percent", "Percent", sort="percent", css="col-number"), active()),
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
            active(),
        ),
        choices={"kind": words(LedgerKind)},
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
            WordColumn("classification", "Type", sort="classification", strong=True),
            WordColumn("role", "On an account of", sort="role"),
            NameColumn("type", "Only type"),
            WordColumn("component", "Part", sort="component"),
            MethodColumn("debit", "Debit"),
            MethodColumn("credit", "Credit"),
        ),
        choices={
            "classification": words(Classification),
            "role": words(AccountRole),
            "component": words(Component),
        },
        labels={"role": "On an account of", "type": "Only for the type", "component": "Part"},
        helps={
            "debit": "Defaults to the ledger account of the method.",
            "credit": "Defaults to the ledger account of the method.",
        },
        related=("type", "debit", "credit"),
        sort="classification",
    ),
)
