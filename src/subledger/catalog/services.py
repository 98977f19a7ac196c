from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from django.db.transaction import atomic

from subledger.companies.errors import CodeTaken
from subledger.kernel.currencies import normalise
from subledger.kernel.text import plain
from subledger.kernel.texts import check_texts
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .errors import ProductInvalid, TaxRateInvalid
from .models import Product, ProductGroup, TaxRate


class NewProduct(TypedDict, total=False):
    """``code`` and ``name`` are needed; ``unit_amount`` is a Decimal of minor units and needs ``currency``."""

    code: str
    name: str
    description: str
    unit_amount: Decimal | None
    currency: str
    tax_rate: TaxRate | None
    group: ProductGroup | None
    metadata: dict[str, str]


@atomic
def create_products(*, new: Sequence[NewProduct], actor: str) -> list[Product]:
    demand("products.edit")
    rows = []
    for fields in new:
        _check_texts(fields)
        check_price(fields.get("unit_amount"), fields.get("currency"))
        if not fields.get("code") or not fields.get("name"):
            raise ProductInvalid("A product needs a code and a name. Give both.", param="/code")
        currency = normalise(fields["currency"]) if fields.get("currency") else ""
        named = {"code": plain(fields["code"]), "name": plain(fields["name"])}
        rows.append(Product(**{**fields, **named, "company_id": current_company_id(), "currency": currency}))
    codes = [row.code for row in rows]
    taken = Product.objects.filter(code__in=codes).values_list("code", flat=True).first()
    if taken or len(set(codes)) < len(codes):
        twice = next((code for code in codes if codes.count(code) > 1), "")
        raise CodeTaken("product", taken or twice, param="/code")
    Product.objects.bulk_create(rows)
    record_events([NewEvent("product.created", "product", row.pk, {"code": row.code}) for row in rows], actor=actor)
    return rows


PRODUCT_FIELDS = frozenset(
    ["code", "name", "description", "is_active", "unit_amount", "currency", "tax_rate", "group", "metadata"]
)


@atomic
def update_product(*, product_id: int, changes: Mapping[str, Any], actor: str) -> Product:
    """Change a product; documents keep what they copied from it.

    Raises:
        ProductInvalid: a field that is not the product's, no code or name, a price without currency. CodeTaken.
    """
    demand("products.edit")
    product = Product.objects.select_for_update(of=("self",)).get(pk=product_id)
    unknown = set(changes) - PRODUCT_FIELDS
    if unknown:
        raise ProductInvalid(
            f"{', '.join(sorted(unknown))} cannot be changed. What can: {', '.join(sorted(PRODUCT_FIELDS))}."
        )
    _check_texts(changes)
    before = {name: str(getattr(product, name)) for name in changes}
    for name, value in changes.items():
        setattr(product, name, plain(value) if name in ("code", "name") and value else value)
    if not product.code or not product.name:
        raise ProductInvalid("A product needs a code and a name. Give both.", param="/code")
    check_price(product.unit_amount, product.currency)
    product.currency = normalise(product.currency) if product.currency else ""
    if Product.objects.filter(code=product.code).exclude(pk=product.pk).exists():
        raise CodeTaken("product", product.code, param="/code")
    product.save(update_fields=list(changes))
    changed = {
        name: [old, str(getattr(product, name))] for name, old in before.items() if old != str(getattr(product, name))
    }
    record_events([NewEvent("product.changed", "product", product.pk, changed)], actor=actor)
    return product


@atomic
def create_tax_rate(*, code: str, name: str, percent: Decimal, actor: str) -> TaxRate:
    demand("configuration.edit:tax_rate")
    if not (percent.is_finite() and 0 <= percent <= 100):
        raise TaxRateInvalid(f"{percent} is not a tax rate. Use 0 to 100 percent.", param="/percent")
    check_texts({"code": code, "name": name})
    if TaxRate.objects.filter(code=code).exists():
        raise CodeTaken("tax rate", code, param="/code")
    row = TaxRate.objects.create(company_id=current_company_id(), code=code, name=name, percent=percent)
    record_events(
        [NewEvent("tax_rate.created", "tax_rate", row.pk, {"code": code, "percent": str(percent)})], actor=actor
    )
    return row


def _check_texts(fields: Mapping[str, Any]) -> None:
    check_texts({name: value for name, value in fields.items() if isinstance(value, str | Mapping)})


def check_price(unit_amount: Decimal | None, currency: str | None) -> None:
    if unit_amount is None:
        return
    if not currency:
        raise ProductInvalid("A price needs its currency. Give one such as 'eur'.", param="/currency")
    if not (unit_amount.is_finite() and 0 <= unit_amount < 2**53):
        raise ProductInvalid("The price of a product is zero or more. Correct it.", param="/unit_amount_decimal")
