"""What guards products and tax rates when they are configured."""

from __future__ import annotations

from subledger.companies.entries import Change, guard, keep_in_use, words

from .models import Product, TaxRate
from .services import check_price


def register() -> None:
    guard(Product, _product)
    words("tax_rate_percent", "A tax rate is 0 to 100 percent. Correct it.", field="percent")
    keep_in_use(TaxRate, by=Product, field="tax_rate", says="the tax rate of the product")


def _product(change: Change) -> None:
    check_price(change.row.unit_amount, change.row.currency)
