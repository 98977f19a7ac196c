"""The arithmetic of a document's items (specification 2.6; docs/domain/items.md).

    net       = round(quantity x unit amount)
    discount  = round(net x percent / 100), or the amount given          0 <= discount <= net
    tax       = round((net - discount) x tax percent / 100)
    sub-total = net - discount + tax                                     always, to the minor unit

Halves round away from zero, once, per item, to whole minor units; a document is the sum of its items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from subledger.kernel.money import LARGEST_MINOR
from subledger.kernel.rounding import half_up
from subledger.transactions.errors import ItemInvalid

HUNDRED = Decimal(100)
# The finest that a stored item can tell: what is computed must be what is kept.
STEPS = {
    "quantity": Decimal("1e-8"),
    "unit_amount": Decimal("1e-12"),
    "discount_percent": Decimal("1e-4"),
    "tax_percent": Decimal("1e-4"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """One item as entered. Exactly one of ``unit_amount`` and ``sub_total_minor``; at most one discount.

    ``unit_amount`` is a Decimal of minor units and may carry decimals; ``tax_inclusive`` says it contains the tax.
    ``product_id`` and ``tax_rate_id`` are kept on the document; what they imply is copied in here before.
    """

    quantity: Decimal = Decimal(1)
    unit_amount: Decimal | None = None
    sub_total_minor: int | None = None
    discount_percent: Decimal | None = None
    discount_minor: int | None = None
    tax_percent: Decimal | None = None
    tax_inclusive: bool = False
    description: str = ""
    product_id: int | None = None
    tax_rate_id: int | None = None


class PricedItem(NamedTuple):
    """What one item comes to, in minor units; ``unit_amount`` and ``discount_percent`` are derived where not given."""

    quantity: Decimal
    unit_amount: Decimal
    net_minor: int
    discount_percent: Decimal
    discount_minor: int
    tax_percent: Decimal
    tax_minor: int
    sub_total_minor: int


class Totals(NamedTuple):
    net_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int


def price_item(item: NewItem, *, at: int = 0) -> PricedItem:
    """The amounts of one item; ``at`` is its place in the document, for errors.

    Raises:
        ItemInvalid: not exactly one price, two discounts, a quantity that is not above zero, a percentage outside
            0 to 100, a discount above the net amount, or an amount beyond 2^53 - 1.
    """
    _check(item, at)
    tax = item.tax_percent or Decimal(0)
    if item.sub_total_minor is not None:
        net, discount, after = _from_sub_total(item, tax, at)
        sub_total = item.sub_total_minor
    elif item.tax_inclusive and tax:
        gross = half_up(item.quantity * (item.unit_amount or 0))
        gross_discount = _discount(gross, item, at)
        sub_total = gross - gross_discount
        after = half_up(sub_total * HUNDRED / (HUNDRED + tax))
        net = half_up(gross * HUNDRED / (HUNDRED + tax))
        discount = net - after
    else:
        net = half_up(item.quantity * (item.unit_amount or 0))
        discount = _discount(net, item, at)
        after = net - discount
        sub_total = after + half_up(after * tax / HUNDRED)
    if max(net, sub_total) > LARGEST_MINOR:
        raise ItemInvalid(
            f"Item {at + 1} comes to more than can be told exactly (2^53 - 1 minor units). Split it.",
            at,
            "quantity",
        )
    unit = item.unit_amount if item.unit_amount is not None else Decimal(net) / item.quantity
    if unit > LARGEST_MINOR:
        raise ItemInvalid(
            f"Item {at + 1} has quantity {item.quantity}: too little for its sub-total. Correct it.",
            at,
            "quantity",
        )
    percent = item.discount_percent
    if percent is None:
        percent = (discount * HUNDRED / net).quantize(Decimal("0.0001")) if discount else Decimal(0)
    return PricedItem(item.quantity, unit, net, percent, discount, tax, sub_total - after, sub_total)


def total_of(items: Iterable[PricedItem]) -> Totals:
    """The header of a document: the sums of its items."""
    net = discount = tax = total = 0
    for item in items:
        net += item.net_minor
        discount += item.discount_minor
        tax += item.tax_minor
        total += item.sub_total_minor
    return Totals(net, discount, tax, total)


def _check(item: NewItem, at: int) -> None:
    if (item.unit_amount is None) == (item.sub_total_minor is None):
        raise ItemInvalid(
            f"Item {at + 1} needs exactly one of a unit price and a sub-total. Give one of them.",
            at,
            "unit_amount",
        )
    if item.discount_percent is not None and item.discount_minor is not None:
        raise ItemInvalid(f"Item {at + 1} has two discounts. Give a percentage or an amount.", at, "discount_percent")
    if not (item.quantity.is_finite() and 0 < item.quantity < 10**12):
        raise ItemInvalid(
            f"Item {at + 1} has quantity {item.quantity}: it must be above zero. Correct it.", at, "quantity"
        )
    if item.unit_amount is not None and not (item.unit_amount.is_finite() and 0 <= item.unit_amount <= LARGEST_MINOR):
        raise ItemInvalid(
            f"Item {at + 1} has unit price {item.unit_amount}: it must be zero or more.", at, "unit_amount"
        )
    if item.sub_total_minor is not None and not 0 <= item.sub_total_minor <= LARGEST_MINOR:
        raise ItemInvalid(
            f"Item {at + 1} has sub-total {item.sub_total_minor}: it must be zero or more.", at, "sub_total"
        )
    for name, percent in (("discount_percent", item.discount_percent), ("tax_percent", item.tax_percent)):
        if percent is not None and not (percent.is_finite() and 0 <= percent <= 100):
            raise ItemInvalid(f"Item {at + 1} has {name} {percent}: it must be 0 to 100. Correct it.", at, name)
    for name, step in STEPS.items():
        value = getattr(item, name)
        if value is not None and value != value.quantize(step):
            places = -int(step.as_tuple().exponent)
            raise ItemInvalid(
                f"Item {at + 1} has {name} {value}: it can have at most {places} decimals. Round it.",
                at,
                name,
            )


def _discount(net: int, item: NewItem, at: int) -> int:
    if item.discount_percent is not None:
        return half_up(net * item.discount_percent / HUNDRED)
    discount = item.discount_minor or 0
    if not 0 <= discount <= net:
        raise ItemInvalid(
            f"Item {at + 1} has discount {discount} on a net amount of {net}: at most all of it.",
            at,
            "discount_amount",
        )
    return discount


def _from_sub_total(item: NewItem, tax: Decimal, at: int) -> tuple[int, int, int]:
    """(net, discount, net after discount) behind a sub-total: the way back."""
    sub_total = item.sub_total_minor or 0
    after = half_up(sub_total * HUNDRED / (HUNDRED + tax))
    if item.discount_percent is None:
        discount = item.discount_minor or 0
        if discount < 0:
            raise ItemInvalid(f"Item {at + 1} has discount {discount}: it must be zero or more.", at, "discount_amount")
        return after + discount, discount, after
    kept = HUNDRED - item.discount_percent
    if not kept:
        if sub_total:
            raise ItemInvalid(
                f"Item {at + 1} has a sub-total and a discount of 100 %. Give the unit price instead.",
                at,
                "sub_total",
            )
        return 0, 0, 0
    net = half_up(sub_total * HUNDRED * HUNDRED / (kept * (HUNDRED + tax)))
    return net, net - after, after
