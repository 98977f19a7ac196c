"""What guards products and tax rates when they are configured."""

from __future__ import annotations

from subledger.companies.entries import Change, Kept, Use, Words

from .models import Product, TaxRate
from .services import check_price


def _product(change: Change) -> None:
    check_price(change.row.unit_amount, change.row.currency)


KEPT = (
    Kept(
        model=TaxRate,
        words={"tax_rate_percent": Words("A tax rate is 0 to 100 percent. Correct it.", field="percent")},
    ),
    Kept(model=Product, guard=_product, uses=[Use(TaxRate, "tax_rate", "the tax rate of the product")]),
)
