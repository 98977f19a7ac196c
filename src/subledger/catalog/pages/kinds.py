"""What is sold, as it is kept under Configuration: products and taxes."""

from __future__ import annotations

from typing import Any

from subledger.catalog.errors import ProductInvalid
from subledger.catalog.models import Product, ProductGroup, TaxRate
from subledger.kernel.currencies import normalise
from subledger.page_kit.columns import Column, CurrencyColumn, NameColumn
from subledger.page_kit.kinds import IN_USE, NAMED, PLAIN, Kind, active
from subledger.page_kit.parsing import price_of, price_text


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


CATALOGUE = (
    Kind(
        "products",
        "Products",
        "product",
        Product,
        "What is sold, at which price and tax rate.",
        ("name", "code", "price", "currency", "tax_rate", "group", "description", "is_active"),
        (
            *NAMED,
            PriceColumn("unit_amount", "Unit price", css="col-number"),
            CurrencyColumn(),
            NameColumn("tax_rate", "Tax rate"),
            NameColumn("group", "Group"),
            active(),
        ),
        labels={**IN_USE, "price": "Unit price"},
        helps={"price": "Typed on each document if left empty."},
        related=("tax_rate", "group"),
        to_values=_price_typed,
        to_initial=_price_shown,
        permission="products.edit",
    ),
    Kind(
        "product-groups",
        "Product groups",
        "product group",
        ProductGroup,
        "Products that posting rules treat alike.",
        PLAIN,
        (*NAMED, active()),
        labels=IN_USE,
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
