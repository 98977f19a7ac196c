from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from django.db.transaction import atomic

from subledger.companies.errors import CodeTaken
from subledger.documents.values import category_of
from subledger.kernel.currencies import normalise
from subledger.kernel.errors import Door
from subledger.kernel.sentences import say
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
    name_en: str
    name_de: str
    name_it: str
    name_el: str
    description: str
    unit_amount: Decimal | None
    currency: str
    tax_rate: TaxRate | None
    group: ProductGroup | None
    is_revenue: bool
    metadata: dict[str, str]


@atomic
def create_products(*, new: Sequence[NewProduct], actor: str) -> list[Product]:
    demand("products.edit")
    rows = []
    for fields in new:
        _check_texts(fields)
        check_price(fields.get("unit_amount"), fields.get("currency"))
        if not fields.get("code") or not fields.get("name"):
            raise ProductInvalid(say("A product needs a code and a name. Give both."), param="/code")
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


@atomic
def create_tax_rate(*, code: str, name: str, percent: Decimal, actor: str) -> TaxRate:
    demand("configuration.edit:tax_rate")
    if not (percent.is_finite() and 0 <= percent <= 100):
        raise TaxRateInvalid(
            say("{percent} is not a tax rate. Use 0 to 100 percent.", percent=percent), param="/percent"
        )
    check_texts({"code": code, "name": name})
    if TaxRate.objects.filter(code=code).exists():
        raise CodeTaken(say("tax rate"), code, param="/code")
    row = TaxRate.objects.create(
        company_id=current_company_id(), code=code, name=name, percent=percent, category=category_of(percent)
    )
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
        raise ProductInvalid(
            say("A price needs its currency. Give one such as EUR."),
            param="/currency",
            remedies={Door.API: say("Currencies are in lower case here: eur.")},
        )
    if not (unit_amount.is_finite() and 0 <= unit_amount < 2**53):
        raise ProductInvalid(say("The price of a product is zero or more. Correct it."), param="/unit_amount_decimal")
